import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';

const SCRIPT = fileURLToPath(new URL('seeds.ts', import.meta.url));

/** Runs so many seeds from the first in two processes; fails with what the script says of those that broke a rule. */
export async function everySeedKeepsTheRules(seeds: number): Promise<void> {
  const args = [SCRIPT, '--from', '1', '--seeds', String(seeds), '--jobs', '2'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 << 20 }).catch(
    (thrown: { stdout?: string; stderr?: string }) => {
      throw new Error(`${thrown.stdout ?? ''}${thrown.stderr ?? ''}`.trim().slice(0, 20_000));
    },
  );
  expect(stdout).toContain(`${seeds} of ${seeds} seeds (1 to ${seeds}) kept every rule`);
}
