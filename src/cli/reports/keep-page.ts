import type { JournalLine, RunStore } from '../../ports/store.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { VerbDeps } from '../deps.ts';
import { printable } from '../process/exit.ts';

/** As its file ends; a store that keeps nothing says no such place. */
const ENDING = '.html';

/**
 * Keeps the report as a page beside the run’s state, and says where it lies, apart from what the verb prints. A page that cannot be kept
 * is said and stops nothing: the same can be made again by `firebreak report`.
 */
export async function keepPage(
  store: Pick<RunStore, 'keepText'>,
  { report, lines }: { readonly report: RunReport; readonly lines: readonly JournalLine[] },
  { stderr, meant }: Pick<VerbDeps, 'stderr' | 'meant'>,
  quiet = false,
): Promise<void> {
  const { runId } = report;
  if (runId === null) return;
  try {
    const { keptAt, renderHtml } = await import('../../report/html/page.ts');
    const place = await store.keepText(runId, `report${ENDING}`, renderHtml(report, lines, keptAt(meant?.place ?? {})));
    if (place.endsWith(ENDING) && !quiet) stderr.write(`firebreak: the report as a page: ${printable(place)}\n`);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    stderr.write(
      `firebreak: the report could not be kept as a page: ${printable(why)}; firebreak report ${printable(runId)} -o report.html makes it\n`,
    );
  }
}
