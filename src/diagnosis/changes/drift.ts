import { ofConnector } from '../../core/of-connector.ts';
import type { Expected, ForeignChange } from '../../../machines/incident/activities.ts';
import type { ConnectorObservation, Observation, ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import type { ConnectorConfig } from '../../core/model/plan.ts';

/**
 * A change of the world that was not ours: a service's generation, or the connector's bounds or type, differ from what we
 * last saw or made. Unknown, unread or in flight (null in `expected`, a connector that is UPDATING) is never a foreign change.
 * The first one found is told, with a diff a reader understands; who did it is the audit log's to say.
 */
export function foreignChange(expected: Expected, observation: Observation): ForeignChange | null {
  return firstConnectorChange(expected, observation) ?? firstServiceChange(expected, observation);
}

function firstConnectorChange(expected: Expected, observation: Observation): ForeignChange | null {
  const changes = Object.entries(expected.connectors).map(([name, was]) => connectorChange(was, observation.connectors[name]?.state));
  return changes.find((change) => change !== null) ?? null;
}

function connectorChange(was: ConnectorConfig, state: ConnectorObservation['state'] | undefined): ForeignChange | null {
  if (state?.freshness !== 'fresh' || state.value === null) return null;
  const is = state.value;
  if (is.lifecycle === 'UPDATING' || is.lifecycle === 'UNKNOWN') return null;
  const diff = (['minInstances', 'maxInstances', 'machineType'] as const)
    .filter((field) => was[field] !== is[field])
    .flatMap((field) => [`- ${field}: ${was[field]}`, `+ ${field}: ${is[field]}`]);
  return diff.length === 0 ? null : { subject: ofConnector(is.name), diff, actor: null };
}

function firstServiceChange(expected: Expected, observation: Observation): ForeignChange | null {
  for (const [name, generation] of Object.entries(expected.services)) {
    const state = observation.services[name]?.state;
    if (generation === null || state?.freshness !== 'fresh' || state.value === null) continue;
    if (state.value.generation !== generation)
      return { subject: `service:${name}`, diff: serviceDiff(generation, state.value), actor: null };
  }
  return null;
}

/** What it was before is known by its generation only; what it is now is spelled out. */
function serviceDiff(generation: string, state: ServiceState): readonly string[] {
  return [
    `- generation: ${generation}`,
    `+ generation: ${state.generation}`,
    `+ traffic: ${sayTraffic(state)}`,
    `+ latest created revision: ${state.latestCreatedRevision ?? 'unknown'}`,
    `+ image: ${state.template.image}`,
  ];
}

/** One entry of a traffic vector in words. */
export function sayTarget(target: TrafficTarget): string {
  const who = target.latest ? `LATEST${target.revision === null ? '' : ` (${target.revision})`}` : (target.revision ?? '?');
  return `${who} ${target.percent} %${target.tag === null ? '' : ` tag ${target.tag}`}`;
}

/** The vector of a change that others have just made: what LATEST stood for before it is not what it brings. */
export function sayTraffic(
  state: Pick<
    ServiceState,
    'traffic' | 'reconciling' | 'generation' | 'observedGeneration' | 'latestCreatedRevision' | 'latestReadyRevision'
  >,
): string {
  const { traffic, reconciling, generation, observedGeneration, latestCreatedRevision, latestReadyRevision } = state;
  if (traffic.length === 0) return 'LATEST 100 %';
  const isMade = latestCreatedRevision !== null && latestCreatedRevision !== latestReadyRevision;
  if (!isMade && !reconciling && generation === observedGeneration) return traffic.map(sayTarget).join(', ');
  const next = isMade ? `${latestCreatedRevision} once it is ready` : 'not settled yet';
  return traffic.map((target) => sayTarget(target.latest ? { ...target, revision: next } : target)).join(', ');
}
