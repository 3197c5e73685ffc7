import { plain } from '../../core/outside/plain.ts';
import type { RunStore } from '../../ports/store.ts';
import type { VerbDeps } from '../deps.ts';
import { keepPage } from './keep-page.ts';
import { keptReport } from './kept-report.ts';
import { printResult } from '../process/output.ts';

/** The report of a run as its last word: for a terminal, or as one JSON object; kept as a page beside the state. */
export async function printReport(deps: VerbDeps, store: RunStore, runId: string, json: boolean): Promise<void> {
  const [{ report, lines }, { renderText }] = await Promise.all([keptReport(store, runId), import('../../report/render/render-text.ts')]);
  printResult(deps.stdout, json, report, [plain(renderText(report))]);
  await keepPage(store, { report, lines }, deps);
}
