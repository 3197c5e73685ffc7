import type { IncidentContext } from '../../machines/incident/context.ts';
import { plain } from '../core/outside/plain.ts';
import type { RunStore } from '../ports/store.ts';
import type { VerbDeps } from './deps.ts';
import { printResult } from './output.ts';

/** The report of a run, from its journal; what a damaged journal lacks is filled from the run's record, and said. */
export async function printReport(deps: VerbDeps, store: RunStore, runId: string, json: boolean): Promise<void> {
  const [{ buildReport }, { renderText }, { journalDamage }] = await Promise.all([
    import('../report/build-report.ts'),
    import('../report/render-text.ts'),
    import('./journal-damage.ts'),
  ]);
  const [lines, kept] = await Promise.all([store.readJournal(runId), store.load()]);
  const record = kept?.runId === runId ? kept : null;
  const damage = journalDamage(lines, record);
  const context = (record?.snapshot as { readonly context?: IncidentContext } | undefined)?.context;
  const report = buildReport(lines, { damage, ...(damage === null || context === undefined ? {} : { recorded: context.mutations }) });
  printResult(deps.stdout, json, report, [plain(renderText(report))]);
}
