import { EVIDENCE_ASKED, illWords } from '../core/evidence-asked.ts';
import type { Agreement } from '../diagnosis/witnesses/agreement.ts';
import { KINDS, STEPS } from '../steps/index.ts';
import type { Step } from '../steps/step.ts';

/** The changes that a plan decides; the others follow from them and are judged by comparison. */
export type PlannedChange = Step['evidence'];

/** By class of change and service: what the witnesses come to by what this change asks of them. */
export type AgreedFor = Readonly<Record<PlannedChange, Readonly<Record<string, Agreement>>>>;

/** `agreed` by what each change asks for in the table. */
export function agreedFor(agreed: (asked: (typeof EVIDENCE_ASKED)[PlannedChange]['ill']) => AgreedFor[PlannedChange]): AgreedFor {
  const rows = KINDS.map((kind) => STEPS[kind].evidence);
  return Object.fromEntries(rows.map((row) => [row, agreed(EVIDENCE_ASKED[row].ill)])) as AgreedFor;
}

/** Whether what the witnesses come to is enough for this change; null: it is, else the reason in words. */
export function lacking(change: PlannedChange, service: string, agreement: Agreement | undefined): string | null {
  if (agreement?.verdict === 'ill') return null;
  const found = agreement === undefined ? `${service} was not looked at` : agreement.because;
  const kind = agreement?.verdict === 'suspected' ? '' : `whether ${service} is ill is not known: `;
  return `${kind}${found}; a ${change} asks for ${illWords(EVIDENCE_ASKED[change].ill)}`;
}
