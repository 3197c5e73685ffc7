import { describe, expect, it } from 'vitest';
import type { RunStore } from '../../src/ports/store.ts';
import { START, changeMachine, quickRun } from '../durable/support/quick-run.ts';

const works = { change: async () => ({}) };

const send = (store: RunStore, id: string, event: { readonly type: string; readonly [field: string]: unknown }): Promise<void> =>
  store.sendCommand({ id, at: START, by: 'ana', event });

/** A run in its soak, which has looked into its inbox after these orders were left. */
async function told(orders: readonly (readonly [string, string])[], more: Parameters<typeof quickRun>[1] = {}) {
  const quick = quickRun(changeMachine, { activities: works, ...more });
  await quick.clock.run(() => false, { limitAt: START });
  for (const [id, type] of orders) await send(quick.store, id, { type });
  await quick.run.nudge();
  await quick.clock.run(() => false, { limitAt: START });
  return quick;
}

describe('the receipt of an order', () => {
  it('says that the run goes by it, in the save that holds its consequence', async () => {
    const { store } = await told([['c1', 'HOLD']]);
    expect(await store.load()).toMatchObject({
      snapshot: { value: 'held' },
      commandsTaken: ['c1'],
      receipts: [{ id: 'c1', accepted: true, why: null }],
    });
  });

  it('says why nobody hears it', async () => {
    const { store } = await told([['c1', 'RESUME']]);
    expect((await store.load())!.receipts).toEqual([{ id: 'c1', accepted: false, why: 'no state accepts it now', at: START }]);
  });

  it('says why it is no order at all', async () => {
    const { store } = await told([['c1', 'HOLD']], { readCommand: () => ({ refusal: 'it says not who' }) });
    expect((await store.load())!.receipts).toEqual([{ id: 'c1', accepted: false, why: 'it says not who', at: START }]);
  });

  it('says why the machine hears it and does not go by it', async () => {
    const refuses = ({ value }: { readonly value: unknown }): string | null => (value === 'soaking' ? 'not in the soak' : null);
    const { store } = await told(
      [
        ['c1', 'HOLD'],
        ['c2', 'RESUME'],
      ],
      { refuses },
    );
    expect((await store.load())!.receipts).toEqual([
      { id: 'c1', accepted: false, why: 'not in the soak', at: START },
      { id: 'c2', accepted: true, why: null, at: START },
    ]);
  });

  it('says that a note is kept: in the journal, and the machine stands as it stood', async () => {
    const data = { name: 'Ann' };
    const { store, run } = await told([['c1', 'SIGN_OFF']], { readCommand: () => ({ note: { event: 'SIGN_OFF', data } }) });
    const record = await store.load();
    expect(record).toMatchObject({ snapshot: { value: 'soaking' }, receipts: [{ id: 'c1', accepted: true, why: null }] });
    await run.stop('enough');
    expect(await store.readJournal(record!.runId)).toContainEqual(expect.objectContaining({ kind: 'command', event: 'SIGN_OFF', data }));
  });

  it('is missing for what a version took that gave none, which is not taken again', async () => {
    const first = await told([['c1', 'HOLD']]);
    await first.run.stop('an upgrade');
    const { receipts: _receipts, ...former } = (await first.store.load())!;
    await first.store.save({ ...former, seq: former.seq + 1 });
    await send(first.store, 'c1', { type: 'RESUME' });
    const { store } = await told([['c2', 'HOLD']], { store: first.store, clock: first.clock });
    expect(await store.load()).toMatchObject({
      snapshot: { value: 'held' },
      commandsTaken: ['c1', 'c2'],
      receipts: [{ id: 'c2', accepted: false }],
    });
  });
});
