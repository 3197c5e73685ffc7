import { placeWords } from '../../../machines/incident/paths.ts';
import { sayDuration } from '../../core/duration.ts';
import type { RunStatus } from '../../ports/store.ts';
import { clipped, columnsOf } from '../columns.ts';
import { printable } from '../process/exit.ts';
import { sayInstant } from '../process/output.ts';
import { foremostWait, spoken } from '../progress/progress-text.ts';
import { needsHuman } from '../status/standing-text.ts';
import { indicatorLines, lookLine, railLine } from './picture.ts';
import type { Drawing } from './picture.ts';
import type { Seen } from './seen.ts';

export interface Block {
  readonly status: RunStatus;
  readonly seen: Seen;
  readonly now: number;
  /** Nothing of it happens to a real project. */
  readonly isRehearsal: boolean;
}

/**
 * The few lines that are drawn anew below the milestones: how the run stands and how long still, where it is, the indicators, how old the
 * newest look is, and what follows. At most `most` lines: the curves go first, then what follows, then the rail.
 */
export function blockLines(block: Block, drawing: Drawing, most: number): readonly string[] {
  const { status, seen, now } = block;
  const state = stateLine(block, drawing);
  const look = lookLine(seen, now, drawing);
  const next = nextLine(status, now, drawing);
  const rail = railLine(seen.been, status.states, drawing);
  const curves = indicatorLines(seen, now, drawing);
  const needed = [state, rail, look, ...next];
  if (needed.length <= most) return [state, rail, ...curves.slice(0, most - needed.length), look, ...next];
  return [state, look, rail, ...next].slice(0, Math.max(1, most));
}

/** The time first: it must not be cut off. */
function stateLine({ status, now, isRehearsal }: Block, { width, glyphs, paint }: Drawing): string {
  const asks = needsHuman(status);
  const word = asks ? 'NEEDS YOU' : isRehearsal ? 'REHEARSING' : 'WORKING';
  const place = spoken(placeWords(status.states) || status.phase);
  const what = asks ? (status.asks?.question ?? foremostWait(status)?.for ?? status.why) : whatWords(status);
  const line = glyphs.shown(clipped(printable([`${word} ${timeWords(status, now)}`, `${place}: ${what}`].join(' · ')), width));
  if (!line.startsWith(word)) return line;
  return `${paint('bold', paint(asks ? 'cyan' : 'green', word))}${line.slice(word.length)}`;
}

/** Of what must last unbroken: how much has been seen. Of anything else: what is waited for. */
function whatWords(status: RunStatus): string {
  const { proof } = status;
  if (proof !== undefined) return `${sayDuration(proof.healthyMs)} of ${sayDuration(proof.wantedMs)} healthy without a break`;
  return foremostWait(status)?.for ?? status.why;
}

function timeWords(status: RunStatus, now: number): string {
  const { asks, proof } = status;
  if (proof !== undefined && !needsHuman(status)) {
    const at = Date.parse(proof.earliest);
    return `${sayDuration(Math.max(0, at - now))} left at least (${sayInstant(at, now)})`;
  }
  const until = asks === undefined ? (foremostWait(status)?.until ?? null) : asks.until;
  return until === null ? 'without a deadline' : leftWords(Date.parse(until), now);
}

function leftWords(at: number, now: number): string {
  const instant = sayInstant(at, now);
  return at >= now ? `${sayDuration(at - now)} left (until ${instant})` : `overdue by ${sayDuration(now - at)} (since ${instant})`;
}

/** What follows when the time is over; of a proof, when it has not been had by then. */
function nextLine(status: RunStatus, now: number, { width, glyphs }: Drawing): readonly string[] {
  const { asks, proof } = status;
  const wait = foremostWait(status);
  const then = asks?.otherwise ?? wait?.then ?? '';
  if (then === '') return [];
  const late =
    proof === undefined || wait?.until == null || needsHuman(status) ? '' : ` not so by ${sayInstant(Date.parse(wait.until), now)}`;
  const lead = asks !== undefined ? 'unanswered: ' : late === '' ? 'then: ' : `if${late}: `;
  const line = glyphs.shown(clipped(printable(`${lead}${then}`), width));
  return columnsOf(line) === 0 ? [] : [line];
}
