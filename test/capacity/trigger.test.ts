import { describe, expect, it } from 'vitest';
import { createClockTrigger, createCronTrigger } from '../../src/capacity/trigger.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/duration.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

const START = Date.parse('2025-09-15T20:03:00Z');

describe('a trigger on a clock of our own', () => {
  it('misses and doubles nothing in three days', async () => {
    const clock = new VirtualClock(START);
    const stop = new AbortController();
    const due: number[] = [];
    const missed: number[] = [];
    const running = createClockTrigger('*/5 * * * *', 'UTC', clock).run(
      { due: async (at) => void due.push(at), missed: (at) => void missed.push(at) },
      stop.signal,
    );
    void clock.sleepUntil(START + 3 * DAY).then(() => stop.abort());
    await clock.run(running);
    expect(due).toEqual(Array.from({ length: 864 }, (_, index) => Date.parse('2025-09-15T20:05:00Z') + index * 5 * MINUTE));
    expect(missed).toEqual([]);
  });

  it('does not begin a check while the one before is going on, says so, and takes up the next', async () => {
    const clock = new VirtualClock(START);
    const stop = new AbortController();
    const told: string[] = [];
    const running = createClockTrigger('*/5 * * * *', 'UTC', clock).run(
      {
        due: async (at) => {
          told.push(`due ${clockTime(at)}`);
          if (told.length === 1) await clock.sleepUntil(at + 7 * MINUTE);
        },
        missed: (at, why) => void told.push(`missed ${clockTime(at)} ${why}`),
      },
      stop.signal,
    );
    void clock.sleepUntil(START + 18 * MINUTE).then(() => stop.abort());
    await clock.run(running);
    expect(told).toEqual(['due 20:05', 'missed 20:10 busy', 'due 20:15', 'due 20:20']);
  });

  it('says what was slept through and catches nothing up', async () => {
    // A clock of a laptop whose lid was shut from the second wait on.
    const virtual = new VirtualClock(START);
    let frozen = 0;
    let waits = 0;
    const clock: Clock = {
      now: () => virtual.now() + frozen,
      during: (work) => work,
      sleepUntil: async (at, signal) => {
        await virtual.sleepUntil(at - frozen, signal);
        if ((waits += 1) === 2) frozen = HOUR - MINUTE;
      },
    };
    const stop = new AbortController();
    const told: string[] = [];
    const running = createClockTrigger('*/20 * * * *', 'UTC', clock).run(
      { due: async (at) => void told.push(`due ${clockTime(at)}`), missed: (at, why) => void told.push(`missed ${clockTime(at)} ${why}`) },
      stop.signal,
    );
    void virtual.sleepUntil(START + 80 * MINUTE).then(() => stop.abort());
    await virtual.run(running);
    expect(told).toEqual([
      'due 20:20',
      'missed 20:40 late',
      'missed 21:00 late',
      'missed 21:20 late',
      'due 21:40',
      'due 22:00',
      'due 22:20',
    ]);
  });

  it('waits for a check that is going on when it is stopped, and begins none any more', async () => {
    const clock = new VirtualClock(START);
    const stop = new AbortController();
    const told: string[] = [];
    const running = createClockTrigger('*/5 * * * *', 'UTC', clock).run(
      {
        due: async () => {
          stop.abort();
          await clock.sleepUntil(clock.now() + 20 * SECOND);
          told.push('ended');
        },
        missed: () => void told.push('missed'),
      },
      stop.signal,
    );
    await clock.run(running);
    expect(told).toEqual(['ended']);
  });

  it('ends with the error of a check that fails', async () => {
    const clock = new VirtualClock(START);
    const running = createClockTrigger('*/5 * * * *', 'UTC', clock).run(
      { due: () => Promise.reject(new Error('a bug')), missed: () => undefined },
      new AbortController().signal,
    );
    running.catch(() => undefined);
    await clock.run(running);
    await expect(running).rejects.toThrow('a bug');
  });
});

describe('a trigger by node-cron', () => {
  it('is due at the second of the schedule, once, and stops with what is going on', async () => {
    const stop = new AbortController();
    const due: number[] = [];
    let ended = false;
    // Six fields, seconds first: node-cron reads them, and the test need not wait for a minute.
    const running = createCronTrigger('* * * * * *', 'UTC').run(
      {
        due: async (at) => {
          due.push(at);
          stop.abort();
          await Promise.resolve();
          ended = true;
        },
        missed: () => undefined,
      },
      stop.signal,
    );
    await running;
    expect(due).toHaveLength(1);
    expect(due[0]! % SECOND).toBe(0);
    expect(ended).toBe(true);
  });

  it('does nothing when it is stopped before it began', async () => {
    const due: number[] = [];
    await createCronTrigger('* * * * * *', 'UTC').run(
      { due: async (at) => void due.push(at), missed: () => undefined },
      AbortSignal.abort(),
    );
    expect(due).toEqual([]);
  });

  it('ends with the error of a check that fails', async () => {
    const running = createCronTrigger('* * * * * *', 'UTC').run(
      { due: () => Promise.reject(new Error('a bug')), missed: () => undefined },
      new AbortController().signal,
    );
    await expect(running).rejects.toThrow('a bug');
  });
});

function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
