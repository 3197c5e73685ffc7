import { TransientError } from '../core/errors.ts';
import type { JournalLine, RunRecord, RunStore } from '../ports/store.ts';
import { chainLine } from './journal.ts';
import type { JournalEntry } from './journal.ts';

const ROUNDS = 5;

/**
 * Adds a line to the journal of a run that has ended, behind its last one and chained to it; durable when it returns. Nobody drives
 * such a run, so nobody else numbers lines; of two who add at the same time the second takes the next number.
 * `record`: the run's own, null where the target has begun another since. Must not be called for a run that goes on.
 */
export async function noteAfterEnd(
  store: Pick<RunStore, 'readJournal' | 'appendJournal'>,
  runId: string,
  record: RunRecord | null,
  entry: Omit<JournalEntry, 'states'>,
): Promise<JournalLine> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const journal = await store.readJournal(runId);
    const last = journal.at(-1)?.seq ?? 0;
    // What the record decided last may not be copied yet: it comes first.
    const unwritten = (record?.pending ?? []).filter(({ seq }) => seq > last);
    const end = unwritten.at(-1) ?? journal.at(-1);
    const line = chainLine({ seq: end?.seq ?? 0, head: end?.hash ?? '' }, { ...entry, states: end?.states ?? [] });
    await store.appendJournal(runId, [...unwritten, line]);
    const written = (await store.readJournal(runId)).some(({ hash }) => hash === line.hash);
    if (written) return line;
  }
  throw new TransientError('store-contended', `the journal of ${runId} is written by others at the same time`);
}
