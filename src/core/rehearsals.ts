import { join } from 'node:path';

/** Rehearsals lie in a folder of their own below the state, so that nobody takes one for a run. */
export const REHEARSALS = 'rehearsals';

/** The place of the rehearsals of a state; null: it keeps none (Cloud Storage, memory). */
export function rehearsalsIn(state: string): string | null {
  return /^(?:gs:\/\/|memory:)/.test(state) ? null : join(state, REHEARSALS);
}
