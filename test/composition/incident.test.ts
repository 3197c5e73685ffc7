import { expect, test } from 'vitest';
import { startLiveRun } from '../../src/composition/incident.ts';
import type { LiveRunOptions } from '../../src/composition/incident.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { drivenRun, OWNER } from '../cli/support/console.ts';
import { SPEC } from '../diagnosis/fixtures.ts';

test('a run that has not ended in the time of a simulator is not gone on with in real time', async () => {
  const store = createMemoryStore('memory');
  const theirs = 'http://127.0.0.1:9';
  await drivenRun(store, { status: { clock: theirs } });
  await store.releaseLease((await store.readLease())!);
  const options = { spec: SPEC, store, owner: { ...OWNER, clock: null } } as unknown as LiveRunOptions;
  await expect(startLiveRun(options)).rejects.toMatchObject({
    code: 'clock-mismatch',
    message: expect.stringContaining(`run run-1, which has not ended, follows the clock at ${theirs}`),
  });
});
