import type { IncidentContext } from './context.ts';
import { nothingToRestore, restoreProven } from './guards.ts';
import { nothingWasOurs, othersIll, othersUnclear } from './handing-back.ts';
import { triedEverything } from './trial-guards.ts';

/** Guards on how a run may end that has no step left. Each is one question. */

interface Scope {
  readonly context: IncidentContext;
}

/** No step is left, and nothing is there to put back: it cannot end as restored, and goes to people. */
export const triedInVain = (scope: Scope): boolean => triedEverything(scope) && nothingWasOurs(scope);
export const othersIllAfterRestore = (scope: Scope): boolean => nothingToRestore(scope) && othersIll(scope);
export const othersOpenAfterRestore = (scope: Scope): boolean => nothingToRestore(scope) && othersUnclear(scope);
export const restoreProvenOthersIll = (scope: Scope): boolean => restoreProven(scope) && othersIll(scope);
export const restoreProvenOthersWell = (scope: Scope): boolean => restoreProven(scope) && !othersUnclear(scope);
