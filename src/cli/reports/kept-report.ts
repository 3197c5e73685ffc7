import type { IncidentContext } from '../../../machines/incident/context.ts';
import type { JournalLine, RunRecord, RunStore } from '../../ports/store.ts';
import type { ReportExtras, RunReport } from '../../report/run-report.ts';
import type { SignOff } from '../../report/sign-offs.ts';

export interface KeptReport {
  readonly report: RunReport;
  /** What the report is made of, in order: the journal, and what the record has yet to copy into it. */
  readonly lines: readonly JournalLine[];
  /** Also those that were left after its end. */
  readonly signOffs: readonly SignOff[];
}

/**
 * The report of a run, from what the store keeps, by reading alone: of one at work as well, up to its newest line. What a damaged
 * journal lacks is filled from the run's record, and said.
 */
export async function keptReport(
  store: Pick<RunStore, 'readJournal' | 'load' | 'readCommands'>,
  runId: string,
  extras: ReportExtras = {},
): Promise<KeptReport> {
  const [{ buildReport }, { journalDamage }, { signOffsOf }] = await Promise.all([
    import('../../report/build-report.ts'),
    import('../runs/journal-damage.ts'),
    import('../../report/sign-offs.ts'),
  ]);
  // The record first: a line that is copied between the two reads is then seen twice, never missed.
  const kept = await store.load();
  const journal = await store.readJournal(runId);
  const record = kept?.runId === runId ? kept : null;
  const inbox = record?.ended === null ? await store.readCommands() : [];
  const damage = journalDamage(journal, record);
  const context = (record?.snapshot as { readonly context?: IncidentContext } | undefined)?.context;
  const recorded = damage === null || context === undefined ? {} : { recorded: context.mutations };
  const all = withPending(journal, record);
  // What people write into a journal when its run is over is no part of the run.
  const end = all.findIndex(({ event }) => event === 'run.ended');
  const lines = end < 0 ? all : all.slice(0, end + 1);
  return { lines, signOffs: signOffsOf(all, inbox), report: buildReport(lines, { ...extras, damage, ...recorded }) };
}

/** The journal, and what the record has yet to copy into it. */
export function withPending(journal: readonly JournalLine[], record: RunRecord | null): readonly JournalLine[] {
  const last = journal.at(-1)?.seq ?? 0;
  return [...journal, ...(record?.pending ?? []).filter(({ seq }) => seq > last)];
}
