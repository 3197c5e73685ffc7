import { schedule } from 'node-cron';
import { SECOND } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';
import { createSchedule } from './schedule.ts';

interface Due {
  /** It is due now; busy until the promise settles. A rejection ends the trigger with it. */
  due(at: number): Promise<void>;
  /** It was due and was left out: the process slept, or the one before was still going on. Nothing is caught up. */
  missed(at: number, why: 'late' | 'busy'): void;
}

/** Says when the check is due, and does nothing else. */
export interface Trigger {
  /** Until the signal aborts; what is going on then is waited for. */
  run(on: Due, signal: AbortSignal): Promise<void>;
}

/** How late a due instant is still served. */
const TOLERANCE = 30 * SECOND;

/** By node-cron, in real time. */
export function createCronTrigger(expression: string, timeZone: string): Trigger {
  return {
    async run(on, signal) {
      if (signal.aborted) return;
      const over = Promise.withResolvers<void>();
      const going: { now: Promise<void> } = { now: Promise.resolve() };
      const task = schedule(
        expression,
        ({ date }) => {
          going.now = on.due(date.getTime());
          going.now.catch(over.reject);
          return going.now;
        },
        { timezone: timeZone, noOverlap: true, missedExecutionTolerance: TOLERANCE, suppressMissedWarning: true, logger: SILENT },
      );
      task.on('execution:missed', ({ date }) => on.missed(date.getTime(), 'late'));
      task.on('execution:overlap', ({ date }) => on.missed(date.getTime(), 'busy'));
      const stop = (): void => over.resolve();
      signal.addEventListener('abort', stop, { once: true });
      try {
        await over.promise;
      } finally {
        signal.removeEventListener('abort', stop);
        await task.destroy();
        await going.now.catch(() => undefined);
      }
    },
  };
}

/** What node-cron would say to the console is said through `missed` and the check itself. */
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };

/** On a clock of our own: a simulator's, or a virtual one. The same rules as node-cron's. */
export function createClockTrigger(expression: string, timeZone: string, clock: Clock): Trigger {
  const instants = createSchedule(expression, timeZone);
  return {
    async run(on, signal) {
      let going: Promise<void> | null = null;
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      let failure: { readonly reason: unknown } | null = null;
      for (let at = instants.next(clock.now()); at !== null; at = instants.next(at)) {
        if (!(await slept(clock, at, either))) break;
        if (clock.now() - at > TOLERANCE) on.missed(at, 'late');
        else if (going !== null) on.missed(at, 'busy');
        else {
          going = on.due(at).then(
            () => void (going = null),
            (reason: unknown) => {
              failure = { reason };
              stop.abort();
            },
          );
        }
      }
      await going;
      if (failure !== null) throw (failure as { readonly reason: unknown }).reason;
    },
  };
}

async function slept(clock: Clock, at: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleepUntil(at, signal);
    return !signal.aborted;
  } catch (thrown) {
    if (signal.aborted) return false;
    throw thrown;
  }
}
