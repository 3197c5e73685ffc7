import type { JournalLine } from '../../../src/ports/store.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import type { Told } from '../../../src/report/documents/story.ts';
import type { ReportExtras } from '../../../src/report/run-report.ts';
import { signOffsOf } from '../../../src/report/sign-offs.ts';

/** What a document is made of, from a journal alone. */
export function toldOf(lines: readonly JournalLine[], extras: ReportExtras = {}): Told {
  return { report: buildReport(lines, extras), lines, status: null, driven: null, state: '.firebreak', signOffs: signOffsOf(lines) };
}
