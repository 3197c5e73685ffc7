import type { ServiceState } from '../../core/model/observation.ts';
import { effectiveVector, onlyRevision, sameVector } from '../../planning/vector.ts';
import type { StepCheck } from '../check.ts';
import type { ChangeOf } from '../step.ts';

/**
 * A deploy keeps the traffic as it is, so the vector may have become one revision at 100 % (a pin, or its restore) since it
 * was planned; any other split is new and wants a new plan. Whether it was sent already tells `changeKey`, not this check.
 */
export function checkDeploy(change: ChangeOf<'deploy'>, state: ServiceState): StepCheck {
  if (state.reconciling) return { kind: 'busy', why: `${state.name} is being changed (reconciling)` };
  const effective = effectiveVector(state);
  if (!effective.some((target) => target.percent > 0))
    return { kind: 'stale', why: `nothing is known to serve ${state.name}: there is no traffic to keep` };
  const planned = change.from.map((target) => ({ ...target, latest: false }));
  if (onlyRevision(effective) === null && !sameVector(effective, planned))
    return { kind: 'stale', why: `the traffic of ${state.name} is split in a way the plan was not made for` };
  return { kind: 'go' };
}
