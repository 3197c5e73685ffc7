import type { ConnectorState, ServiceState } from '../core/model/observation.ts';
import type { StepChange } from '../core/model/plan.ts';
import { atLeast, sameConfig } from './limits.ts';
import { effectiveVector, onlyRevision, sameVector } from './vector.ts';

/**
 * What may be done with a planned change at the instant of its write:
 * `go`; `already`: the world is so, send nothing; `busy`: somebody's change is under way, wait and look again;
 * `stale`: the world is not what the plan was made for, observe and plan again.
 */
export type StepCheck =
  | { readonly kind: 'go' }
  | { readonly kind: 'already' }
  | { readonly kind: 'busy'; readonly why: string }
  | { readonly kind: 'stale'; readonly why: string };

type ConnectorChange = Extract<StepChange, { kind: 'connector' }>;
type PinChange = Extract<StepChange, { kind: 'pin' }>;
type DeployChange = Extract<StepChange, { kind: 'deploy' }>;

/** A connector has no etag: this re-read is the fence (gcp-facts 1.1). More than was asked for counts as `already`. */
export function checkConnector(change: ConnectorChange, state: ConnectorState): StepCheck {
  if (state.lifecycle === 'UPDATING' || state.lifecycle === 'CREATING') return { kind: 'busy', why: `${state.name} is ${state.lifecycle}` };
  if (state.lifecycle !== 'READY') return { kind: 'stale', why: `${state.name} is ${state.lifecycle}` };
  if (atLeast(state, change.to)) return { kind: 'already' };
  if (sameConfig(state, change.from)) return { kind: 'go' };
  return { kind: 'stale', why: `${state.name} is ${say(state)}; the plan was made for ${say(change.from)}` };
}

/** A pin goes ahead only from the vector it was planned from. `ready` is asked where the revisions are known. */
export function checkTraffic(change: PinChange, state: ServiceState): StepCheck {
  if (sameVector(state.traffic, change.to)) return { kind: 'already' };
  if (state.reconciling) return { kind: 'busy', why: `${state.name} is being changed (reconciling)` };
  if (!sameVector(state.traffic, change.from))
    return { kind: 'stale', why: `the traffic of ${state.name} is not what the plan was made for` };
  const target = state.revisions.find((revision) => revision.name === change.revision);
  if (target?.ready === 'no') return { kind: 'stale', why: `${change.revision} is not ready any more` };
  return { kind: 'go' };
}

/**
 * A deploy keeps the traffic as it is, so the vector may have become one revision at 100 % (a pin, or its restore) since it
 * was planned; any other split is new and wants a new plan. Whether it was sent already tells `changeKey`, not this check.
 */
export function checkDeploy(change: DeployChange, state: ServiceState): StepCheck {
  if (state.reconciling) return { kind: 'busy', why: `${state.name} is being changed (reconciling)` };
  const effective = effectiveVector(state);
  if (!effective.some((target) => target.percent > 0))
    return { kind: 'stale', why: `nothing is known to serve ${state.name}: there is no traffic to keep` };
  const planned = change.from.map((target) => ({ ...target, latest: false }));
  if (onlyRevision(effective) === null && !sameVector(effective, planned))
    return { kind: 'stale', why: `the traffic of ${state.name} is split in a way the plan was not made for` };
  return { kind: 'go' };
}

function say(config: { readonly minInstances: number; readonly maxInstances: number; readonly machineType: string }): string {
  return `${config.minInstances}–${config.maxInstances} × ${config.machineType}`;
}
