import type { Diagnosis } from './model/diagnosis.ts';

/** The text with a full stop, unless it ends as a sentence already: `go on?` stays as it is, and three dots are no end. */
export function sentence(text: string): string {
  return /[?!]$|(?<!\.)\.$/.test(text) ? text : `${text.replace(/\.{2,3}$/, '')}.`;
}

/** With a capital: what stood within a sentence begins one. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** `Users of api fail since 13:43 (…). `: each begin that a diagnosis knows, and what could not be seen for it, a sentence with a space behind it; '' where neither is told. Pure. */
export function begunWords(diagnosis: Pick<Diagnosis, 'origins' | 'away'> | null): string {
  return [...(diagnosis?.origins ?? []), ...(diagnosis?.away ?? [])].map((words) => `${capital(words)}. `).join('');
}
