/** A process that takes and gives back the lease of a folder store 40 times and prints the epochs it got. */
import { TransientError } from '../../../src/core/errors.ts';
import { createFolderStore } from '../../../src/store/folder.ts';
import { thisHost } from '../../durable/support/this-host.ts';

const [, , dir, name] = process.argv;
const host = thisHost();
const store = createFolderStore(dir!, 'target', { host });
const owner = { token: `process ${name}`, host: 'here', pid: process.pid, described: `process ${name}` };

for (let taken = 0; taken < 40;) {
  try {
    const { acquired, lease } = await store.acquireLease(owner, 0, 1_000);
    if (!acquired) continue;
    taken++;
    process.stdout.write(`${lease.epoch}\n`);
    await store.releaseLease(lease);
  } catch (thrown) {
    if (!(thrown instanceof TransientError)) throw thrown;
  }
}
