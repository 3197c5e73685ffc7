import type { Diagnosis } from '../core/model/diagnosis.ts';
import { instant } from './words.ts';

/** The diagnosis as text: causes with share and confidence, lines that can be opened, the whys, and what could not be seen. */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const causes = diagnosis.causes.flatMap((cause) => [
    `${String(Math.round(cause.share * 100)).padStart(3)} %  ${cause.kind}  (confidence ${cause.confidence.toFixed(2)})  ${cause.subject}`,
    `       ${cause.summary}`,
    ...cause.evidence.map((line) => `       - ${line.at === null ? '' : `${instant(line.at)} `}${line.text} (${line.source})`),
  ]);
  const lines = [
    diagnosis.healthy
      ? `Healthy at ${instant(diagnosis.at)}: everything needed was measured and meets its goal.`
      : `Not healthy at ${instant(diagnosis.at)}.`,
    ...(causes.length === 0 ? [] : ['', ...causes]),
    ...(diagnosis.whys.length === 0 ? [] : ['', 'Why', ...diagnosis.whys.map((why, index) => `  ${index + 1}. ${why.why} ${why.because}`)]),
    ...(diagnosis.unknowns.length === 0 ? [] : ['', 'Not known', ...diagnosis.unknowns.map((unknown) => `  ${unknown}`)]),
  ];
  return `${lines.join('\n')}\n`;
}
