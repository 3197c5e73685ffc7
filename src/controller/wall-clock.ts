import { MINUTE } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';
import { sleepReally } from './real-sleep.ts';

/**
 * The clock of the real world. It waits in pieces of at most a minute: `setTimeout` cannot wait longer than 24.8 days, it
 * may fire a millisecond early, and it does not count the time for which a laptop or a container was frozen.
 */
export function createWallClock(): Clock {
  return {
    now: () => Date.now(),
    async sleepUntil(at, signal) {
      if (Number.isNaN(at)) throw new RangeError('sleepUntil: the instant is not a number');
      signal?.throwIfAborted();
      for (let left = at - Date.now(); left > 0; left = at - Date.now()) await sleepReally(Math.min(left, MINUTE), signal);
    },
    during: (work) => work,
  };
}
