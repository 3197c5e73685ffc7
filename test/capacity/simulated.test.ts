import { describe, expect, it } from 'vitest';
import { judgeCapacity } from '../../src/capacity/thresholds.ts';
import { createClockTrigger } from '../../src/capacity/trigger.ts';
import { DAY, MINUTE } from '../../src/core/duration.ts';
import { connectionBudgets } from '../../src/diagnosis/infrastructure/connection-budget.ts';
import { rehearsed } from './support/rehearsed.ts';

const never = new AbortController().signal;

async function checkOf(name: string) {
  const { observer, spec, go } = await rehearsed(name);
  const observation = await go(observer.observe(never));
  return judgeCapacity(observation, spec, connectionBudgets(observation, spec));
}

describe('the capacity check in the simulator', () => {
  it('names connector and connections of issue #1278 as over their thresholds, with figures', async () => {
    const { verdict, limits } = await checkOf('issue-1278');
    expect(verdict.outcome).toBe('fail');
    expect(verdict.because).toMatch(/connector cpu of staging-connector: (?:9\d|100) %, at most 70 %/);
    expect(verdict.because).toMatch(/connections now of staging-shared-postgres: 8\d % \(3\d\d of 400\), at most 75 %/);
    const over = limits.filter(({ verdict: { outcome } }) => outcome === 'fail').map(({ name }) => name);
    expect(over).toEqual(expect.arrayContaining(['connector cpu', 'connector instances', 'connections now', 'error rate']));
    for (const { headroom, verdict: one } of limits) if (one.outcome === 'fail') expect(headroom).toBeLessThan(0);
  });

  it('is green where everything is fine, and still tells the worst case', async () => {
    const { verdict, limits } = await checkOf('already-healthy');
    expect(verdict).toEqual({ outcome: 'pass', because: expect.stringMatching(/^\d+ limits kept$/) });
    const atMost = limits.find(({ name }) => name === 'connections at max instances');
    expect(atMost).toMatchObject({ decides: false, verdict: { outcome: 'fail' } });
  });

  it('is not green on a connector that others fill, whatever is scaled', async () => {
    expect((await checkOf('no-improvement')).verdict.outcome).toBe('fail');
  });

  it('misses and doubles nothing in three virtual days of its schedule', async () => {
    const { observer, spec, clock, scenario, simulator } = await rehearsed('already-healthy');
    const { schedule, timeZone } = spec.capacity;
    const stop = new AbortController();
    const looks: { at: number; outcome: string }[] = [];
    const missed: number[] = [];
    const running = createClockTrigger(schedule, timeZone, clock).run(
      {
        due: async (at) => {
          const observation = await observer.observe(never);
          looks.push({ at, outcome: judgeCapacity(observation, spec, connectionBudgets(observation, spec)).verdict.outcome });
        },
        missed: (at) => void missed.push(at),
      },
      stop.signal,
    );
    void clock.sleepUntil(scenario.startAt + 3 * DAY).then(() => stop.abort());
    await clock.run(running);
    const first = Math.ceil((scenario.startAt + 1) / (5 * MINUTE)) * 5 * MINUTE;
    expect(looks.map(({ at }) => at)).toEqual(Array.from({ length: 864 }, (_, index) => first + index * 5 * MINUTE));
    expect(missed).toEqual([]);
    expect(simulator.writes()).toEqual([]);
    expect(new Set(looks.map(({ outcome }) => outcome))).toEqual(new Set(['pass']));
  }, 300_000);
});
