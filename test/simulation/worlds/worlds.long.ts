import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** `npm run simulate:worlds` runs 2,000. */
const WORLDS = 300;
const SCRIPT = fileURLToPath(new URL('worlds.ts', import.meta.url));

test(
  `in ${WORLDS} random worlds no write makes it worse, a healthy system is left alone, and what is told is true`,
  { timeout: 900_000 },
  async () => {
    const args = [SCRIPT, '--from', '1001', '--seeds', String(WORLDS), '--jobs', '2'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 << 20 }).catch(
      (thrown: { stdout?: string; stderr?: string }) => {
        throw new Error(`${thrown.stdout ?? ''}${thrown.stderr ?? ''}`.trim().slice(0, 20_000));
      },
    );
    expect(stdout).toContain(`${WORLDS} of ${WORLDS} worlds`);
  },
);
