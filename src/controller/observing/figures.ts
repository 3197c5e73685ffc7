import { MINUTE } from '../../core/duration.ts';
import { engineOf } from '../../core/model/engine.ts';
import { absent } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ReceivedRates, RequestStats, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { CallOptions, MetricsPort } from '../../ports/cloud.ts';
import { readsNetwork } from '../../steps/index.ts';
import { noNewerThan } from './ages.ts';
import type { ObserverOptions } from './options.ts';
import { metric, metricsByService } from './measure.ts';

const REQUEST_WINDOW = 5 * MINUTE;

const NOT_CONFIGURED = absent<number>('not configured', 'the document names none');

/** What Cloud Monitoring says; eight reads, two more for each further connector, one more where a step asks what the services receive. */
export interface Figures {
  readonly connectors: Readonly<Record<string, ConnectorFigures>>;
  readonly connections: Measured<number>;
  readonly databaseCpu: Measured<number>;
  readonly requests: (service: string) => ServiceObservation['requests'];
  readonly p95: (service: string) => ServiceObservation['p95Ms'];
  readonly instances: (service: string) => ServiceObservation['instances'];
  /** null: no step of the document asks for it. */
  readonly received: ((service: string) => Measured<ReceivedRates>) | null;
  /** Containers that became ready. */
  readonly started: (service: string) => Measured<number>;
}

interface ConnectorFigures {
  readonly cpuP99: Measured<number>;
  readonly instances: Measured<number>;
}

/**
 * `startsWindowMs`: as far back as the log lines go, because starts that failed are read from those. `version`: `databaseVersion`
 * of the instance, null when it could not be read: what counts its connections has another name for each engine.
 */
export async function readMetrics(
  { cloud, clock, spec }: ObserverOptions,
  startsWindowMs: number,
  version: Promise<string | null>,
  signal: AbortSignal,
): Promise<Figures> {
  const now = clock.now();
  const { database } = spec;
  const { metrics } = cloud;
  const options = { signal };
  const [connectors, connections, databaseCpu, requests, p95, instances, started, received] = await Promise.all([
    byConnector(spec, async (name) => {
      const [cpuP99, running] = await Promise.all([
        metric('connector/cpu/utilizations', () => metrics.connectorCpuP99(name, now, options)),
        metric('connector/instances', () => metrics.connectorInstances(name, now, options)),
      ]);
      return { cpuP99, instances: running };
    }),
    database === null
      ? NOT_CONFIGURED
      : version.then((known) => readConnections(metrics, database.instance, { version: known, now, options })),
    database === null ? NOT_CONFIGURED : metric('database/cpu/utilization', () => metrics.databaseCpu(database.instance, now, options)),
    metricsByService('run.googleapis.com/request_count', () => metrics.requests(now, REQUEST_WINDOW, options)),
    metricsByService('run.googleapis.com/request_latencies', () => metrics.latencyP95(now, REQUEST_WINDOW, options)),
    metricsByService('run.googleapis.com/container/instance_count', () => metrics.instances(now, options)),
    metricsByService('run.googleapis.com/container/startup_latencies', () => metrics.starts(now, startsWindowMs, options)),
    readsNetwork(spec)
      ? metricsByService('run.googleapis.com/container/network/received_bytes_count', () => metrics.received(now, options))
      : null,
  ]);
  // The percentile of a window is stamped with the window's end, however old what is in it.
  const dated = (service: string): Measured<number> => noNewerThan(p95(service), requests(service));
  return { connectors, connections, databaseCpu, requests, p95: dated, instances, started, received };
}

/** Asked side by side. */
async function byConnector<T>({ connectors }: RemediationSpec, read: (name: string) => Promise<T>): Promise<Readonly<Record<string, T>>> {
  return Object.fromEntries(await Promise.all(connectors.map(async ({ name }) => [name, await read(name)] as const)));
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

export interface ConnectorTraffic {
  readonly throughput: Measured<number>;
  readonly packets: Measured<number>;
}

/** Both directions together; four reads for each connector. */
export function readTraffic(
  { cloud, clock, spec }: ObserverOptions,
  signal: AbortSignal,
): Promise<Readonly<Record<string, ConnectorTraffic>>> {
  return byConnector(spec, async (name) => {
    const both = cloud.metrics.connectorTraffic(name, clock.now(), { signal });
    const [throughput, packets] = await Promise.all([
      metric('connector/{received,sent}_bytes_count', async () => (await both).throughput),
      metric('connector/{received,sent}_packets_count', async () => (await both).packets),
    ]);
    return { throughput, packets };
  });
}
