import type { RevisionCondition, RevisionFacts, ServiceBounds } from './contract.ts';
import type {
  Application,
  ConnectorDescription,
  DatabaseDescription,
  Defect,
  ServiceDescription,
  WorldDescription,
} from './description/description.ts';
import type { Chance } from './random.ts';

/** Everything moves in steps of this length, whoever asks when. */
export const STEP_MS = 10_000;

/**
 * `booting`: container runs, application not yet; `connecting`: opens its database pool; `ready`; `wedged`: up, but its pool
 * and circuit breakers are broken until it is replaced; `unprobed`: wedged behind an HTTP probe, so never started in the
 * eyes of Cloud Run; `crashed`: waits to be started again.
 */
export type InstancePhase = 'booting' | 'connecting' | 'ready' | 'wedged' | 'unprobed' | 'crashed';

export interface Instance {
  /** Of the container, within its revision. */
  serial: number;
  phase: InstancePhase;
  startedAt: number;
  phaseSince: number;
  /** Of the present phase, on a free path. */
  workLeftMs: number;
  crashes: number;
  /** Since when its path is free, while it is wedged. */
  freeSince: number | null;
  restartAt: number;
  connections: number;
}

export interface Revision {
  readonly facts: RevisionFacts;
  readonly service: Service;
  readonly defect: Defect | null;
  readonly createdAt: number;
  instances: Instance[];
  condition: RevisionCondition;
  /** Crashes before it was ready. */
  failedStarts: number;
  percent: number;
  /** In the traffic vector, be it with 0 % behind a tag. */
  listed: boolean;
  everListed: boolean;
  drainFrom: { readonly at: number; readonly count: number } | null;
  scaleDownAt: number;
  /** Containers started so far. */
  started: number;
}

export interface Service {
  readonly description: ServiceDescription;
  readonly application: Application;
  readonly revisions: Map<string, Revision>;
  /** Bounds of the whole service, beside those of each revision. */
  bounds: ServiceBounds;
  /** Requests a second arriving now: its own and those that others cause. */
  arriving: number;
  /** Probability that a request is answered well; by the step before. */
  wellness: number;
  /** Requests so far, as expected, and those of them answered well: what `World.answered` tells. */
  asked: number;
  answeredWell: number;
}

/** What a connector does to those who connect through it. */
export interface Path {
  /** Connecting takes so many times as long. */
  readonly slowdown: number;
  /** Share of attempts that are lost. */
  readonly loss: number;
}

export const FREE: Path = { slowdown: 1, loss: 0 };

export interface Connector {
  readonly description: ConnectorDescription;
  minInstances: number;
  maxInstances: number;
  machineType: ConnectorDescription['machineType'];
  active: number;
  hotSince: number | null;
  utilisation: number;
  path: Path;
  packetsPerSecond: number;
}

export interface Database {
  readonly description: DatabaseDescription;
  readonly maxConnections: number;
  used: number;
  /** In one of its outages. */
  away: boolean;
  /** Starts that were refused in this step. */
  refused: number;
}

export interface WorldState {
  readonly description: WorldDescription;
  readonly seed: number;
  readonly startAt: number;
  readonly chance: Chance;
  /** Callers before the called. */
  readonly services: readonly Service[];
  readonly byName: ReadonlyMap<string, Service>;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly databases: ReadonlyMap<string, Database>;
  /** Cloud SQL Admin API calls that were admitted in the present minute. */
  adminCalls: { readonly minute: number; readonly spent: number };
  /** End of the last step. */
  at: number;
}

/** Every revision of the world. */
export function* everyRevision(state: WorldState): Generator<Revision> {
  for (const service of state.services) yield* service.revisions.values();
}

/** How many instances are in a phase. */
export function countIn(revision: Revision, phase: InstancePhase): number {
  let count = 0;
  for (const instance of revision.instances) if (instance.phase === phase) count += 1;
  return count;
}
