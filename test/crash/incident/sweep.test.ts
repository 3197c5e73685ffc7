import { describe, expect, test } from 'vitest';
import { runThroughKills } from '../../../src/proof/run-with-kills.ts';
import { everyNth, spread } from '../../spread.ts';
import { playOf } from './play.ts';

/**
 * The controller killed once: around requests that change the world, and at a spread of saves; then with many kills in one run.
 * Points before and after a request take turns, so every third of them holds both (all of them in sweep.long.ts). `npm run prove`
 * kills at every point.
 */
const SAVES_SAMPLED = 8;

describe.each([
  { scenario: 'issue-1278', outcome: 'recovered', least: 12 },
  { scenario: 'bad-deploy', outcome: 'restored', least: 10 },
  { scenario: 'regional-shortage', outcome: 'escalated', least: 6 },
])('a controller killed in $scenario and started again', async ({ scenario, outcome, least }) => {
  const play = await playOf(scenario);
  const undisturbed = await runThroughKills(play, new Set());
  const around = undisturbed.points.filter(({ what }) => !what.includes(' save '));
  const saves = undisturbed.points.filter(({ what }) => what.includes(' save '));
  const sampled = saves.filter((_, index) => index % Math.ceil(saves.length / SAVES_SAMPLED) === 0);

  test('is killed at points that matter: requests that change the world, and saves', () => {
    expect(undisturbed.outcome).toBe(outcome);
    expect(around.length).toBeGreaterThanOrEqual(least);
    expect(sampled.length).toBeGreaterThanOrEqual(SAVES_SAMPLED / 2);
  });

  test.each(spread([...around, ...sampled], everyNth(3), everyNth(9)))(
    'ends the same, writes nothing twice and leaves the same world when killed at point $number: $what',
    { timeout: 300_000 },
    async ({ number }) => {
      const { boots, points: _points, mutations: _mutations, ...survived } = await runThroughKills(play, new Set([number]));
      const { boots: _once, points: _all, mutations: _told, ...wanted } = undisturbed;
      expect(boots).toBe(2);
      expect(survived).toEqual(wanted);
    },
  );
});

test('ends the same when killed twenty times in one run', { timeout: 300_000 }, async () => {
  const play = await playOf('issue-1278');
  const undisturbed = await runThroughKills(play, new Set());
  const kills = new Set(Array.from({ length: 20 }, (_, index) => 5 + index * 23));
  const survived = await runThroughKills(play, kills);
  expect(survived.boots).toBeGreaterThanOrEqual(15);
  expect(survived.writes).toEqual(undisturbed.writes);
  expect(survived.traffic).toEqual(undisturbed.traffic);
});
