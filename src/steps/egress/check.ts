import type { ServiceState } from '../../core/model/observation.ts';
import { networkOf, sameNetwork } from '../../core/service/network.ts';
import type { StepCheck } from '../check.ts';
import { checkNewRevision } from '../new-revision.ts';
import type { ChangeOf } from '../step.ts';

/** Written only over the way into the network that the plan was made for. */
export function checkEgress(change: ChangeOf<'egress'>, state: ServiceState): StepCheck {
  if (!sameNetwork(networkOf(state), change.from))
    return { kind: 'stale', why: `the way of ${state.name} into the network is not the one the plan was made for` };
  return checkNewRevision(change.traffic, state);
}
