import { InvariantError } from '../../core/errors.ts';
import { inGooglesTime } from '../clocks/google-time-clock.ts';
import type { Scenario } from '../scenario.ts';
import { logBalancers } from './logs/balancer-log.ts';
import { stepConnectors } from './connector.ts';
import type {
  ConnectorConfiguration,
  RevisionCondition,
  RevisionFacts,
  World,
  WorldConnectors,
  WorldDatabases,
  WorldServices,
} from './contract.ts';
import { admission, stepDatabases } from './database.ts';
import { forkState } from './fork.ts';
import type { ServiceDescription } from './description/description.ts';
import { initialState, namedTraffic } from './initial-state.ts';
import type { Recorders } from './recorders.ts';
import { startInstance, stepInstances } from './lifecycle.ts';
import { LogBook } from './logs/log-book.ts';
import { LogWriter } from './logs/log-writer.ts';
import { MetricRecorder } from './metric-recorder.ts';
import { drawn } from './random.ts';
import { stepLoad, stepRequests } from './requests.ts';
import { judgeRevision, scaleRevision } from './scaling.ts';
import { SeriesStore } from './series-store.ts';
import { createServe } from './serve.ts';
import type { Connector, Revision, Service, WorldState } from './state.ts';
import { STEP_MS, everyRevision } from './state.ts';

/** Points and log entries older than this are forgotten. */
const KEEP_MS = 24 * 3_600_000;
const KEEP_ENTRIES = 20_000;
const MINUTE = 60_000;

/**
 * The physics of a scenario: a pure function of the scenario, its seed and the changes made to it, in steps of `STEP_MS`.
 * Reading never changes anything. Changes take effect at their instant, with the next step.
 */
export function createWorld(asWritten: Scenario): World & { readonly stepsTaken: () => number } {
  const scenario = inGooglesTime(asWritten);
  const world = worldOver(initialState(scenario));
  for (const { at, service } of releases(scenario)) world.services.setTraffic(service.name, namedTraffic(service), at);
  world.advanceTo(scenario.startAt);
  return world;
}

/** In the order in which they happened. */
function releases({ world, startAt }: Scenario): readonly { readonly at: number; readonly service: ServiceDescription }[] {
  const found = world.services.flatMap((service) =>
    service.release === undefined ? [] : [{ at: startAt - service.release.before, service }],
  );
  return found.toSorted((one, other) => one.at - other.at);
}

function worldOver(state: WorldState): World & { readonly stepsTaken: () => number } {
  const { description } = state;
  const book = new LogBook({ limit: KEEP_ENTRIES, delay: description.visibility.logs });
  const store = new SeriesStore({ keepFor: KEEP_MS, delayOf: delayOf(description.visibility) });
  const recorders: Recorders = { log: new LogWriter(book, state.seed, description), metrics: new MetricRecorder(store) };
  let now = state.at;
  let steps = 0;
  const advanceTo = (instant: number): void => {
    now = Math.max(now, instant);
    for (; state.at + STEP_MS <= now; steps += 1) {
      step(state, recorders);
      logBalancers(state, book);
    }
  };
  return {
    advanceTo,
    stepsTaken: () => steps,
    project: description.project,
    region: description.region,
    connectors: connectorsOf(state),
    services: servicesOf(state, recorders, advanceTo),
    database: databasesOf(state),
    metrics: { query: (metricType, from, to) => store.query(metricType, from, to, now) },
    logs: { entries: (from, to) => book.between(from, to, now), write: (entry) => book.add(Date.parse(entry.timestamp), () => entry) },
    serve: createServe(state, recorders),
    answered: () =>
      Object.fromEntries(state.services.map(({ description: { name }, asked, answeredWell }) => [name, { asked, well: answeredWell }])),
    fork: (turn) => worldOver(forkState(state, turn)),
  };
}

/** Load first, then what it does to the paths, then what the instances make of it, then how the requests fare. */
function step(state: WorldState, recorders: Recorders): void {
  state.at += STEP_MS;
  stepLoad(state);
  stepConnectors(state);
  stepDatabases(state);
  for (const revision of everyRevision(state)) {
    scaleRevision(state, revision, recorders);
    stepInstances(state, revision, recorders);
    judgeRevision(state, revision);
  }
  for (const service of state.services) stepRequests(state, service, recorders);
  recorders.metrics.sample(state);
  if (state.at % MINUTE === 0) recorders.metrics.closeMinute(state);
}

function delayOf(visibility: Scenario['world']['visibility']): (metricType: string) => number {
  return (metricType) => {
    if (metricType.startsWith('vpcaccess.')) return visibility.connector;
    return metricType.startsWith('cloudsql.') ? visibility.database : visibility.run;
  };
}

