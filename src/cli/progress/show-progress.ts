import type { Place } from '../../core/commands.ts';
import type { SavedStep } from '../../durable/run-options.ts';
import { SECOND } from '../../core/duration.ts';
import type { Clock } from '../../ports/clock.ts';
import type { JournalLine, RunStatus } from '../../ports/store.ts';
import type { VerbDeps } from '../deps.ts';
import { printable } from '../process/exit.ts';
import { seenIn } from '../live/seen.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';

/** Real time between two signs of life (DESIGN section 1: never silent for 30 s). */
const HEARTBEAT = 15 * SECOND;
const REFRESH = SECOND;

export interface ShownProgress {
  readonly step: (saved: SavedStep, status: RunStatus) => void;
  readonly warn: (message: string, cause: unknown) => void;
  /** Idempotent. */
  readonly end: () => void;
}

export interface ShowOptions {
  /** With --json, stdout belongs to the result: progress goes to stderr. */
  readonly json: boolean;
  /** The run's clock: its instants are shown. */
  readonly clock: Pick<Clock, 'now'>;
  readonly quiet?: boolean;
  /** What was written of this run before: the curves begin there, and nothing of it is said again. */
  readonly before?: readonly JournalLine[];
  /** The options by which another shell finds this run; null: it is a rehearsal. */
  readonly where: Place | null;
}

/** Feeds the progress display from a run's saved steps, and keeps it alive in real time. */
export function showProgress(deps: VerbDeps, { json, clock, where, quiet = false, before = [] }: ShowOptions): ShownProgress {
  const output = json ? deps.stderr : deps.stdout;
  const over = new AbortController();
  let progress: Progress | null = null;
  void keepAlive(
    deps.clock,
    over.signal,
    () => progress,
    () => clock.now(),
  ).catch(() => {});
  return {
    step({ lines }, status) {
      if (quiet) return;
      progress ??= createProgress(output, {
        env: deps.env,
        startedAt: Date.parse(status.startedAt),
        where,
        stage: deps.stage,
        seen: seenIn(before),
      });
      for (const line of lines) progress.feed({ kind: 'journal', line });
      progress.feed({ kind: 'status', status, now: clock.now() });
    },
    warn(message) {
      if (quiet) return;
      if (progress === null) deps.stderr.write(`firebreak: warning: ${printable(message)}\n`);
      else progress.say(clock.now(), `warning: ${message}`);
    },
    end() {
      over.abort();
      progress?.end();
    },
  };
}

async function keepAlive(wall: Clock, signal: AbortSignal, progress: () => Progress | null, now: () => number): Promise<void> {
  for (let beats = 1; ; beats += 1) {
    await wall.sleepUntil(wall.now() + REFRESH, signal);
    progress()?.render(now());
    if ((beats * REFRESH) % HEARTBEAT === 0) progress()?.heartbeat(now());
  }
}
