import { verifyJournal } from '../../durable/journal.ts';
import type { JournalLine, RunRecord } from '../../ports/store.ts';

/**
 * What is wrong with a run's journal, in words; null when it is whole: nothing changed, taken out or cut off. `record` says where
 * it ends; null where it is about another run, or there is none: then a cut-off end cannot be seen.
 */
export function journalDamage(lines: readonly JournalLine[], record: RunRecord | null): string | null {
  const verdict = verifyJournal(lines);
  if (!verdict.ok) return `line ${verdict.badSeq}: ${verdict.why}`;
  if (record === null) return null;
  const known = [...lines, ...record.pending.filter(({ seq }) => seq > (lines.at(-1)?.seq ?? 0))];
  const last = known.at(-1)?.seq ?? 0;
  if (last >= record.journalSeq) return null;
  return `its end is cut off: it holds ${last} of ${record.journalSeq} lines`;
}
