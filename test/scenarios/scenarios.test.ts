import { describe, expect, it } from 'vitest';
import { listScenarios, readScenario } from '../../src/simulator/scenario.ts';
import { everyNth, spread } from '../spread.ts';
import { readsPerLook, tell } from './rehearsed.ts';

const MOST_READS = 12;
const MOST_LOGGING = 1;
/** Told a second time; all of them in scenarios.long.ts. */
const TOLD_TWICE = spread(listScenarios(), everyNth(4)).map(({ name }) => name);

describe.each(listScenarios().map(({ name, title }) => [name, title] as const))('%s: %s', (name) => {
  it('ends as the scenario says, and reads within the budget of DESIGN section 12', async () => {
    const scenario = readScenario(name);
    const once = await tell(scenario);
    const unmet = once.expectations.filter(({ met }) => !met).map(({ what, found }) => `expected ${what}; found ${found}`);
    expect(unmet).toEqual([]);
    if (TOLD_TWICE.includes(name)) expect((await tell(scenario)).hash, 'the same story twice').toBe(once.hash);
    const averages = readsPerLook(once.rehearsed);
    // The first look reads the day and both logs, beside the preflight; a change of our own within the next one asks for the admin log at once.
    averages.forEach(({ all, logging }, index) => {
      expect(all).toBeLessThanOrEqual(index === 0 ? MOST_READS + 0.2 : MOST_READS);
      expect(logging).toBeLessThanOrEqual(index === 0 ? MOST_LOGGING + 0.1 : MOST_LOGGING);
    });
  });
});

describe('another seed', () => {
  it('is another story with the same end', async () => {
    const scenario = readScenario('issue-1278');
    const [one, other] = [await tell(scenario), await tell({ ...scenario, seed: scenario.seed + 1 })];
    expect(other.hash).not.toBe(one.hash);
    expect(other.expectations.filter(({ met }) => !met)).toEqual([]);
  });
});
