import type { Diagnosis } from './model/diagnosis.ts';
import { capital } from './sentence.ts';

/** `Users of api fail since 13:43 (…). `: each begin that a diagnosis knows, a sentence with a space behind it; '' where none is known. Pure. */
export function begunWords(diagnosis: Pick<Diagnosis, 'origins'> | null): string {
  return (diagnosis?.origins ?? []).map((words) => `${capital(words)}. `).join('');
}
