import type { ServiceState } from '../../core/model/observation.ts';
import { boundsOf, sameBounds } from '../../core/service/bounds.ts';
import type { StepCheck } from '../check.ts';
import type { ChangeOf } from '../step.ts';

/** Bounds are written only over those that the plan was made for. */
export function checkInstances(change: ChangeOf<'instances'>, state: ServiceState): StepCheck {
  const bounds = boundsOf(state);
  if (bounds === null) return { kind: 'stale', why: `somebody has fixed the number of instances of ${state.name}` };
  if (sameBounds(bounds, change.to)) return { kind: 'already' };
  if (state.reconciling) return { kind: 'busy', why: `${state.name} is being changed (reconciling)` };
  if (!sameBounds(bounds, change.from))
    return { kind: 'stale', why: `the bounds of the instances of ${state.name} are not those the plan was made for` };
  return { kind: 'go' };
}
