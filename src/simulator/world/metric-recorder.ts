import { carried, connectorCpu, packetsPerStep, RECEIVED_TO_SENT, receivedPerStep } from './connector.ts';
import { answers } from './database.ts';
import { Histogram, LATENCY_BOUNDS, SHARE_BOUNDS } from './histogram.ts';
import type { SeriesKey, SeriesStore } from './series-store.ts';
import { placed } from './place.ts';
import type { Connector, Database, Revision, WorldState } from './state.ts';
import { countIn, everyRevision } from './state.ts';

interface Tally {
  requests: number;
  readonly latency: Histogram;
}

/** Bytes of the minute, by kind of network. */
interface Received {
  internet: number;
  private: number;
}

const RUN = 'run.googleapis.com';
const CONNECTOR = 'vpcaccess.googleapis.com/connector';
const DATABASE = 'cloudsql.googleapis.com/database';

/** Counts what happens and turns each minute into points (gcp-facts 1.7, 3, 4). What did not happen makes no point. */
export class MetricRecorder {
  readonly #store: SeriesStore;
  readonly #requests = new Map<Revision, Map<number, Tally>>();
  readonly #startups = new Map<Revision, Histogram>();
  readonly #cpu = new Map<Connector, Histogram>();
  readonly #packets = new Map<Connector, number>();
  readonly #received = new Map<Revision, Received>();

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  requests(revision: Revision, code: number, count: number): Histogram {
    let codes = this.#requests.get(revision);
    if (codes === undefined) this.#requests.set(revision, (codes = new Map<number, Tally>()));
    let tally = codes.get(code);
    if (tally === undefined) codes.set(code, (tally = { requests: 0, latency: new Histogram(LATENCY_BOUNDS) }));
    tally.requests += count;
    return tally.latency;
  }

  startup(revision: Revision, tookMs: number): void {
    let startups = this.#startups.get(revision);
    if (startups === undefined) this.#startups.set(revision, (startups = new Histogram(LATENCY_BOUNDS)));
    startups.add(tookMs, 1);
  }

  /** One sample of the connectors, and of what came in over the network. */
  sample(state: WorldState): void {
    for (const revision of everyRevision(state)) {
      const sum = this.#received.get(revision) ?? { internet: 0, private: 0 };
      const now = receivedPerStep(state, revision);
      this.#received.set(revision, { internet: sum.internet + now.internet, private: sum.private + now.private });
    }
    for (const connector of state.connectors.values()) {
      const { typical, peak } = connectorCpu(connector);
      let cpu = this.#cpu.get(connector);
      if (cpu === undefined) this.#cpu.set(connector, (cpu = new Histogram(SHARE_BOUNDS)));
      cpu.add(peak, 1);
      cpu.add(typical * (0.97 + 0.06 * state.chance.next()), Math.max(1, connector.active - 1));
      this.#packets.set(connector, (this.#packets.get(connector) ?? 0) + packetsPerStep(carried(connector)));
    }
  }

  /** Closes the minute that ends at `state.at`. */
  closeMinute(state: WorldState): void {
    for (const revision of everyRevision(state)) this.#closeRevision(state, revision);
    for (const connector of state.connectors.values()) this.#closeConnector(state, connector);
    for (const database of state.databases.values()) this.#closeDatabase(state, database);
  }

