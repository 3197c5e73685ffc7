import type { Scenario } from '../scenario.ts';
import type { RevisionCondition, RevisionFacts } from './contract.ts';
import { maxConnectionsOf } from './database.ts';
import type { RevisionDescription, ServiceDescription, WorldDescription } from './description/description.ts';
import { createChance } from './random.ts';
import type { Connector, Database, Instance, InstancePhase, Revision, Service, WorldState } from './state.ts';
import { FREE } from './state.ts';

const MINUTE = 60_000;

/** The world as described, `history` before the start. */
export function initialState(scenario: Scenario): WorldState {
  const { world, seed, startAt } = scenario;
  const at = Math.floor((startAt - world.history) / MINUTE) * MINUTE;
  const services = callersFirst(world.services).map((description) => serviceOf(description, { startAt, at }));
  return {
    description: world,
    seed,
    startAt,
    chance: createChance(seed),
    services,
    byName: new Map(services.map((service) => [service.description.name, service])),
    connectors: new Map(world.connectors.map((description) => [description.name, connectorOf(description)])),
    databases: new Map(world.databases.map((description) => [description.name, databaseOf(description)])),
    adminCalls: { minute: 0, spent: 0 },
    at,
  };
}

/** What of a described revision matters to the physics. */
export function factsOf(service: string, revision: RevisionDescription): RevisionFacts {
  const { name, image, env, cpu, memoryMib, startupCpuBoost, minInstances, maxInstances, concurrency, startupProbe, connector } = revision;
  const egress = revision.egress ?? (revision.direct === undefined ? null : 'PRIVATE_RANGES_ONLY');
  return {
    name,
    service,
    image,
    env,
    cpu,
    memoryMib,
    startupCpuBoost,
    minInstances,
    maxInstances,
    concurrency,
    startupProbe,
    connector,
    egress,
  };
}

/** The described vector by revision name; LATEST is the newest revision. */
export function namedTraffic(service: ServiceDescription): readonly { readonly revision: string; readonly percent: number }[] {
  const latest = service.revisions.at(-1)?.name ?? '';
  return service.traffic.map((target) => ({ revision: target.revision ?? latest, percent: target.percent }));
}

/** The vector of the beginning: before a release all was on the revision that served until then. */
function firstTraffic(service: ServiceDescription): ReturnType<typeof namedTraffic> {
  const { release } = service;
  return release === undefined ? namedTraffic(service) : [{ revision: release.from, percent: 100 }];
}

interface Beginning {
  readonly startAt: number;
  readonly at: number;
}

function serviceOf(description: ServiceDescription, beginning: Beginning): Service {
  const revisions = new Map<string, Revision>();
  const service: Service = {
    description,
    application: description.application,
    revisions,
    bounds: { minInstances: description.minInstances, maxInstances: description.maxInstances },
    arriving: 0,
    wellness: 1,
    asked: 0,
    answeredWell: 0,
  };
  const traffic = firstTraffic(description);
  for (const one of description.revisions) {
    const targets = traffic.filter((target) => target.revision === one.name);
    const listed = targets.length > 0;
    const createdAt = beginning.startAt - one.createdBefore;
    revisions.set(one.name, {
      facts: factsOf(description.name, one),
      service,
      defect: one.defect ?? null,
      createdAt,
      instances: instancesOf(description, one, beginning),
      condition: conditionOf(one, createdAt),
      failedStarts: 0,
      percent: targets.reduce((sum, target) => sum + target.percent, 0),
      listed,
      everListed: true,
      drainFrom: null,
      scaleDownAt: beginning.at,
      started: one.running.ready + one.running.wedged + one.running.crashing,
    });
  }
  return service;
}

function conditionOf({ failed }: RevisionDescription, since: number): RevisionCondition {
  return failed === undefined ? { state: 'ready', reason: null, message: null, since } : { state: 'failed', ...failed, since };
}

function instancesOf(service: ServiceDescription, revision: RevisionDescription, { at }: Beginning): Instance[] {
  const { ready, wedged, crashing } = revision.running;
  const phases: InstancePhase[] = [
    ...Array<InstancePhase>(ready).fill('ready'),
    ...Array<InstancePhase>(wedged).fill('wedged'),
    ...Array<InstancePhase>(crashing).fill('crashed'),
  ];
  const held = service.application.database?.heldConnections ?? 0;
  return phases.map((phase, index) => ({
    serial: index + 1,
    phase,
    startedAt: at - 10 * MINUTE,
    phaseSince: at - 9 * MINUTE,
    workLeftMs: 0,
    crashes: phase === 'crashed' ? 3 : 0,
    freeSince: null,
    restartAt: at + index * 3_000,
    connections: phase === 'crashed' ? 0 : held,
  }));
}

function connectorOf(description: WorldDescription['connectors'][number]): Connector {
  const { minInstances, maxInstances, machineType, activeInstances } = description;
  return {
    description,
    minInstances,
    maxInstances,
    machineType,
    active: activeInstances,
    hotSince: null,
    utilisation: 0,
    path: FREE,
    packetsPerSecond: 0,
  };
}

function databaseOf(description: WorldDescription['databases'][number]): Database {
  return { description, maxConnections: maxConnectionsOf(description), used: 0, away: false, refused: 0 };
}

/** Callers before the called, so that one pass spreads the load; in a cycle the order of the document stands. */
function callersFirst(services: readonly ServiceDescription[]): readonly ServiceDescription[] {
  const ordered: ServiceDescription[] = [];
  const left = [...services];
  while (left.length > 0) {
    const free = left.findIndex(
      (one) => !left.some((other) => other !== one && other.application.calls.some((call) => call.service === one.name)),
    );
    ordered.push(...left.splice(Math.max(0, free), 1));
  }
  return ordered;
}
