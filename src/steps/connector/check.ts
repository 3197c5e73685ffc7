import type { ConnectorState } from '../../core/model/observation.ts';
import { atLeast, sameConfig } from './limits.ts';
import type { StepCheck } from '../check.ts';
import type { ChangeOf } from '../step.ts';

/** A connector has no etag: this re-read is the fence (gcp-facts 1.1). More than was asked for counts as `already`. */
export function checkConnector(change: ChangeOf<'connector'>, state: ConnectorState): StepCheck {
  if (state.lifecycle === 'UPDATING' || state.lifecycle === 'CREATING') return { kind: 'busy', why: `${state.name} is ${state.lifecycle}` };
  if (state.lifecycle !== 'READY') return { kind: 'stale', why: `${state.name} is ${state.lifecycle}` };
  if (atLeast(state, change.to)) return { kind: 'already' };
  if (sameConfig(state, change.from)) return { kind: 'go' };
  return { kind: 'stale', why: `${state.name} is ${say(state)}; the plan was made for ${say(change.from)}` };
}

function say(config: { readonly minInstances: number; readonly maxInstances: number; readonly machineType: string }): string {
  return `${config.minInstances}–${config.maxInstances} × ${config.machineType}`;
}
