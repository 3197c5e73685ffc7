import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isThere } from '../architecture/outside.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-read-only-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STORES = new URL('../../src/composition/stores.ts', import.meta.url).href;
const TRY = `
import { openStore } from '${STORES}';
const store = await openStore(process.argv[1] + '/deep/state', 'p/r/n');
const owner = { token: 't', host: 'h', pid: process.pid, described: 'd' };
await store.acquireLease(owner, 0, 1).then(() => console.log('written'), ({ code, message, exitCode }) => console.log(JSON.stringify({ code, message, exitCode })));
`;

/** A file system of its own that nobody may write, in a mount namespace of this process alone. */
const mounted = (then: string) =>
  spawnSync('unshare', ['-rm', 'sh', '-c', `mount -t tmpfs -o ro none "$0" && ${then}`, folder], { encoding: 'utf8' });

test.skipIf(!isThere('mounts'))('a read-only file system is told as that, and is no reason to try again', () => {
  const { stdout, stderr } = mounted(`"${process.execPath}" --input-type=module -e '${TRY.replaceAll("'", `"`)}' "$0"`);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    code: 'store-not-writable',
    message: expect.stringContaining('(EROFS)'),
    exitCode: 2,
  });
});
