import { MINUTE } from '../../core/duration.ts';
import { absent } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ServiceObservation } from '../../core/model/observation.ts';
import type { ObserverOptions } from './options.ts';
import { metric, metricsByService } from './reading.ts';

const REQUEST_WINDOW = 5 * MINUTE;

/** What Cloud Monitoring says; six reads. */
export interface Figures {
  readonly cpuP99: Measured<number>;
  readonly connectorInstances: Measured<number>;
  readonly connections: Measured<number>;
  readonly requests: (service: string) => ServiceObservation['requests'];
  readonly p95: (service: string) => ServiceObservation['p95Ms'];
  readonly instances: (service: string) => ServiceObservation['instances'];
}

export async function readMetrics({ cloud, clock, spec }: ObserverOptions, signal: AbortSignal): Promise<Figures> {
  const now = clock.now();
  const { connector, database } = spec;
  const none = absent<number>('not configured', 'the document names none');
  const [cpuP99, connectorInstances, connections, requests, p95, instances] = await Promise.all([
    connector === null ? none : metric('connector/cpu/utilizations', () => cloud.metrics.connectorCpuP99(connector.name, now, { signal })),
    connector === null ? none : metric('connector/instances', () => cloud.metrics.connectorInstances(connector.name, now, { signal })),
    database === null
      ? none
      : metric('database/postgresql/num_backends', () => cloud.metrics.databaseConnections(database.instance, now, { signal })),
    metricsByService('run.googleapis.com/request_count', () => cloud.metrics.requests(now, REQUEST_WINDOW, { signal })),
    metricsByService('run.googleapis.com/request_latencies', () => cloud.metrics.latencyP95(now, REQUEST_WINDOW, { signal })),
    metricsByService('run.googleapis.com/container/instance_count', () => cloud.metrics.instances(now, { signal })),
  ]);
  return { cpuP99, connectorInstances, connections, requests, p95, instances };
}