function connectorsOf(state: WorldState): WorldConnectors {
  const find = (name: string): Connector => known(state.connectors.get(name), 'connector', name);
  return {
    names: () => [...state.connectors.keys()],
    configuration(name) {
      const { minInstances, maxInstances, machineType, description } = find(name);
      return { minInstances, maxInstances, machineType, network: description.network, ipCidrRange: description.ipCidrRange };
    },
    updateCourse(name, wanted) {
      const { updateTakes, updateFailure } = find(name).description;
      if (updateFailure !== undefined)
        return { durationMs: updateFailure.after, failure: { code: updateFailure.code, message: updateFailure.message } };
      const spread = 0.9 + 0.2 * drawn(state.seed, 'update', name, wanted.machineType, wanted.minInstances, wanted.maxInstances);
      return { durationMs: Math.round(updateTakes * spread), failure: null };
    },
    apply: (name, wanted) => applyConnector(find(name), wanted),
  };
}

/** Instances are replaced by ones of the new type; their number only grows. */
function applyConnector(connector: Connector, wanted: ConnectorConfiguration): void {
  const { machineType } = wanted;
  if (machineType !== 'f1-micro' && machineType !== 'e2-micro' && machineType !== 'e2-standard-4') {
    throw new InvariantError(`connector ${connector.description.name}: machine type ${machineType} was let through`);
  }
  connector.machineType = machineType;
  connector.minInstances = wanted.minInstances;
  connector.maxInstances = wanted.maxInstances;
  connector.active = Math.max(connector.active, wanted.minInstances);
  connector.hotSince = null;
}

function servicesOf(state: WorldState, recorders: Recorders, advanceTo: (now: number) => void): WorldServices {
  const find = (name: string): Service => known(state.byName.get(name), 'service', name);
  return {
    addRevision(facts, now) {
      advanceTo(now);
      const service = find(facts.service);
      if (service.revisions.has(facts.name)) throw new InvariantError(`revision ${facts.name} exists already`);
      const revision = newRevision(service, facts, now);
      service.revisions.set(facts.name, revision);
      startInstance(state, revision, {
        at: now,
        reason: 'DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting between revisions.',
        recorders,
      });
    },
    setTraffic(serviceName, vector, now) {
      advanceTo(now);
      const service = find(serviceName);
      for (const target of vector) known(service.revisions.get(target.revision), 'revision', target.revision);
      for (const revision of service.revisions.values()) route(revision, vector, now);
    },
    setBounds(serviceName, bounds, now) {
      advanceTo(now);
      find(serviceName).bounds = bounds;
    },
    condition(serviceName, revisionName): RevisionCondition {
      return known(find(serviceName).revisions.get(revisionName), 'revision', revisionName).condition;
    },
  };
}

function newRevision(service: Service, facts: RevisionFacts, now: number): Revision {
  const { newRevisions, revisions } = service.description;
  const moved = newRevisions !== undefined && (newRevisions.image === undefined || newRevisions.image === facts.image);
  const sameImage = revisions.find((one) => one.image === facts.image && one.defect !== undefined);
  return {
    facts,
    service,
    defect: (moved ? newRevisions.defect : sameImage?.defect) ?? null,
    createdAt: now,
    instances: [],
    condition: { state: 'pending', reason: null, message: null, since: now },
    failedStarts: 0,
    percent: 0,
    listed: false,
    everListed: false,
    drainFrom: null,
    scaleDownAt: now,
    started: 0,
  };
}

function route(revision: Revision, vector: Parameters<WorldServices['setTraffic']>[1], now: number): void {
  const targets = vector.filter((target) => target.revision === revision.facts.name);
  revision.percent = targets.reduce((sum, target) => sum + target.percent, 0);
  const listed = targets.length > 0;
  if (listed) revision.drainFrom = null;
  else if (revision.listed) revision.drainFrom = { at: now, count: revision.instances.length };
  revision.listed = listed;
  revision.everListed ||= listed;
}

function databasesOf(state: WorldState): WorldDatabases {
  return {
    names: () => [...state.databases.keys()],
    admission: (name, own, attempt) => admission(state, known(state.databases.get(name), 'database', name), own, attempt),
    instance(name) {
      const database = state.databases.get(name);
      if (database === undefined) return null;
      const { tier, version, state: lifecycle, activationPolicy, flags } = database.description;
      return { tier, version, state: lifecycle, activationPolicy, flags };
    },
  };
}

function known<T>(found: T | undefined, kind: string, name: string): T {
  if (found === undefined) throw new InvariantError(`the world has no ${kind} ${name}`);
  return found;
}
