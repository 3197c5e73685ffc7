import { describe, expect, test } from 'vitest';
import { runThroughKills } from './rig.ts';

/**
 * The incident of issue 1278 with the controller killed once: at every point around a request that changes the world, and at
 * a spread of saves; then with many kills in one run. The long sweep kills at every point.
 */
const SAVES_SAMPLED = 12;

describe('a killed controller, started again', async () => {
  const undisturbed = await runThroughKills('issue-1278', new Set());
  const around = undisturbed.points.filter(({ what }) => !what.includes('save'));
  const saves = undisturbed.points.filter(({ what }) => what.includes('save'));
  const sampled = saves.filter((_, index) => index % Math.ceil(saves.length / SAVES_SAMPLED) === 0);

  test('is killed at points that matter: requests that change the world, and saves', () => {
    expect(undisturbed.outcome).toBe('recovered');
    expect(around.length).toBeGreaterThanOrEqual(12);
    expect(new Set(undisturbed.writes).size).toBe(undisturbed.writes.length);
  });

  test.each([...around, ...sampled])(
    'ends the same, writes nothing twice and tells what it did when killed at point $number: $what',
    { timeout: 60_000 },
    async ({ number }) => {
      const survived = await runThroughKills('issue-1278', new Set([number]));
      expect(survived.boots).toBe(2);
      expect(survived.outcome).toBe('recovered');
      expect(survived.writes).toEqual(undisturbed.writes);
      expect(survived.traffic).toEqual(undisturbed.traffic);
    },
  );

  test('ends the same when killed twenty times in one run', { timeout: 60_000 }, async () => {
    const kills = new Set(Array.from({ length: 20 }, (_, index) => 5 + index * 23));
    const survived = await runThroughKills('issue-1278', kills);
    expect(survived.boots).toBeGreaterThanOrEqual(15);
    expect(survived.writes).toEqual(undisturbed.writes);
    expect(survived.traffic).toEqual(undisturbed.traffic);
  });

  test('opens one case however often it is killed around it', { timeout: 120_000 }, async () => {
    const base = await runThroughKills('regional-shortage', new Set());
    const posts = base.points.filter(({ what }) => what.includes('/cases'));
    expect(base.cases).toBe(1);
    for (const { number } of posts.slice(0, 4)) expect((await runThroughKills('regional-shortage', new Set([number]))).cases).toBe(1);
  });
});
