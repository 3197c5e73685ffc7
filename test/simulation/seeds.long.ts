import { test } from 'vitest';
import { everySeedKeepsTheRules } from './run-seeds.ts';

const SEEDS = 1_000;

test(`${SEEDS} seeded incidents, disturbed in every way we know, keep every rule`, { timeout: 1_800_000 }, () =>
  everySeedKeepsTheRules(SEEDS),
);
