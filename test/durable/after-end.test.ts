import { describe, expect, it } from 'vitest';
import { noteAfterEnd } from '../../src/durable/after-end.ts';
import { chainLine, verifyJournal } from '../../src/durable/journal.ts';
import type { JournalLine } from '../../src/ports/store.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { recordAt } from '../store/contract.ts';

const entry = (at: number, note: string) => ({ at, kind: 'command' as const, event: 'SIGN_OFF', data: { note } });

function chained(...events: readonly string[]): readonly JournalLine[] {
  const lines: JournalLine[] = [];
  for (const event of events)
    lines.push(
      chainLine(
        { seq: lines.length, head: lines.at(-1)?.hash ?? '' },
        { at: 1, kind: 'decision', event, states: ['recovered'], data: null },
      ),
    );
  return lines;
}

describe('a line after the end of a run', () => {
  it('stands behind the last one and is chained to it', async () => {
    const store = createMemoryStore('x');
    await store.appendJournal('run-1', chained('run.started', 'run.ended'));
    await noteAfterEnd(store, 'run-1', null, entry(5, 'seen'));
    const lines = await store.readJournal('run-1');
    expect(lines.map(({ seq, event }) => [seq, event])).toEqual([
      [1, 'run.started'],
      [2, 'run.ended'],
      [3, 'SIGN_OFF'],
    ]);
    expect(verifyJournal(lines).ok).toBe(true);
  });

  it('comes after what the record has decided and not copied yet', async () => {
    const store = createMemoryStore('x');
    const lines = chained('run.started', 'conclude.done', 'run.ended');
    await store.appendJournal('run-1', lines.slice(0, 1));
    await noteAfterEnd(store, 'run-1', recordAt(1, 9, { runId: 'run-1', pending: lines.slice(1) }), entry(5, 'seen'));
    const kept = await store.readJournal('run-1');
    expect(kept.map(({ event }) => event)).toEqual(['run.started', 'conclude.done', 'run.ended', 'SIGN_OFF']);
    expect(verifyJournal(kept).ok).toBe(true);
  });

  it('is not lost where somebody else takes its number first', async () => {
    const store = createMemoryStore('x');
    await store.appendJournal('run-1', chained('run.started', 'run.ended'));
    let first = true;
    const raced = {
      readJournal: (runId: string) => store.readJournal(runId),
      appendJournal: async (runId: string, lines: readonly JournalLine[]) => {
        if (first) {
          first = false;
          await noteAfterEnd(store, 'run-1', null, entry(4, 'the other'));
        }
        await store.appendJournal(runId, lines);
      },
    };
    await noteAfterEnd(raced, 'run-1', null, entry(5, 'ours'));
    const kept = await store.readJournal('run-1');
    expect(kept.slice(2).map(({ data }) => data)).toEqual([{ note: 'the other' }, { note: 'ours' }]);
    expect(verifyJournal(kept).ok).toBe(true);
  });
});
