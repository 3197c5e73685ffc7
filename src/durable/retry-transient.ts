import { pauseAfter } from '../core/backoff.ts';
import type { Backoff } from '../core/backoff.ts';
import { MINUTE, SECOND } from '../core/duration.ts';
import { TransientError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';

export interface RetryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string, cause: unknown) => void;
}

const BACKOFF: Backoff = { firstMs: SECOND / 2, longestMs: 30 * SECOND };
/** Of a run that has not begun: whoever started it wants to know. */
export const START_RETRY_MS = 2 * MINUTE;
/** Of a run under way. Nothing is changed meanwhile. Longer silence of a store is better met by a restart, which resumes. */
export const STORE_RETRY_MS = 15 * MINUTE;

/**
 * Calls the store until it answers, for `withinMs`. Only a `TransientError` is tried again, with growing pauses by the clock (the
 * store's own wish counts when it is longer); the last one is thrown. Rejects with the signal's reason when aborted.
 */
export async function retryTransient<T>(
  { clock, signal, onWarning }: RetryOptions,
  what: string,
  call: () => Promise<T>,
  withinMs = STORE_RETRY_MS,
): Promise<T> {
  // Counted in pauses: a clock that is set meanwhile must not end our patience, nor stretch it.
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (thrown) {
      if (!(thrown instanceof TransientError)) throw thrown;
      const pause = Math.max(pauseAfter(BACKOFF, attempt), thrown.retryAfterMs ?? 0);
      if (waitedMs + pause > withinMs) throw thrown;
      waitedMs += pause;
      onWarning(`${what} failed, trying again in ${pause / SECOND} s: ${thrown.message}`, thrown);
      await clock.sleepUntil(clock.now() + pause, signal);
    }
  }
}
