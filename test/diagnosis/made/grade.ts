import { createCaptureReader } from '../../../src/diagnosis/capture/capture.ts';
import { diagnoseCapture } from '../../../src/diagnosis/capture/diagnose-capture.ts';
import type { CaptureDiagnosis } from '../../../src/diagnosis/capture/diagnose-capture.ts';
import { toRawEntry } from '../../../src/gcp/logging/raw-entry.ts';
import { renderCapture, renderCaptureFound } from '../../../src/report/render/render-capture.ts';

/** What a right answer to a capture holds. */
export interface Expected {
  /** Kinds of the first cause that are right; missing: nothing is wrong in it. */
  readonly accept?: readonly string[];
  readonly must?: readonly RegExp[];
  readonly mustNot?: readonly RegExp[];
  readonly wrongIf?: readonly RegExp[];
}

export interface Grade {
  readonly grade: 'right' | 'vague' | 'unknown' | 'hedged' | 'confidently wrong' | 'cries wolf' | 'missed';
  readonly kind: string;
  readonly confidence: number;
  /** Words that must be said and are not, and words that must not be said and are. */
  readonly missing: readonly string[];
  readonly false: readonly string[];
}

/** From here on an answer counts as confident. */
const CONFIDENT = 0.6;

export function diagnosisOf(text: string): CaptureDiagnosis {
  const reader = createCaptureReader('capture', toRawEntry);
  reader.push(Buffer.from(text));
  return diagnoseCapture(reader.end());
}

/** The answer to a capture against what is right to say about it. */
export function gradeOf(text: string, expected: Expected): Grade {
  const found = diagnosisOf(text);
  // What must be said is said to whoever asks for no details; what must not be said stands in neither.
  const said = renderCaptureFound('capture', found);
  const all = `${said}\n${renderCapture('capture', found)}`;
  const [first] = found.diagnosis.causes;
  const kind = first?.kind ?? '-';
  const missing = (expected.must ?? []).filter((pattern) => !pattern.test(said)).map(String);
  const wrong = (expected.mustNot ?? []).filter((pattern) => pattern.test(all)).map(String);
  const of = (grade: Grade['grade']): Grade => ({ grade, kind, confidence: first?.confidence ?? 0, missing, false: wrong });
  const calm = found.verdict === 'quiet' || found.verdict === 'inconclusive';
  if (expected.accept === undefined) return of(calm ? 'right' : 'cries wolf');
  if (found.verdict === 'quiet') return of('missed');
  const headline = `${first?.summary ?? ''} ${first?.subject ?? ''}`;
  const rejected = (expected.wrongIf ?? []).some((pattern) => pattern.test(headline));
  if (kind === 'unknown' || kind === '-') return of(expected.accept.includes('unknown') && missing.length === 0 ? 'right' : 'unknown');
  if (!rejected && expected.accept.includes(kind)) return of(missing.length === 0 ? 'right' : 'vague');
  return of((first?.confidence ?? 0) >= CONFIDENT ? 'confidently wrong' : 'hedged');
}
