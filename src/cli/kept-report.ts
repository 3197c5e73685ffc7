import type { IncidentContext } from '../../machines/incident/context.ts';
import type { JournalLine, RunRecord, RunStore } from '../ports/store.ts';
import type { ReportExtras, RunReport } from '../report/run-report.ts';

export interface KeptReport {
  readonly report: RunReport;
  /** What the report is made of, in order: the journal, and what the record has yet to copy into it. */
  readonly lines: readonly JournalLine[];
}

/**
 * The report of a run, from what the store keeps, by reading alone: of one at work as well, up to its newest line. What a damaged
 * journal lacks is filled from the run's record, and said.
 */
export async function keptReport(
  store: Pick<RunStore, 'readJournal' | 'load'>,
  runId: string,
  extras: ReportExtras = {},
): Promise<KeptReport> {
  const [{ buildReport }, { journalDamage }] = await Promise.all([import('../report/build-report.ts'), import('./journal-damage.ts')]);
  // The record first: a line that is copied between the two reads is then seen twice, never missed.
  const kept = await store.load();
  const journal = await store.readJournal(runId);
  const record = kept?.runId === runId ? kept : null;
  const damage = journalDamage(journal, record);
  const context = (record?.snapshot as { readonly context?: IncidentContext } | undefined)?.context;
  const recorded = damage === null || context === undefined ? {} : { recorded: context.mutations };
  const lines = withPending(journal, record);
  return { lines, report: buildReport(lines, { ...extras, damage, ...recorded }) };
}

function withPending(journal: readonly JournalLine[], record: RunRecord | null): readonly JournalLine[] {
  const last = journal.at(-1)?.seq ?? 0;
  return [...journal, ...(record?.pending ?? []).filter(({ seq }) => seq > last)];
}
