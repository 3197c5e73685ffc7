import { expect, test } from 'vitest';
import { leftAlone, worldOf } from './generate.ts';
import { liveThrough } from './run-world.ts';

test('half of the worlds are healthy, and stay so with nobody at work', { timeout: 60_000 }, async () => {
  for (let seed = 1; seed < 40; seed += 2) {
    const { play, isIll, described } = await worldOf(seed);
    expect(isIll).toBe(false);
    expect(leftAlone(play.scenario), described).toBeGreaterThan(0.99);
  }
});

test('the other half is ill, and most of it stays so for a while with nobody at work', { timeout: 60_000 }, async () => {
  const shares: number[] = [];
  for (let seed = 2; seed < 42; seed += 2) {
    const { play, isIll } = await worldOf(seed);
    expect(isIll).toBe(true);
    shares.push(leftAlone(play.scenario));
  }
  expect(shares.filter((share) => share < 0.97).length).toBeGreaterThan(shares.length / 2);
});

test('a world tells the same story twice', { timeout: 60_000 }, async () => {
  expect(await liveThrough(4)).toEqual(await liveThrough(4));
});
