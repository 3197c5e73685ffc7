import type { ConnectorObservation, ConnectorState } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';

/** One thing that could be done about a connector. Facts: gcp-facts 1.3–1.8, 12.2 case 2. */
export interface ConnectorOption {
  readonly lever: 'instances' | 'machine type' | 'PRIVATE_RANGES_ONLY' | 'several connectors' | 'Direct VPC egress';
  /** null: possible; else why not. */
  readonly impossible: string | null;
  readonly effect: string;
  readonly reversibility: string;
  readonly risk: string;
  readonly takes: string;
}

/** Largest number of instances: limits of the API, and all that a /28 holds (gcp-facts 1.3, 1.5). */
const MOST_INSTANCES = 10;

/** The levers side by side for this connector, those that are possible first. */
export function connectorOptions(
  connector: ConnectorObservation,
  state: ConnectorState,
  spec: RemediationSpec,
): readonly ConnectorOption[] {
  const all = [machineType(state), privateRanges(connector), instances(state), severalConnectors(connector), directEgress(spec)];
  return [...all.filter(({ impossible }) => impossible === null), ...all.filter(({ impossible }) => impossible !== null)];
}

function machineType({ machineType: type, name }: ConnectorState): ConnectorOption {
  return {
    lever: 'machine type',
    impossible: type === 'e2-standard-4' ? `${name} has the largest one already` : null,
    effect: `${type} → e2-standard-4: about ${type === 'f1-micro' ? 32 : 16} times the bandwidth, whole cores instead of shared ones (the lever with a documented success)`,
    reversibility: 'reversible: the type may go down again in place',
    risk: 'whether open connections survive the change is not known',
    takes: 'minutes (an operation of the connector)',
  };
}

function instances({ maxInstances, minInstances, machineType: type }: ConnectorState): ConnectorOption {
  return {
    lever: 'instances',
    impossible: maxInstances >= MOST_INSTANCES ? `${maxInstances} is the largest number Google allows` : null,
    effect: `${minInstances}–${maxInstances} → up to ${MOST_INSTANCES}: at most ${Number((MOST_INSTANCES / maxInstances).toFixed(1))} times what ${type} carries now`,
    reversibility: 'a one-way door: bounds never fall, instances never scale in; undo is a new connector',
    risk: 'costs stay; a burst of handshakes may still overrun small instances before new ones join',
    takes: 'minutes (an operation of the connector)',
  };
}

function privateRanges({ riders }: ConnectorObservation): ConnectorOption {
  const heavy = (riders.value ?? []).filter(({ egress }) => egress === 'ALL_TRAFFIC').map(({ service }) => service);
  const unknown = riders.value === null ? 'who rides it could not be read' : null;
  return {
    lever: 'PRIVATE_RANGES_ONLY',
    impossible: unknown ?? (heavy.length === 0 ? 'no rider sends all its traffic through it' : null),
    effect: `takes the public traffic of ${heavy.join(', ') || 'its riders'} off the connector; how much that is depends on what they call`,
    reversibility: 'reversible: a new revision each; the traffic vector goes back',
    risk: 'calls that need the network’s own way out (a fixed address behind NAT, private Google access) then leave by another address',
    takes: 'a deploy per service',
  };
}

function severalConnectors({ riders }: ConnectorObservation): ConnectorOption {
  const services = riders.value?.map(({ service }) => service) ?? [];
  return {
    lever: 'several connectors',
    impossible: riders.value !== null && services.length < 2 ? 'fewer than two services ride it: there is nothing to divide' : null,
    effect: `divides the load of ${services.length === 0 ? 'its riders' : services.join(', ')} among connectors of their own`,
    reversibility: 'reversible: the new connector can be deleted once nobody rides it',
    risk: 'each needs a /28 that nothing else uses, and firewall rules of its own; creating one may never get healthy',
    takes: 'about 5 minutes to create, then a deploy per service',
  };
}

function directEgress(spec: RemediationSpec): ConnectorOption {
  return {
    lever: 'Direct VPC egress',
    impossible: null,
    effect: 'no connector in the way at all: up to 1 Gbit/s per instance, no shared machines',
    reversibility: 'reversible: a new revision each; the subnet is freed 1–2 h after its last use',
    risk: `a redeploy of every service of ${spec.region} on it: a subnet of /26 or larger (twice the instances), a minute or more until egress works at each start, 100–200 instances per revision by quota`,
    takes: 'a subnet, then a deploy per service: not an instant fix',
  };
}
