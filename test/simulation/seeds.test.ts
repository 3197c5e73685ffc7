import { expect, test } from 'vitest';
import { asMany } from '../spread.ts';
import { everySeedKeepsTheRules } from './run-seeds.ts';
import { simulate } from './simulate.ts';

/** With `npm test`, and with the wide suites; the long ones run a thousand, `npm run simulate:seeds` ten thousand. */
const SEEDS = asMany(20, 80);

test(`${SEEDS} seeded incidents, disturbed in every way we know, keep every rule`, { timeout: 600_000 }, () =>
  everySeedKeepsTheRules(SEEDS),
);

test.each([7, 42, 165])('seed %i tells the same story twice', { timeout: 300_000 }, async (seed) => {
  const [first, second] = [await simulate(seed), await simulate(seed)];
  expect(first.story.length).toBeGreaterThan(3);
  expect(second).toEqual(first);
});
