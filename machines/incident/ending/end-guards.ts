import type { IncidentContext } from '../context.ts';
import { allIsWell, nothingToRestore, restoreProven } from '../guards.ts';
import { backOnWhatFails, nothingWasOurs, othersIll, othersUnclear } from './handing-back.ts';
import { heldByHuman } from '../others/holding.ts';
import { inForceNow } from '../trial/in-force.ts';
import { triedEverything } from '../trial/trial-guards.ts';

/** Guards on how a run may end that has no step left. Each is one question. */

interface Scope {
  readonly context: IncidentContext;
}

/**
 * Held for a change by others alone, and by a look since then nothing is ill: there is nothing to write, and what is well can be proven.
 * Not while something half done of ours is in force, or is to be put back and not theirs by now.
 */
export const wellWhileHeld = ({ context }: Scope): boolean => {
  const { held, look, restoreQueue, rollback, stepId, stepsDone } = context;
  if (held?.change == null || heldByHuman(context) || rollback !== null) return false;
  const { touches, toldAt } = held.change;
  if (restoreQueue.some(({ service }) => !touches.includes(`traffic:${service}`))) return false;
  const isHalfDone = inForceNow(context).some((mutation) => mutation.stepId === stepId && !stepsDone.includes(stepId));
  return !isHalfDone && look !== null && look.at > toldAt && allIsWell({ context });
};

/**
 * No step is left, and nothing is there to put back, or users are back on a revision that is known to fail them: it cannot end as
 * restored, and goes to people.
 */
export const triedInVain = (scope: Scope): boolean => triedEverything(scope) && (nothingWasOurs(scope) || backOnWhatFails(scope.context));

/** What failed is put back and users are not served well (`in-vain.ts`). A human who says rollback has the incident. */
const isInVain = ({ context }: Scope): boolean => context.rollback === null && !allIsWell({ context });
export const backInVain = (scope: Scope): boolean => nothingToRestore(scope) && isInVain(scope);
export const restoreProvenInVain = (scope: Scope): boolean => restoreProven(scope) && !othersUnclear(scope) && isInVain(scope);

export const othersIllAfterRestore = (scope: Scope): boolean => nothingToRestore(scope) && othersIll(scope);
export const othersOpenAfterRestore = (scope: Scope): boolean => nothingToRestore(scope) && othersUnclear(scope);
export const restoreProvenOthersIll = (scope: Scope): boolean => restoreProven(scope) && othersIll(scope);
export const restoreProvenOthersWell = (scope: Scope): boolean => restoreProven(scope) && !othersUnclear(scope);
