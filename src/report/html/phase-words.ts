import { ASIDE, RAIL } from '../../../machines/incident/people/rail.ts';

const WORDS: Readonly<Record<string, string>> = { ...RAIL, ...ASIDE, validating: 'validate', soaking: 'soak' };

/** A phase as the rail of a run names it. */
export function phaseWords(phase: string): string {
  return WORDS[phase] ?? phase;
}
