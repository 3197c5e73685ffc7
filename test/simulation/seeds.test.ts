import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

/** What every change must pass; `npm run simulate:seeds -- --seeds 10000` runs more. */
const SEEDS = 60;
const SCRIPT = fileURLToPath(new URL('seeds.ts', import.meta.url));

test(`${SEEDS} seeded incidents, disturbed in every way we know, keep every rule`, { timeout: 600_000 }, async () => {
  const args = [SCRIPT, '--from', '1', '--seeds', String(SEEDS), '--jobs', '2'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 << 20 }).catch(
    (thrown: { stdout?: string; stderr?: string }) => {
      throw new Error(`${thrown.stdout ?? ''}${thrown.stderr ?? ''}`.trim().slice(0, 20_000));
    },
  );
  expect(stdout).toContain(`${SEEDS} of ${SEEDS} seeds (1 to ${SEEDS}) kept every rule`);
});

test.each([7, 42, 165])('seed %i tells the same story twice', { timeout: 60_000 }, async (seed) => {
  const [first, second] = [await simulate(seed), await simulate(seed)];
  expect(first.story.length).toBeGreaterThan(3);
  expect(second).toEqual(first);
});
