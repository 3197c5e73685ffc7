import { completed } from '../core/commands.ts';
import type { Place } from '../core/commands.ts';
import { placeWords } from '../../machines/incident/paths.ts';
import type { JournalLine, RunStatus } from '../ports/store.ts';
import type { Output } from './deps.ts';
import { printable } from './exit.ts';
import { answerWords } from './headline.ts';
import { painter } from './output.ts';
import { elapsed, foremostWait, liveLine, milestone, statusWords } from './progress-text.ts';
import type { Tone } from './progress-text.ts';

/** What the display is fed with, in the order it happens. Instants are those of the run's clock. */
export type ProgressEvent =
  { readonly kind: 'status'; readonly status: RunStatus; readonly now: number } | { readonly kind: 'journal'; readonly line: JournalLine };

export interface ProgressOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Start of the run: what the times of the lines count from. */
  readonly startedAt: number;
  /** The options by which another shell finds this run; null: nobody can answer it, it is a rehearsal. */
  readonly where: Place | null;
}

/**
 * Live progress. On a terminal: lines that stay for milestones, and one line below them that is updated in place. Elsewhere:
 * one plain line for each change.
 *
 * Never silent: call `heartbeat` each 15 s of real time; where nothing was said since the one before, it says so now.
 */
export interface Progress {
  feed(event: ProgressEvent): void;
  /** Brings the line in place up to date: the time left, the age of the last look. Nothing elsewhere. Call it as often as you like. */
  render(now: number): void;
  heartbeat(now: number): void;
  /** A line of the caller's own that stays. */
  say(now: number, text: string): void;
  /** Takes the line in place away. Idempotent. */
  end(): void;
}

const ERASE = '\r\u001B[K';
const STYLES: Readonly<Record<Tone, Parameters<ReturnType<typeof painter>>[0] | null>> = {
  plain: null,
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  human: 'cyan',
};

export function createProgress(output: Output, { env, startedAt, where }: ProgressOptions): Progress {
  const paint = painter(output, env);
  const live = output.isTTY && env['TERM'] !== 'dumb';
  let status: RunStatus | null = null;
  let states: readonly string[] = [];
  let lookedAt: number | null = null;
  let said = '';
  let asked = '';
  let shown = '';
  let quiet = true;

  const permanent = (at: number, text: string, tone: Tone = 'plain'): void => {
    const style = STYLES[tone];
    const whole = where === null ? text : completed(text, where);
    const line = `${paint('dim', elapsed(at - startedAt))}  ${style === null ? whole : paint(style, whole)}\n`;
    output.write(shown === '' ? line : `${ERASE}${line}${shown}`);
    quiet = false;
  };

  const render = (now: number): void => {
    if (!live || status === null) return;
    // The last column stays free: a full line would make the terminal wrap, and erasing would leave its first part.
    const line = liveLine(status, lookedAt, now, output.columns - 1);
    if (line === shown) return;
    output.write(`${ERASE}${line}`);
    shown = line;
    quiet = false;
  };

  /** Whoever watches the run sees that it asks, and how to look at it; what a change by others asks is said by its milestone. */
  const takeQuestion = (next: RunStatus, now: number): void => {
    const { asks, outcome } = next;
    const isOpen = asks !== undefined && asks.about !== 'change' && outcome === null;
    const question = isOpen ? printable(`asks: ${asks.question} · ${waysWords(next, where)}`) : '';
    if (question !== '' && question !== asked) permanent(now, question, 'human');
    asked = question;
  };

  const takeStatus = (next: RunStatus, now: number): void => {
    const wait = foremostWait(next);
    const key = JSON.stringify([next.phase, placeWords(next.states), next.outcome, wait?.for, wait?.until]);
    const changed = key !== said;
    status = next;
    said = key;
    takeQuestion(next, now);
    if (changed && live) render(now);
    else if (changed) permanent(now, statusWords(next, now), wait?.owner === 'operator' ? 'human' : 'plain');
  };

  const takeLine = (line: JournalLine): void => {
    if (line.kind === 'tick') lookedAt = line.at;
    const found = milestone(line, states);
    states = line.states;
    if (found !== null && (live || found.onlyMoved !== true)) permanent(line.at, found.text, found.tone);
  };

  return {
    feed: (event) => (event.kind === 'status' ? takeStatus(event.status, event.now) : takeLine(event.line)),
    render,
    heartbeat(now) {
      if (live) return render(now);
      if (quiet && status !== null) permanent(now, `still: ${liveLine(status, lookedAt, now, 400)}`);
      quiet = true;
    },
    say: (now, text) => permanent(now, printable(text)),
    end() {
      if (shown !== '') output.write(ERASE);
      shown = '';
      status = null;
    },
  };
}

/** How it is answered, as the run would take it now. */
function waysWords(status: RunStatus, where: Place | null): string {
  return where === null ? `unanswered: ${status.asks?.otherwise ?? ''}` : (answerWords(status, where) ?? '');
}
