import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { leftAlone, worldOf } from './generate.ts';
import { liveThrough } from './run-world.ts';

/** What every change must pass; `npm run simulate:worlds` runs 2,000 and holds them against every rule. */
const WORLDS = 30;
const SCRIPT = fileURLToPath(new URL('worlds.ts', import.meta.url));

test(`in ${WORLDS} random healthy worlds no service and no connector is touched`, { timeout: 300_000 }, async () => {
  const args = [SCRIPT, '--from', '1', '--seeds', String(2 * WORLDS), '--only', 'healthy', '--rule', 'left alone: PATCH', '--jobs', '2'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 << 20 }).catch(
    (thrown: { stdout?: string; stderr?: string }) => {
      throw new Error(`${thrown.stdout ?? ''}${thrown.stderr ?? ''}`.trim().slice(0, 20_000));
    },
  );
  expect(stdout).toContain(`${WORLDS} of ${WORLDS} worlds`);
});

test('half of the worlds are healthy, and stay so with nobody at work', { timeout: 300_000 }, async () => {
  for (let seed = 1; seed < 40; seed += 2) {
    const { play, isIll, described } = await worldOf(seed);
    expect(isIll).toBe(false);
    expect(leftAlone(play.scenario), described).toBeGreaterThan(0.99);
  }
});

test('the other half is ill, and most of it stays so for a while with nobody at work', { timeout: 300_000 }, async () => {
  const shares: number[] = [];
  for (let seed = 2; seed < 42; seed += 2) {
    const { play, isIll } = await worldOf(seed);
    expect(isIll).toBe(true);
    shares.push(leftAlone(play.scenario));
  }
  expect(shares.filter((share) => share < 0.97).length).toBeGreaterThan(shares.length / 2);
});

test('a world tells the same story twice', { timeout: 300_000 }, async () => {
  expect(await liveThrough(4)).toEqual(await liveThrough(4));
});
