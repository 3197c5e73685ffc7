import type { Diagnosis } from '../../core/model/diagnosis.ts';
import { evidenceLines, whyLines } from '../cause-lines.ts';
import { instant, likelihood } from '../formatting.ts';

/** The diagnosis as text: causes by rank with how sure they are, lines that can be opened, the whys, and what could not be seen. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const causes = diagnosis.causes.flatMap((cause, index) => [
    `${index + 1}. ${cause.kind}  (${likelihood(cause)})  ${cause.subject}`,
    `   ${cause.summary}`,
    ...evidenceLines(cause).map((line) => `   ${line}`),
  ]);
  const lines = [
    diagnosis.healthy
      ? `Healthy at ${instant(diagnosis.at)}: everything needed was measured and meets its goal.`
      : diagnosis.suspected === undefined
        ? `Not healthy at ${instant(diagnosis.at)}.`
        : `Not known to be healthy at ${instant(diagnosis.at)}: suspected, and not agreed; the causes are what it could be.`,
    ...(diagnosis.suspected ?? []).map((said) => `  ${said}`),
    ...(causes.length === 0 ? [] : ['', ...causes]),
    ...whyLines(diagnosis),
    ...(diagnosis.unknowns.length === 0 ? [] : ['', 'Not known', ...diagnosis.unknowns.map((unknown) => `  ${unknown}`)]),
  ];
  return `${lines.join('\n')}\n`;
}
