import type { ConnectorObservation, Observation } from '../../core/model/observation.ts';
import type { ConnectorSpec, RemediationSpec } from '../../core/model/spec.ts';

/** The connectors of a document, and what one look saw of each. Pure. */

export interface SeenConnector {
  readonly wanted: ConnectorSpec;
  /** null: it was not looked at. */
  readonly seen: ConnectorObservation | null;
}

/** In the document's order. */
export function connectorsOf({ connectors }: Observation, spec: RemediationSpec): readonly SeenConnector[] {
  return spec.connectors.map((wanted) => ({ wanted, seen: connectors[wanted.name] ?? null }));
}

/** Those that one of the services rides, and those of which nobody could read who does. */
export function riddenBy(observation: Observation, spec: RemediationSpec, services: readonly string[]): readonly SeenConnector[] {
  return connectorsOf(observation, spec).filter(({ seen }) => {
    const riders = ridersOf(seen);
    return riders === null || riders.some((name) => services.includes(name));
  });
}

/** null: not known. */
export function ridersOf(seen: ConnectorObservation | null | undefined): readonly string[] | null {
  return seen?.riders.value?.map(({ service }) => service) ?? null;
}

/** Connectors on which an update is under way, whoever began it. */
export function updatingIn({ connectors }: Observation): readonly string[] {
  return Object.entries(connectors).flatMap(([name, { state }]) => (isUpdating(state.value) ? [name] : []));
}

function isUpdating(state: ConnectorObservation['state']['value']): boolean {
  return state?.lifecycle === 'UPDATING' || state?.lifecycle === 'CREATING';
}

/** Its cpu, as far as it is known, late or not, is at or above the goal. */
export function isAtGoal({ seen }: Pick<SeenConnector, 'seen'>, spec: RemediationSpec): boolean {
  const cpu = seen?.cpuP99.value ?? null;
  return cpu !== null && cpu >= spec.improvement.goals.connectorSaturation;
}

/** It was seen in this look to be below its goal. */
export function isBelowGoal({ seen }: Pick<SeenConnector, 'seen'>, spec: RemediationSpec): boolean {
  return seen?.cpuP99.freshness === 'fresh' && seen.cpuP99.value !== null && !isAtGoal({ seen }, spec);
}
