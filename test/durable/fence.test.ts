import { beforeEach, describe, expect, it } from 'vitest';
import { createFence } from '../../src/durable/fence.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { MINUTE } from '../../src/core/duration.ts';
import type { Lease, RunStore } from '../../src/ports/store.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { ownerCalled, START } from './support/quick-run.ts';

describe('a write', () => {
  let clock: VirtualClock;
  let store: RunStore;
  let lease: Lease | null;
  const taken = new Set<string>();
  let forbidden: string | null;
  const fence = () => createFence({ store, clock, lease: () => lease, isTaken: (id) => taken.has(id), forbids: () => forbidden });
  const assertHeld = () => fence().assertHeld();
  const send = (id: string, type: string) => store.sendCommand({ id, at: START, by: 'ana', event: { type } });

  beforeEach(async () => {
    clock = new VirtualClock(START);
    store = createMemoryStore();
    taken.clear();
    forbidden = null;
    ({ lease } = await store.acquireLease(ownerCalled('me'), START, MINUTE));
  });

  it('may go while the lease is ours and nobody has asked to stop', async () => {
    await send('c0', 'APPROVE');
    await expect(assertHeld()).resolves.toBeUndefined();
  });

  it('may not go without a lease', async () => {
    lease = null;
    await expect(assertHeld()).rejects.toMatchObject({ kind: 'fenced', code: 'lease-lost' });
  });

  it('may not go when somebody else has the lease', async () => {
    await store.acquireLease(ownerCalled('you'), START + MINUTE, MINUTE);
    await expect(assertHeld()).rejects.toMatchObject({ kind: 'fenced', code: 'lease-lost', message: 'memory is held by controller you' });
  });

  it('may not go when we have taken the lease anew since: this is an older life of ours', async () => {
    await store.acquireLease(ownerCalled('me'), START, MINUTE);
    await expect(assertHeld()).rejects.toMatchObject({ code: 'lease-lost' });
  });

  it('may not go when it was given back', async () => {
    await store.releaseLease(lease!);
    await expect(assertHeld()).rejects.toMatchObject({
      code: 'lease-gone',
      message: 'nobody holds the lease of memory any more, not even this run',
    });
  });

  it('may not go when the lease has expired by our clock, though nobody has taken it', async () => {
    await clock.run(clock.sleepUntil(START + MINUTE));
    await expect(assertHeld()).rejects.toMatchObject({ code: 'lease-expired' });
  });

  it.each(['HOLD', 'ABORT', 'ROLLBACK'])('may not go when an unread %s lies in the inbox', async (type) => {
    await send('c1', type);
    await expect(assertHeld()).rejects.toMatchObject({ kind: 'fenced', code: 'held', message: `ana asked for ${type}` });
  });

  it('may not change the world when the run has heard the HOLD and stands held', async () => {
    await send('c1', 'HOLD');
    taken.add('c1');
    forbidden = 'held by ana: as I wish';
    await expect(fence().assertMayChange('step')).rejects.toMatchObject({
      kind: 'fenced',
      code: 'held',
      message: 'held by ana: as I wish',
    });
    await expect(assertHeld(), 'what is told to people and to Google is no change of the world').resolves.toBeUndefined();
  });

  it('may go when the run has heard the HOLD and has been let go on since', async () => {
    await send('c1', 'HOLD');
    taken.add('c1');
    await expect(fence().assertMayChange('step')).resolves.toBeUndefined();
  });

  it('asks the run last, with nothing awaited after it', async () => {
    const order: string[] = [];
    const slow: RunStore = { ...store, readLease: () => store.readLease().finally(() => order.push('store')) };
    const asked = createFence({ store: slow, clock, lease: () => lease, isTaken: () => false, forbids: () => (order.push('run'), null) });
    await asked.assertMayChange('step');
    expect(order).toEqual(['store', 'run']);
  });
});
