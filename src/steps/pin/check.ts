import type { ServiceState } from '../../core/model/observation.ts';
import { sameTraffic } from '../../planning/traffic-split.ts';
import type { StepCheck } from '../check.ts';
import type { ChangeOf } from '../step.ts';

/** A pin goes ahead only from the vector it was planned from. `ready` is asked where the revisions are known. */
export function checkTraffic(change: ChangeOf<'pin'>, state: ServiceState): StepCheck {
  if (sameTraffic(state.traffic, change.to)) return { kind: 'already' };
  if (state.reconciling) return { kind: 'busy', why: `${state.name} is being changed (reconciling)` };
  if (!sameTraffic(state.traffic, change.from))
    return { kind: 'stale', why: `the traffic of ${state.name} is not what the plan was made for` };
  const target = state.revisions.find((revision) => revision.name === change.revision);
  if (target?.ready === 'no') return { kind: 'stale', why: `${change.revision} is not ready any more` };
  return { kind: 'go' };
}
