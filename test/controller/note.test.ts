import { expect, it } from 'vitest';
import { verifyJournal } from '../../src/durable/journal.ts';
import { changeMachine, quickRun } from '../durable/support/quick-run.ts';

it('lets a note into the journal that is no step: the machine hears nothing of it', async () => {
  const { run, store, end } = quickRun(changeMachine, { activities: { change: async () => ({ revision: 'r-2' }) } });
  run.note('time.stoodStill', { stoodStillMs: 12_000 });
  expect(await end()).toBe('done');
  const lines = await store.readJournal('run-1');
  expect(lines.map(({ event }) => event)).toEqual(['run.started', 'time.stoodStill', 'change.done', 'timer.SOAK', 'run.ended']);
  expect(lines[1]).toMatchObject({ kind: 'note', data: { stoodStillMs: 12_000 }, states: lines[0]?.states });
  expect(verifyJournal(lines)).toMatchObject({ ok: true });
});
