import type { Clock } from '../ports/clock.ts';

/** What `within` answers when time was up. */
export const LATE = Symbol('late');

/** Why a timer is let go. One object for all: aborting without a reason makes an exception with a stack, for every probe. */
const IN_TIME = new Error('answered in time');

/** `work`, or `LATE` at the instant `at`; rejects with the signal's reason. The work itself must be ended by the caller. */
export async function within<T>(clock: Clock, at: number, work: Promise<T>, signal?: AbortSignal): Promise<T | typeof LATE> {
  // Work that was given up on may still fail later; nobody listens then.
  work.catch(() => undefined);
  signal?.throwIfAborted();
  const timer = new AbortController();
  const stopped = Promise.withResolvers<typeof LATE>();
  const giveUp = (): void => stopped.reject(signal?.reason);
  signal?.addEventListener('abort', giveUp, { once: true });
  clock.sleepUntil(at, timer.signal).then(
    () => stopped.resolve(LATE),
    () => undefined,
  );
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    timer.abort(IN_TIME);
    signal?.removeEventListener('abort', giveUp);
  }
}
