import type { ServiceState, TrafficTarget } from '../core/model/observation.ts';
import { named } from '../core/shell.ts';
import type { Place } from '../core/shell.ts';
import { trafficInForce, onlyRevision, OWN_TAG, sameTraffic } from '../planning/traffic-split.ts';
import type { StepCheck } from './check.ts';
import type { Shares } from './shares.ts';

/** What is the same for every kind that makes a new revision. */

/**
 * It keeps the traffic as it is, so the vector may have become one revision at 100 % (a pin, or its restore) since it was planned;
 * any other split is new and wants a new plan. Whether it was sent already tells `changeKey`, not this check.
 */
export function checkNewRevision(from: readonly TrafficTarget[], state: ServiceState): StepCheck {
  if (state.reconciling) return { kind: 'busy', why: `${state.name} is being changed (reconciling)` };
  const effective = trafficInForce(state);
  if (!effective.some((target) => target.percent > 0))
    return { kind: 'stale', why: `nothing is known to serve ${state.name}: there is no traffic to keep` };
  const planned = from.map((target) => ({ ...target, latest: false }));
  if (onlyRevision(effective) === null && !sameTraffic(effective, planned))
    return { kind: 'stale', why: `the traffic of ${state.name} is split in a way the plan was not made for` };
  return { kind: 'go' };
}

/** The traffic of a new revision without traffic that stands under our tag: its shares, the last of them all. */
export function shiftCommands(service: string, shares: Shares, place: Place): readonly string[] {
  const update = `gcloud run services update-traffic ${named(service, place)}`;
  return [
    `# ask https://${OWN_TAG}---HOST several times before it gets any traffic`,
    ...shares.map((share) => `${update} --to-tags=${OWN_TAG}=${share}`),
    `${update} --remove-tags=${OWN_TAG}`,
  ];
}
