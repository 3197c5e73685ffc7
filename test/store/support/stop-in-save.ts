import { FirebreakError } from '../../../src/core/errors.ts';
import { createFolderStore } from '../../../src/store/folder.ts';
import { thisHost } from '../../durable/support/this-host.ts';
import { NOW, owner, recordAt } from '../contract.ts';

/** Takes the lease for a second, then stops itself in the middle of a save, under the store's lock; tells how it ended. */
const store = createFolderStore(process.argv[2]!, 'target', { host: thisHost() });
await store.acquireLease(owner('a', process.pid), NOW, 1_000);
let stops = 1;
const record = {
  ...recordAt(1, 1),
  toJSON() {
    if (stops-- > 0) process.kill(process.pid, 'SIGSTOP');
    return recordAt(1, 1);
  },
};
const told = await store.save(record).then(
  () => 'saved',
  (thrown: unknown) => (thrown instanceof FirebreakError ? thrown.code : String(thrown)),
);
process.stdout.write(`${told}\n`);