  #closeRevision(state: WorldState, revision: Revision): void {
    const { name, service } = revision.facts;
    const { project } = state.description;
    const place = placed(service, state.description.region);
    const resourceLabels = (): Readonly<Record<string, string>> => ({
      project_id: project,
      location: place.region,
      service_name: place.name,
      revision_name: name,
      configuration_name: place.name,
    });
    const add = (
      metric: string,
      [kind, valueType]: readonly [SeriesKey['metricKind'], SeriesKey['valueType']],
      labels: Readonly<Record<string, string>>,
      value: number | ReturnType<Histogram['take']>,
    ): void => {
      const metricType = `${RUN}/${metric}`;
      const key = (): SeriesKey => ({
        metricType,
        metricLabels: labels,
        resourceType: 'cloud_run_revision',
        resourceLabels: resourceLabels(),
        metricKind: kind,
        valueType,
      });
      this.#store.add({ id: `${place.region} ${name} ${Object.values(labels).join(' ')}`, key, metricType }, state.at, value);
    };
    for (const [code, tally] of this.#requests.get(revision) ?? []) {
      if (tally.requests === 0) continue;
      const labels = { response_code: String(code), response_code_class: `${Math.floor(code / 100)}xx` };
      add('request_count', ['DELTA', 'INT64'], labels, tally.requests);
      add('request_latencies', ['DELTA', 'DISTRIBUTION'], labels, tally.latency.take());
      tally.requests = 0;
    }
    const startups = this.#startups.get(revision);
    for (const [kind, bytes] of Object.entries(this.#received.get(revision) ?? {}))
      if (bytes > 0) add('container/network/received_bytes_count', ['DELTA', 'INT64'], { kind }, Math.round(bytes));
    this.#received.delete(revision);
    if (startups !== undefined && startups.count > 0) add('container/startup_latencies', ['DELTA', 'DISTRIBUTION'], {}, startups.take());
    const running = revision.instances.length - countIn(revision, 'crashed');
    if (revision.instances.length === 0) return;
    const active = Math.min(running, revision.percent > 0 ? busy(revision) : 0);
    add('container/instance_count', ['GAUGE', 'INT64'], { state: 'active' }, active);
    add('container/instance_count', ['GAUGE', 'INT64'], { state: 'idle' }, revision.instances.length - active);
  }

  #closeConnector(state: WorldState, connector: Connector): void {
    const { name, bytesPerPacket } = connector.description;
    const place = placed(name, state.description.region);
    const resourceLabels = { project_id: state.description.project, location: place.region, connector_name: place.name };
    const add = (
      metric: string,
      metricKind: SeriesKey['metricKind'],
      valueType: SeriesKey['valueType'],
      value: number | ReturnType<Histogram['take']>,
    ): void => {
      const metricType = `${CONNECTOR}/${metric}`;
      this.#store.add(
        {
          id: name,
          key: () => ({ metricType, metricLabels: {}, resourceType: 'vpc_access_connector', resourceLabels, metricKind, valueType }),
          metricType,
        },
        state.at,
        value,
      );
    };
    const packets = this.#packets.get(connector) ?? 0;
    this.#packets.set(connector, 0);
    add('instances', 'GAUGE', 'INT64', connector.active);
    const cpu = this.#cpu.get(connector);
    if (cpu !== undefined && cpu.count > 0) add('cpu/utilizations', 'GAUGE', 'DISTRIBUTION', cpu.take());
    if (packets === 0) return;
    add('sent_packets_count', 'DELTA', 'INT64', packets);
    add('received_packets_count', 'DELTA', 'INT64', Math.round(packets * 0.94));
    add('sent_bytes_count', 'DELTA', 'INT64', Math.round(packets * bytesPerPacket));
    add('received_bytes_count', 'DELTA', 'INT64', Math.round(packets * bytesPerPacket * RECEIVED_TO_SENT));
  }

  #closeDatabase(state: WorldState, database: Database): void {
    const { name, version, cpuIdle, cpuPerConnection, otherConnections } = database.description;
    const { project, region } = state.description;
    const resourceLabels = { project_id: project, region, database_id: `${project}:${name}` };
    const add = (metric: string, valueType: SeriesKey['valueType'], labels: Readonly<Record<string, string>>, value: number): void => {
      const metricType = `${DATABASE}/${metric}`;
      const key = (): SeriesKey => ({
        metricType,
        metricLabels: labels,
        resourceType: 'cloudsql_database',
        resourceLabels,
        metricKind: 'GAUGE',
        valueType,
      });
      this.#store.add({ id: `${name} ${labels['database'] ?? ''}`, key, metricType }, state.at, value);
    };
    const up = answers(database);
    add('up', 'INT64', {}, up ? 1 : 0);
    if (!up) return;
    add('cpu/utilization', 'DOUBLE', {}, Math.min(1, cpuIdle + cpuPerConnection * database.used));
    const platform = Math.min(2, otherConnections);
    // By engine: PostgreSQL counts its backends by database, the others their connections (gcp-facts 4).
    if (!version.startsWith('POSTGRES_')) return add('network/connections', 'INT64', {}, database.used);
    add('postgresql/num_backends', 'INT64', { database: 'cloudsqladmin' }, platform);
    add('postgresql/num_backends', 'INT64', { database: 'app' }, database.used - platform);
  }
}

/** Instances that had a request in the minute: the router spreads them. */
function busy(revision: Revision): number {
  return Math.ceil((revision.service.arriving * revision.percent * 60) / 100 / 4);
}
