import { DAY, HOUR, MINUTE } from '../../core/duration.ts';
import { absent } from '../../core/model/measured.ts';
import type { ConnectorObservation, DatabaseObservation, ProbeResult, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { LookTestimony } from '../../core/model/testimony.ts';
import {
  FIRST_LOG_WINDOW,
  LOG_WINDOW,
  FIGURE_DELAY,
  METRIC_DELAY,
  METRICS_EVERY,
  reaged,
  RETRY_EVERY,
  SLOW_DELAY,
  SLOW_EVERY,
  TRAFFIC_EVERY,
} from './ages.ts';
import { readHistory, readMetrics, readTimedHistory, readTraffic } from './figures.ts';
import type { ConnectorTraffic, Figures, History, Versions } from './figures.ts';
import { inSteps } from './in-steps.ts';
import { LogReader } from './log-reader.ts';
import type { Configuration, Logged } from './log-reader.ts';
import type { Observer, ObserverOptions } from './options.ts';
import { OwnRequests } from './own-requests.ts';
import type { Places } from './own-requests.ts';
import { CachedRead } from './cached-read.ts';
import { probeServices, probeUrl } from './probing.ts';
import { readConnectors, readDatabases } from './resources.ts';
import type { ConnectorStates, DatabaseStates } from './resources.ts';
import { readServices } from './services.ts';
import type { States } from './services.ts';
import { startsOf } from './starts.ts';
import { readIamAndNetwork } from './iam-and-network.ts';
import { readWorkloads } from './workloads.ts';

/**
 * An observer with a small memory (slow readings, log lines of the window); losing it in a crash costs one fuller look.
 * At the usual tick of 30 s, over any ten looks, it sends at most twelve reads a look on average (12.1 in the first ten), at most one of them to Logging;
 * two more for each further region of the document.
 */
export function createObserver(options: ObserverOptions): Observer {
  const { clock, cloud, spec } = options;
  let looked = false;
  let versions: Promise<Versions> = Promise.resolve({});
  const metrics = new CachedRead(clock, { everyMs: METRICS_EVERY }, (signal: AbortSignal) =>
    readMetrics(options, looked ? LOG_WINDOW : FIRST_LOG_WINDOW, versions, signal),
  );
  const traffic = new CachedRead(clock, { everyMs: TRAFFIC_EVERY }, (signal: AbortSignal) => readTraffic(options, signal));
  const unread = (read: DatabaseStates): boolean => Object.values(read).some(({ value }) => value === null);
  const databases = new CachedRead(clock, { everyMs: SLOW_EVERY, retryMs: RETRY_EVERY, failed: unread }, (signal: AbortSignal) =>
    readDatabases(options, signal),
  );
  // What could not be read is read again soon: a minute without metrics must not leave the run without yesterday for an hour.
  const soon = { retryMs: RETRY_EVERY, failed: (read: History) => spec.services.every(({ name }) => read(name).value === null) };
  const hour = new CachedRead(clock, { everyMs: SLOW_EVERY, ...soon }, (signal: AbortSignal) => readHistory(options, HOUR, MINUTE, signal));
  const day = new CachedRead(clock, { everyMs: HOUR, ...soon }, (signal: AbortSignal) => readTimedHistory(options, DAY, HOUR, signal));
  const own = options.own ?? new OwnRequests(clock);
  const probing = options.own === undefined ? { ...options, probes: own.counting(options.probes) } : options;
  const surroundings = readIamAndNetwork(options);
  const workloads = readWorkloads(options);
  const logbook = new LogReader(options);
  return {
    async observe(signal, before = []) {
      const at = clock.now();
      cloud.takeReads();
      const configured = Promise.all([readServices(options, signal), readConnectors(options, signal)]);
      const stored = databases.read(signal);
      versions = stored.then((read) => Object.fromEntries(Object.entries(read).map(([name, { value }]) => [name, value?.version ?? null])));
      const [[states, connectors], figures, carried, read, lastHour, lastDay] = await Promise.all([
        configured,
        metrics.read(signal),
        traffic.read(signal),
        stored,
        // The day's two reads take the place of the hour's in their look: the budget stays what it is.
        day.isDue ? hour.readLater(signal) : hour.read(signal),
        day.read(signal),
      ]);
      if (!looked) rememberLooks(own, spec, states, before);
      const [probes, logged, around, beside] = await Promise.all([
        probeServices(probing, states, signal),
        logbook.read(configurationOf(spec, states, connectors), signal),
        surroundings(states, signal),
        workloads(signal),
      ]);
      looked = true;
      return {
        at,
        connectors: connectorsOf(connectors, { figures, traffic: carried, states, at }),
        services: servicesOf(spec, states, { figures: { ...figures, hour: lastHour, day: lastDay }, own, logged, probes, at }),
        databases: databasesOf(read, figures, at),
        logs: logged.logs,
        ...around,
        ...(beside.length === 0 ? {} : { workloads: beside }),
        changes: logged.changes,
        reads: cloud.takeReads(),
      };
    },
  };
}

/** Where our own requests to a service go: its address, that of a revision with a tag, and the checks of the document. */
function placesOf(states: States, name: string, health: RemediationSpec['services'][number]['health']): Places {
  const { uri = null, tagUris = {}, trafficStatuses = [] } = states(name).value ?? {};
  const tagged = trafficStatuses.flatMap(({ tag, revision }) => {
    const url = tagUris[tag ?? ''];
    return revision === null || url === undefined ? [] : [[revision, url] as const];
  });
  const checks = health.filter(({ url }) => !url.startsWith('/')).map(({ url }) => url);
  return { all: [...(uri === null ? [] : [uri]), ...checks], byTag: Object.fromEntries(tagged) };
}

function lessOwn(steps: ReturnType<History>, own: OwnRequests, places: Places): ReturnType<History> {
  if (steps.value === null) return steps;
  return { ...steps, value: steps.value.map((step) => own.less(step, places, step.untilAt ?? step.sinceAt)) };
}

/** Looks of an earlier process of this run sent one request for each health check. */
function rememberLooks(own: OwnRequests, spec: RemediationSpec, states: States, before: readonly LookTestimony[]): void {
  for (const { name, health } of spec.services) {
    const looks = before.map(({ at, services }) => ({ at, failed: services[name]?.probes === 'ill' }));
    const urls = health.map(({ url }) => probeUrl(url, states(name).value?.uri ?? null)).filter((url) => url !== null);
    own.remember(urls, looks);
  }
}

/** What somebody may change between two looks. */
function configurationOf(spec: RemediationSpec, states: States, connectors: ConnectorStates): Configuration {
  return [
    ...spec.services.map(({ name }) => states(name).value?.generation ?? null),
    ...Object.values(connectors).map(({ value }) =>
      value === null ? null : `${value.minInstances} ${value.maxInstances} ${value.machineType}`,
    ),
  ];
}

function connectorsOf(
  connectors: ConnectorStates,
  {
    figures,
    traffic,
    states,
    at,
  }: {
    readonly figures: Figures;
    readonly traffic: Readonly<Record<string, ConnectorTraffic>>;
    readonly states: States;
    readonly at: number;
  },
): Readonly<Record<string, ConnectorObservation>> {
  const none = absent<number>('vpcaccess.googleapis.com', 'it was not read');
  const seen = Object.entries(connectors).map(([name, state]): [string, ConnectorObservation] => [
    name,
    {
      state,
      cpuP99: reaged(figures.connectors[name]?.cpuP99 ?? none, at, FIGURE_DELAY),
      instances: reaged(figures.connectors[name]?.instances ?? none, at, FIGURE_DELAY),
      throughput: reaged(traffic[name]?.throughput ?? none, at, METRIC_DELAY + TRAFFIC_EVERY),
      packets: reaged(traffic[name]?.packets ?? none, at, METRIC_DELAY + TRAFFIC_EVERY),
      riders: ridersOf(name, states),
    },
  ]);
  return Object.fromEntries(seen);
}

/** Of all services of its region: who rides the connector, by its present template. */
function ridersOf(connector: string, { of }: States): ConnectorObservation['riders'] {
  const services = of(connector);
  if (services.value === null) return absent(services.source, services.problem);
  const riders = services.value
    .filter(({ template }) => template.connector === connector)
    .map(({ name, template }) => ({ service: name, egress: template.egress ?? 'PRIVATE_RANGES_ONLY' }));
  return { ...services, value: riders };
}

function databasesOf(states: DatabaseStates, { databases }: Figures, at: number): Readonly<Record<string, DatabaseObservation>> {
  const none = absent<number>('cloudsql.googleapis.com', 'it was not read');
  const seen = Object.entries(states).map(([name, state]): [string, DatabaseObservation] => [
    name,
    {
      state: reaged(state, at, SLOW_DELAY),
      connections: reaged(databases[name]?.connections ?? none, at, FIGURE_DELAY),
      cpu: reaged(databases[name]?.cpu ?? none, at, FIGURE_DELAY),
    },
  ]);
  return Object.fromEntries(seen);
}

function servicesOf(
  spec: RemediationSpec,
  states: States,
  {
    figures,
    own,
    logged,
    probes,
    at,
  }: {
    readonly figures: Figures & { readonly hour: History; readonly day: History };
    readonly own: OwnRequests;
    readonly logged: Logged;
    readonly probes: ReadonlyMap<string, readonly ProbeResult[]>;
    readonly at: number;
  },
): Readonly<Record<string, ServiceObservation>> {
  const observed = spec.services.map(({ name, health }): [string, ServiceObservation] => [
    name,
    {
      name,
      state: states(name),
      requests: reaged(own.without(figures.requests(name), placesOf(states, name, health)), at, FIGURE_DELAY),
      hour: lessOwn(inSteps(figures.hour(name), SLOW_EVERY), own, placesOf(states, name, health)),
      byMinute: lessOwn(figures.hour(name), own, placesOf(states, name, health)),
      day: figures.day(name),
      p95Ms: reaged(figures.p95(name), at, FIGURE_DELAY),
      instances: reaged(figures.instances(name), at, FIGURE_DELAY),
      ...(figures.received === null ? {} : { received: reaged(figures.received(name), at, FIGURE_DELAY) }),
      starts: startsOf(name, reaged(figures.started(name), at, FIGURE_DELAY), logged.logs),
      probes: probes.get(name) ?? [],
    },
  ]);
  return Object.fromEntries(observed);
}
