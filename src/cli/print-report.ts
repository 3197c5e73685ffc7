import type { JournalLine } from '../ports/store.ts';
import type { ReportExtras } from '../report/run-report.ts';
import type { VerbDeps } from './deps.ts';
import { printResult } from './output.ts';

/** The report of a run, from its journal alone. */
export async function printReport(deps: VerbDeps, lines: readonly JournalLine[], json: boolean, extras: ReportExtras): Promise<void> {
  const [{ buildReport }, { renderText }] = await Promise.all([import('../report/build-report.ts'), import('../report/render-text.ts')]);
  const report = buildReport(lines, extras);
  printResult(deps.stdout, json, report, [renderText(report)]);
}
