import type { ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { sameTraffic, shareTo } from '../../planning/traffic-split.ts';
import type { StepCheck } from '../check.ts';
import { AT_ONCE } from '../shares.ts';
import type { ChangeOf } from '../step.ts';

/** The traffic that a pin leaves once its revision has this share: all as planned, a smaller one under our tag. */
export function sharedBy({ revision, from, to }: ChangeOf<'pin'>, share: number): readonly TrafficTarget[] {
  return share === 100 ? to : shareTo(revision, share, from);
}

/**
 * A pin goes ahead only from the vector it was planned from, or from a smaller share of its own. `ready` is asked where the revisions
 * are known.
 */
export function checkTraffic(change: ChangeOf<'pin'>, state: ServiceState, share: number): StepCheck {
  if (sameTraffic(state.traffic, sharedBy(change, share))) return { kind: 'already' };
  if (state.reconciling) return { kind: 'busy', why: `${state.name} is being changed (reconciling)` };
  const steps = (change.shift ?? AT_ONCE).filter((each) => each < share).map((each) => sharedBy(change, each));
  if (![change.from, ...steps].some((known) => sameTraffic(state.traffic, known)))
    return { kind: 'stale', why: `the traffic of ${state.name} is not what the plan was made for` };
  const target = state.revisions.find((revision) => revision.name === change.revision);
  if (target?.ready === 'no') return { kind: 'stale', why: `${change.revision} is not ready any more` };
  return { kind: 'go' };
}
