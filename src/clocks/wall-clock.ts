import { MINUTE } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';
import { sleepReally } from './real-sleep.ts';

/**
 * The clock of the real world. It waits by the monotonic clock, so that no wait lasts longer than was asked for, however far the
 * time of day is set back meanwhile; and it looks at the time of day at least once a minute, so that a machine that was frozen does
 * not sleep on. `setTimeout` cannot wait longer than 24.8 days either, and may fire a millisecond early.
 * When the time of day was set, a wait ends at its length or at its instant, whichever comes first.
 */
export function createWallClock(): Clock {
  return {
    now: () => Date.now(),
    async sleepUntil(at, signal) {
      if (Number.isNaN(at)) throw new RangeError('sleepUntil: the instant is not a number');
      signal?.throwIfAborted();
      const endsAt = performance.now() + at - Date.now();
      const left = (): number => Math.min(at - Date.now(), endsAt - performance.now());
      for (let wait = left(); wait > 0; wait = left()) await sleepReally(Math.min(wait, MINUTE), signal);
    },
    during: (work) => work,
  };
}
