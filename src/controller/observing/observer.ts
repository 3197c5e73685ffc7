import { MINUTE } from '../../core/duration.ts';
import { absent, aged, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ConnectorObservation, ProbeResult, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { readMetrics } from './figures.ts';
import type { Figures } from './figures.ts';
import { LogWindow } from './log-window.ts';
import type { Observer, ObserverOptions } from './options.ts';
import { Paced } from './paced.ts';
import { probeServices } from './probing.ts';
import { readConnector, readDatabase } from './resources.ts';
import { readServices } from './services.ts';
import type { States } from './services.ts';

/** Metrics are sampled each minute; reading them more often spends quota and shows nothing new (gcp-facts 3, 5). */
const METRICS_EVERY = MINUTE;
const DATABASE_EVERY = 5 * MINUTE;
/** How old the newest point of a metric normally is (60 s sampling, minutes of visibility delay). */
const METRIC_DELAY = 4 * MINUTE;

/** An observer with a small memory (slow readings, log lines of the window); losing it in a crash costs one fuller look. */
export function createObserver(options: ObserverOptions): Observer {
  const metrics = new Paced(options.clock, METRICS_EVERY, (signal: AbortSignal) => readMetrics(options, signal));
  const database = new Paced(options.clock, DATABASE_EVERY, (signal: AbortSignal) => readDatabase(options, signal));
  const logs = new LogWindow(options);
  return {
    async observe(signal) {
      const at = options.clock.now();
      options.cloud.takeReads();
      const [states, connector, figures, instance, lines] = await Promise.all([
        readServices(options, signal),
        readConnector(options, signal),
        metrics.read(signal),
        database.read(signal),
        logs.read(signal),
      ]);
      const probes = await probeServices(options, states, signal);
      return {
        at,
        connector: connectorOf(options, connector, figures, states, at),
        services: servicesOf(options.spec, states, figures, probes, at),
        database:
          options.spec.database === null
            ? null
            : { state: instance, connections: reaged(figures.connections, at), cpu: absent('cpu', 'not read') },
        loadBalancer: null,
        incidents: absent('servicehealth.googleapis.com', 'not read'),
        changes: absent('cloudaudit.googleapis.com', 'not read'),
        accounts: absent('iam', 'not read'),
        logs: lines,
        reads: options.cloud.takeReads(),
      };
    },
  };
}

/** A value from an earlier reading, with the age it has now. */
function reaged<T>(value: Measured<T>, now: number): Measured<T> {
  if (value.value === null || value.measuredAt === null) return value;
  return {
    ...aged(value.value, value.measuredAt, now, METRIC_DELAY, value.source),
    ...(value.problem === undefined ? {} : { problem: value.problem }),
  };
}

function connectorOf(
  { spec }: ObserverOptions,
  state: ConnectorObservation['state'] | null,
  figures: Figures,
  states: States,
  at: number,
): ConnectorObservation | null {
  if (state === null) return null;
  return {
    state,
    cpuP99: reaged(figures.cpuP99, at),
    instances: reaged(figures.connectorInstances, at),
    throughput: absent('throughput', 'not read'),
    packets: absent('packets', 'not read'),
    riders: ridersOf(spec, states),
  };
}

/** Of the document's services: who rides a connector, by its present template. */
function ridersOf(spec: RemediationSpec, states: States): ConnectorObservation['riders'] {
  const seen = spec.services.map(({ name }) => states(name));
  const source = seen[0]?.source ?? 'run.googleapis.com/services';
  if (seen.some(({ value }) => value === null)) return absent(source, 'not every service could be read');
  const riders = seen.flatMap(({ value }) => {
    const template = value?.template;
    if (template?.connector?.split('/').at(-1) !== spec.connector?.name) return [];
    return [{ service: value?.name ?? '', egress: template?.egress ?? 'PRIVATE_RANGES_ONLY' }];
  });
  return fresh(riders, seen[0]?.measuredAt ?? 0, source);
}

function servicesOf(
  spec: RemediationSpec,
  states: States,
  figures: Figures,
  probes: ReadonlyMap<string, readonly ProbeResult[]>,
  at: number,
): Readonly<Record<string, ServiceObservation>> {
  const observed = spec.services.map(({ name }): [string, ServiceObservation] => [
    name,
    {
      name,
      state: states(name),
      requests: reaged(figures.requests(name), at),
      p95Ms: reaged(figures.p95(name), at),
      instances: reaged(figures.instances(name), at),
      starts: absent('starts', 'not read'),
      probes: probes.get(name) ?? [],
    },
  ]);
  return Object.fromEntries(observed);
}
