import type { ActivityOptions } from '../controller/activities/options.ts';
import type { RunStore } from '../ports/store.ts';
import { buildReport } from '../report/build-report.ts';
import { effectOf } from '../report/documents/effects.ts';
import { renderHandoff } from '../report/documents/handoff.ts';

/** What a support case is given of the journal: the document for whoever takes the incident over, and what each change has done. */
export function caseEvidence(store: Pick<RunStore, 'readJournal' | 'described'>, runId: string): NonNullable<ActivityOptions['evidence']> {
  return async () => {
    const lines = await store.readJournal(runId);
    const report = buildReport(lines, {});
    const document = renderHandoff({ report, lines, status: null, driven: true, state: store.described, signOffs: [] });
    const effects = report.mutations.map((change) => `${change.title}: ${effectOf(change, report, lines)}`);
    return { effects, document };
  };
}
