import type { RemediationSpec } from '../core/model/spec.ts';
import { isOnService, nameIn, STEPS } from '../steps/index.ts';
import { dependsOn } from '../steps/subjects.ts';
import type { Decided } from './step-decisions.ts';

/**
 * Steps that are open (a human, or more looks, must tell) while what is decided has nothing to do with them: users of one service are not
 * failed for as long as another is asked about. They are asked about by the plan that is made when the rest is done. Empty: nothing is
 * decided yet, or it hangs together with what is open.
 */
export function openApart(decided: readonly Decided[], spec: RemediationSpec): readonly Decided[] {
  const open = decided.filter(({ question, awaits }) => question !== null || awaits !== undefined);
  const ready = decided.filter(({ step }) => step.decision === 'apply');
  return ready.length > 0 && ready.every((each) => open.every((other) => areApart(each, other, spec))) ? open : [];
}

/**
 * Only a way back makes it safe to begin with a part; what is not about one service (a connector) is about all of them, but for what dies
 * of itself. Whatever more looks tell of a caller, the traffic of what it calls goes back first; and whatever they tell of a service that may
 * be well again by this step alone. A new revision is made when more is known.
 */
function areApart({ step: ready, isOwnFault, mayMend = [] }: Decided, { step: open, question }: Decided, spec: RemediationSpec): boolean {
  if (ready.class !== 'reversible' || !isOnService(ready.kind)) return false;
  if (!isOnService(open.kind)) return isOwnFault === true;
  const [service, other] = [nameIn(ready.id), nameIn(open.id)];
  if (service !== other && mayMend.includes(other) && question === null) return true;
  const needsIt = dependsOn(spec.services, other, service);
  return (
    service !== other &&
    !dependsOn(spec.services, service, other) &&
    (!needsIt || (question === null && STEPS[ready.kind].way === 'traffic'))
  );
}
