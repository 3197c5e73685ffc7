import { completed } from '../../core/commands.ts';
import type { Place } from '../../core/commands.ts';
import { placeWords } from '../../../machines/incident/paths.ts';
import { outermostPhase, railOf } from '../../../machines/incident/people/rail.ts';
import type { JournalLine, RunStatus } from '../../ports/store.ts';
import { wrappedWhole } from '../columns.ts';
import type { Output, Stage } from '../deps.ts';
import { printable } from '../process/exit.ts';
import { answerWords } from './headline.ts';
import { blockLines } from '../live/block.ts';
import { glyphsFor } from '../live/glyphs.ts';
import { Watched } from '../live/seen.ts';
import { painter } from '../process/output.ts';
import { elapsed, foremostWait, liveLine, milestone, statusWords } from './progress-text.ts';
import type { Tone } from './progress-text.ts';

/** What the display is fed with, in the order it happens. Instants are those of the run's clock. */
type ProgressEvent =
  { readonly kind: 'status'; readonly status: RunStatus; readonly now: number } | { readonly kind: 'journal'; readonly line: JournalLine };

export interface ProgressOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Start of the run: what the times of the lines count from. */
  readonly startedAt: number;
  /** The options by which another shell finds this run; null: nobody can answer it, it is a rehearsal. */
  readonly where: Place | null;
  /** Where lines are drawn anew in place; missing: one plain line for each change. `output` writes above it. */
  readonly stage?: Stage | undefined;
  /** What was seen before; missing: nothing. */
  readonly seen?: Watched;
}

/**
 * Live progress. On a stage: lines that stay for milestones, and below them a block of a few lines that is drawn anew in place. Elsewhere:
 * one plain line for each change.
 *
 * Never silent: call `heartbeat` each 15 s of real time; where nothing was said since the one before, it says so now.
 */
export interface Progress {
  feed(event: ProgressEvent): void;
  /** Brings the block up to date: the time left, the age of the last look. Nothing elsewhere. Call it as often as you like. */
  render(now: number): void;
  heartbeat(now: number): void;
  /** A line of the caller's own that stays. */
  say(now: number, text: string): void;
  /** Takes the block away. Idempotent. */
  end(): void;
}

const STYLES: Readonly<Record<Tone, Parameters<ReturnType<typeof painter>>[0] | null>> = {
  plain: null,
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  human: 'cyan',
};

export function createProgress(output: Output, { env, startedAt, where, stage, seen = new Watched() }: ProgressOptions): Progress {
  const paint = painter(output, env);
  const glyphs = glyphsFor(env);
  let status: RunStatus | null = null;
  let states: readonly string[] = [];
  let said = '';
  let asked = '';
  let quiet = true;

  const permanent = (at: number, text: string, tone: Tone = 'plain'): void => {
    const style = STYLES[tone];
    const whole = where === null ? text : completed(text, where);
    const time = elapsed(at - startedAt);
    const indent = time.length + 2;
    const lines = stage === undefined ? [whole] : wrappedWhole(whole, output.columns - 1 - indent, 0);
    const said = lines.map((line) => (style === null ? line : paint(style, line)));
    output.write(`${paint('dim', time)}  ${said.join(`\n${' '.repeat(indent)}`)}\n`);
    quiet = false;
  };

  const render = (now: number): void => {
    if (stage === undefined || status === null) return;
    // The last column stays free: a full line would make the terminal wrap.
    const drawing = { width: output.columns - 1, glyphs, paint };
    stage.draw(blockLines({ status, seen, now, isRehearsal: where === null }, drawing, stage.rows));
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
    if (stage !== undefined) render(now);
    else if (changed) permanent(now, statusWords(next, now), wait?.owner === 'operator' ? 'human' : 'plain');
  };

  const takeLine = (line: JournalLine): void => {
    const found = milestone(line, states);
    const moved = phaseMoved(states, line.states);
    seen.add(line);
    states = line.states;
    if (found !== null && found.onlyMoved !== true) permanent(line.at, found.text, found.tone);
    if (stage !== undefined && moved !== null) permanent(line.at, `now: ${moved}`);
  };

  return {
    feed: (event) => (event.kind === 'status' ? takeStatus(event.status, event.now) : takeLine(event.line)),
    render,
    heartbeat(now) {
      if (stage !== undefined) return render(now);
      const lookedAt = seen.looks.at(-1)?.at ?? null;
      if (quiet && status !== null) permanent(now, `still: ${liveLine(status, lookedAt, now, 400)}`);
      quiet = true;
    },
    say: (now, text) => permanent(now, printable(text)),
    end() {
      stage?.clear();
      status = null;
    },
  };
}

/** The phase as people know it, where a line is the first in it: the rail below forgets when that was. */
function phaseMoved(before: readonly string[], after: readonly string[]): string | null {
  const phase = outermostPhase(after);
  const isSame = before.length === 0 || phase === outermostPhase(before);
  return phase === null || isSame ? null : (railOf(new Set(), phase).find(({ state }) => state === 'here')?.name ?? null);
}

/** How it is answered, as the run would take it now. */
function waysWords(status: RunStatus, where: Place | null): string {
  return where === null ? `unanswered: ${status.asks?.otherwise ?? ''}` : (answerWords(status, where) ?? '');
}
