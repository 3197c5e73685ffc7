import { defined } from '../../core/defined.ts';
import type { ConnectorObservation } from '../../core/model/observation.ts';
import type { RawWorld } from '../draw.ts';
import { connectorIsFull } from './observed-services.ts';
import type { LiveLook, LiveService } from './observed-services.ts';

/** How much of the usual traffic of an instance the services send through the connector. */
export interface Riding {
  readonly factor: number;
}

type RawConnector = NonNullable<RawWorld['connectors']>[number];

/** The simulator's estimates (`world/description-parts.ts`): packets a second that an instance carries, and that a rider sends. */
const CARRIES: Readonly<Record<string, number>> = { 'f1-micro': 4_000, 'e2-micro': 8_000, 'e2-standard-4': 64_000 };
const CHATTER = 300;
const RECONNECTS = 1_200;
const PER_REQUEST = 60;
const PRIVATE_SHARE = 0.7;
/** What wants through a full connector is not seen, only what gets through. */
const WANTED_OF_FULL = 1.3;

interface LiveConnector {
  readonly drawn: RawConnector;
  readonly riding: Riding;
}

/**
 * Each connector as it was seen, carrying as much of its capacity as its processors say. What the services of the document do not
 * explain is drawn as that of others; where they would send more than was seen, each sends less.
 */
export function liveConnectors(look: LiveLook, services: readonly LiveService[]): readonly LiveConnector[] {
  return look.spec.connectors.flatMap(({ name }, index) => {
    const seen = look.observation.connectors[name];
    return seen === undefined ? [] : [liveConnector(look, { name, index, seen }, services)];
  });
}

export function ridingOf(connectors: readonly LiveConnector[], live: LiveService): Riding {
  return connectors.find(({ drawn }) => drawn.name === riddenBy(live))?.riding ?? { factor: 1 };
}

/** Short name of the connector that it rides; undefined: none. */
export function riddenBy({ state }: LiveService): string | undefined {
  return state.template.connector?.split('/').at(-1);
}

function liveConnector(
  look: LiveLook,
  { name, index, seen }: { readonly name: string; readonly index: number; readonly seen: ConnectorObservation },
  services: readonly LiveService[],
): LiveConnector {
  const { state, cpuP99, instances } = seen;
  const known = state.value ?? { minInstances: 2, maxInstances: 3, machineType: 'e2-micro' };
  const machineType = machineOf(known.machineType);
  const active = Math.min(
    10,
    Math.max(2, known.minInstances, Math.min(known.maxInstances, Math.round(instances.value ?? known.minInstances))),
  );
  const utilisation = connectorIsFull(look, name) ? WANTED_OF_FULL : Math.max(0, ((cpuP99.value ?? 0.2) - 0.04) / 0.9);
  const wanted = utilisation * active * defined(CARRIES[machineType]);
  const explained = services.reduce((sum, service) => sum + packetsOf(service, name), 0);
  const factor = explained > wanted && explained > 0 ? Math.round((wanted / explained) * 1_000) / 1_000 : 1;
  return {
    drawn: {
      name,
      network: 'default',
      ipCidrRange: `10.8.${index}.0/28`,
      machineType,
      minInstances: Math.min(9, Math.max(2, known.minInstances)),
      maxInstances: Math.min(10, Math.max(3, known.maxInstances)),
      activeInstances: active,
      backgroundPacketsPerSecond: Math.round(Math.max(0, wanted - explained)),
    },
    riding: { factor },
  };
}

function machineOf(type: string): RawConnector['machineType'] {
  return type === 'f1-micro' || type === 'e2-standard-4' ? type : 'e2-micro';
}

function packetsOf(live: LiveService, connector: string): number {
  const { seen, state, isIll, rate } = live;
  if (riddenBy(live) !== connector) return 0;
  const each = Object.entries(seen.instances.value ?? {}).map(
    ([revision, count]) => count * (CHATTER + (isIll(revision) ? RECONNECTS : 0)),
  );
  const all = each.reduce((sum, packets) => sum + packets, 0) + (rate ?? 0) * PER_REQUEST;
  return state.template.egress === 'ALL_TRAFFIC' ? all : all * PRIVATE_SHARE;
}
