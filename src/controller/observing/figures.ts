import { MINUTE } from '../../core/duration.ts';
import { engineOf } from '../../core/model/engine.ts';
import { absent } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ReceivedRates, ServiceObservation } from '../../core/model/observation.ts';
import type { LatencyStats, RequestStats } from '../../core/model/request-stats.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { CallOptions, MetricsPort } from '../../ports/cloud.ts';
import { readsNetwork } from '../../steps/index.ts';
import { noNewerThan } from './ages.ts';
import { lateFrom } from '../../diagnosis/witnesses/served.ts';
import { withLate } from './late-answers.ts';
import type { ObserverOptions } from './options.ts';
import { metric, metricsByService } from './measure.ts';

const REQUEST_WINDOW = 5 * MINUTE;

/** What Cloud Monitoring says; eight reads, two more for each further connector or database, one more where a step asks what the services receive. */
export interface Figures {
  readonly connectors: Readonly<Record<string, ConnectorFigures>>;
  readonly databases: Readonly<Record<string, DatabaseFigures>>;
  readonly requests: (service: string) => ServiceObservation['requests'];
  readonly p95: (service: string) => ServiceObservation['p95Ms'];
  readonly instances: (service: string) => ServiceObservation['instances'];
  /** null: no step of the document asks for it. */
  readonly received: ((service: string) => Measured<ReceivedRates>) | null;
  /** Containers that became ready. */
  readonly started: (service: string) => Measured<number>;
}

interface DatabaseFigures {
  readonly connections: Measured<number>;
  readonly cpu: Measured<number>;
}

/** By instance: `databaseVersion`; null where it could not be read. */
export type Versions = Readonly<Record<string, string | null>>;

interface ConnectorFigures {
  readonly cpuP99: Measured<number>;
  readonly instances: Measured<number>;
}

/**
 * `startsWindowMs`: as far back as the log lines go, because starts that failed are read from those. What counts the
 * connections of a database has another name for each engine: `versions` tells it.
 */
export async function readMetrics(
  { cloud, clock, spec }: ObserverOptions,
  startsWindowMs: number,
  versions: Promise<Versions>,
  signal: AbortSignal,
): Promise<Figures> {
  const now = clock.now();
  const { metrics } = cloud;
  const options = { signal };
  const [connectors, databases, requests, latencies, instances, started, received] = await Promise.all([
    byName(connectorNames(spec), async (name) => {
      const [cpuP99, running] = await Promise.all([
        metric('connector/cpu/utilizations', () => metrics.connectorCpuP99(name, now, options)),
        metric('connector/instances', () => metrics.connectorInstances(name, now, options)),
      ]);
      return { cpuP99, instances: running };
    }),
    byName(databaseNames(spec), async (name) => {
      const [connections, cpu] = await Promise.all([
        versions.then((known) => readConnections(metrics, name, { version: known[name] ?? null, now, options })),
        metric('database/cpu/utilization', () => metrics.databaseCpu(name, now, options)),
      ]);
      return { connections, cpu };
    }),
    metricsByService('run.googleapis.com/request_count', () => metrics.requests(now, REQUEST_WINDOW, options)),
    metricsByService(LATENCIES, () =>
      metrics.latencies(now, { windowMs: REQUEST_WINDOW, periodMs: MINUTE, lateFromMs: lateFrom(spec) }, options),
    ),
    metricsByService('run.googleapis.com/container/instance_count', () => metrics.instances(now, options)),
    metricsByService('run.googleapis.com/container/startup_latencies', () => metrics.starts(now, startsWindowMs, options)),
    readsNetwork(spec)
      ? metricsByService('run.googleapis.com/container/network/received_bytes_count', () => metrics.received(now, options))
      : null,
  ]);
  return {
    connectors,
    databases,
    requests: (service) => {
      const counted = requests(service);
      if (counted.value === null) return counted;
      return { ...counted, value: withLate(counted.value, counted.measuredAt ?? now, latencies(service)) };
    },
    // The percentile of a window is stamped with the window's end, however old what is in it.
    p95: (service) => noNewerThan(p95Of(latencies(service)), requests(service)),
    instances,
    started,
    received,
  };
}

const LATENCIES = 'run.googleapis.com/request_latencies';

function p95Of(latency: Measured<LatencyStats>): Measured<number> {
  return { ...latency, value: latency.value?.p95Ms ?? null };
}

/** Asked side by side. */
async function byName<T>(names: readonly string[], read: (name: string) => Promise<T>): Promise<Readonly<Record<string, T>>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

function connectorNames({ connectors }: RemediationSpec): readonly string[] {
  return connectors.map(({ name }) => name);
}

function databaseNames({ databases }: RemediationSpec): readonly string[] {
  return databases.map(({ instance }) => instance);
}

function readConnections(
  metrics: MetricsPort,
  instance: string,
  { version, now, options }: { readonly version: string | null; readonly now: number; readonly options: CallOptions },
): Promise<Measured<number>> | Measured<number> {
  const source = 'cloudsql.googleapis.com/database';
  if (version === null) return absent(source, `which engine ${instance} is could not be read`);
  const engine = engineOf(version);
  if (engine === 'other') return absent(source, `connections of ${version} are not measured by this program`);
  return metric(`${source} (${version})`, () => metrics.databaseConnections(instance, engine, now, options));
}

/** Request counts of a service in steps, oldest first. */
export type History = (service: string) => Measured<readonly RequestStats[]>;

/** One read. */
export function readHistory({ cloud, clock }: ObserverOptions, windowMs: number, stepMs: number, signal: AbortSignal): Promise<History> {
  return metricsByService('run.googleapis.com/request_count', () =>
    cloud.metrics.requestHistory(clock.now(), windowMs, stepMs, { signal }),
  );
}

/** The same with late answers: two reads. */
export async function readTimedHistory(options: ObserverOptions, windowMs: number, stepMs: number, signal: AbortSignal): Promise<History> {
  const { cloud, clock, spec } = options;
  const asked = { windowMs, periodMs: stepMs, lateFromMs: lateFrom(spec) };
  const [counted, latencies] = await Promise.all([
    readHistory(options, windowMs, stepMs, signal),
    metricsByService(LATENCIES, () => cloud.metrics.latencies(clock.now(), asked, { signal })),
  ]);
  return (service) => {
    const steps = counted(service);
    if (steps.value === null) return steps;
    return { ...steps, value: steps.value.map((step) => withLate(step, step.untilAt ?? step.sinceAt + stepMs, latencies(service))) };
  };
}

export interface ConnectorTraffic {
  readonly throughput: Measured<number>;
  readonly packets: Measured<number>;
}

/** Both directions together; four reads for each connector. */
export function readTraffic(
  { cloud, clock, spec }: ObserverOptions,
  signal: AbortSignal,
): Promise<Readonly<Record<string, ConnectorTraffic>>> {
  return byName(connectorNames(spec), async (name) => {
    const both = cloud.metrics.connectorTraffic(name, clock.now(), { signal });
    const [throughput, packets] = await Promise.all([
      metric('connector/{received,sent}_bytes_count', async () => (await both).throughput),
      metric('connector/{received,sent}_packets_count', async () => (await both).packets),
    ]);
    return { throughput, packets };
  });
}
