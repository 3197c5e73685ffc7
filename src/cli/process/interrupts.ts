import { sayDuration } from '../../core/duration.ts';
import type { CliDeps, StopSignal } from '../deps.ts';
import { exitOfSignal } from './exit.ts';

export interface Interrupted<T> {
  /** What `work` came to; null when it gave up because of the signal. */
  readonly value: T | null;
  readonly stoppedBy: StopSignal | null;
}

export interface InterruptWords {
  /** Said at the first signal: what is being waited for. */
  readonly stopping: string;
  /** Said when it has stopped: how to go on. null: nothing to go on with. */
  readonly resume: string | null;
}

/** One key press may arrive twice: from the terminal, and handed on by a wrapper such as npx or timeout. */
const SAME_PRESS_MS = 500;

/**
 * Runs work that can be asked to stop. The first SIGINT, SIGTERM or SIGHUP aborts `signal`, with which the work saves and ends;
 * a second one ends the process at once with 130 or 143. Not so a hang-up: nobody types it, and a terminal that goes away may send
 * several. An error that is not the abort itself is thrown on.
 */
export async function interruptible<T>(
  deps: Pick<CliDeps, 'stderr' | 'onSignal' | 'exitNow' | 'clock' | 'watchLoop'>,
  words: InterruptWords,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Interrupted<T>> {
  const abort = new AbortController();
  let first: { readonly signal: StopSignal; readonly at: number } | null = null;
  const stoppedBy = (): StopSignal | null => first?.signal ?? null;
  const release = deps.onSignal((signal) => {
    const now = deps.clock.now();
    if (first === null) {
      first = { signal, at: now };
      deps.stderr.write(`firebreak: ${signal}: ${words.stopping}; once more stops at once\n`);
      abort.abort(new Error(`stopped by ${signal}`));
    } else if (signal !== 'SIGHUP' && now - first.at >= SAME_PRESS_MS) deps.exitNow(exitOfSignal(signal));
  });
  const unwatch = deps.watchLoop?.((ms) => deps.stderr.write(`firebreak: ${stoodStill(ms)}\n`));
  try {
    return { value: await work(abort.signal), stoppedBy: stoppedBy() };
  } catch (error) {
    if (!isAbort(error, abort.signal)) throw error;
    return { value: null, stoppedBy: stoppedBy() };
  } finally {
    release();
    unwatch?.();
    if (stoppedBy() !== null && words.resume !== null) deps.stderr.write(`firebreak: stopped; go on with: ${words.resume}\n`);
  }
}

/** What is said of a standstill when it is over. */
export function stoodStill(ms: number): string {
  return `the program stood still for ${sayDuration(ms)}: it began nothing and heard nobody`;
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return (
    signal.aborted &&
    (error === signal.reason || (error instanceof Error && (error.name === 'AbortError' || error.cause === signal.reason)))
  );
}
