import { MINUTE } from '../../core/duration.ts';
import { identityOf, locatedOf } from '../../core/region.ts';
import { absent, aged } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ReceivedRates } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { CallOptions, MetricsPort } from '../../ports/cloud.ts';
import type { Scope } from '../scope.ts';
import { latencyStats } from './latencies.ts';
import { createTimeSeries } from './time-series.ts';
import type { Series, SeriesQuery } from './time-series.ts';

/** 60 s sampling and up to three minutes until a point is visible (gcp-facts 3, 4). */
const NORMAL_DELAY_MS = 4 * MINUTE;
/** How far back a gauge is looked for: older than late is gone. */
const GAUGE_WINDOW_MS = 10 * MINUTE;

const CONNECTOR = { prefix: 'vpcaccess.googleapis.com/connector/', resourceType: 'vpc_access_connector' };
const REVISION = { prefix: 'run.googleapis.com/', resourceType: 'cloud_run_revision' };
const DATABASE = { prefix: 'cloudsql.googleapis.com/database/', resourceType: 'cloudsql_database' };

/** Connections in use, by engine (gcp-facts 4). */
const CONNECTIONS = { postgresql: 'postgresql/num_backends', mysql: 'network/connections' } as const;

const LOCATION_LABEL = 'resource.labels.location';
const SERVICE_LABEL = 'resource.labels.service_name';
/** Services of one name may be in several regions. */
const BY_SERVICE = [LOCATION_LABEL, SERVICE_LABEL];
const REVISION_LABEL = 'resource.labels.revision_name';
/** The class follows from the code, so it splits no series further; it is there where a code is missing. */
const BY_CODE = [...BY_SERVICE, REVISION_LABEL, 'metric.labels.response_code_class', 'metric.labels.response_code'];
const BY_CLASS = [...BY_SERVICE, REVISION_LABEL, 'metric.labels.response_code_class'];
const TURNED_AWAY = '429';

/**
 * Cloud Monitoring (gcp-facts 1.7, 3, 4, 5.1). One method is one question. The window ends at the last full minute, on the
 * grid on which Google samples. A value is as old as its newest point; a series that is not there is absent, never zero.
 */
export function createMetrics(scope: Scope): MetricsPort {
  const querySeries = createTimeSeries(scope);
  const region = { [LOCATION_LABEL]: scope.regions };
  const byService = <T>(series: readonly Series[], measure: (of: readonly Series[]) => T): Readonly<Record<string, T>> =>
    eachService(series, scope.region, measure);

  async function connectorGauge(
    { metric, aligner, reducer }: Gauge,
    name: string,
    now: number,
    options?: CallOptions,
  ): Promise<Measured<number>> {
    const { name: short, region: location } = locatedOf(name, scope.region);
    const where = { [LOCATION_LABEL]: location, 'resource.labels.connector_name': short };
    const type = CONNECTOR.prefix + metric;
    const groupBy = ['resource.labels.connector_name'];
    const gauge = gaugeQuery({ metric: type, resourceType: CONNECTOR.resourceType, where, aligner, reducer, groupBy }, now);
    return newest(await querySeries(gauge, options), type, now);
  }

  async function databaseGauge({ metric, ...by }: Gauge, instance: string, now: number, options?: CallOptions): Promise<Measured<number>> {
    const where = { 'resource.labels.database_id': `${scope.project}:${instance}` };
    const gauge = gaugeQuery({ metric, resourceType: DATABASE.resourceType, where, ...by, groupBy: ['resource.labels.database_id'] }, now);
    return newest(await querySeries(gauge, options), metric, now);
  }

  return {
    connectorCpuP99: (name, now, options) =>
      connectorGauge({ metric: 'cpu/utilizations', aligner: 'ALIGN_PERCENTILE_99', reducer: 'REDUCE_MAX' }, name, now, options),
    connectorInstances: (name, now, options) =>
      connectorGauge({ metric: 'instances', aligner: 'ALIGN_MAX', reducer: 'REDUCE_SUM' }, name, now, options),

    async connectorTraffic(name, now, options) {
      const rates = await Promise.all(
        TRAFFIC.map((metric) => connectorGauge({ metric, aligner: 'ALIGN_RATE', reducer: 'REDUCE_SUM' }, name, now, options)),
      );
      const [receivedBytes, sentBytes, receivedPackets, sentPackets] = rates as [Rate, Rate, Rate, Rate];
      return { throughput: bothWays(receivedBytes, sentBytes, BITS_IN_A_BYTE), packets: bothWays(receivedPackets, sentPackets, 1) };
    },

    async requests(now, windowMs, options) {
      const metric = `${REVISION.prefix}request_count`;
      const to = lastMinute(now);
      const from = to - windowMs;
      const groupBy = BY_CODE;
      const { resourceType } = REVISION;
      const series = await querySeries(
        { metric, resourceType, where: region, from, to, periodMs: MINUTE, aligner: 'ALIGN_DELTA', reducer: 'REDUCE_SUM', groupBy },
        options,
      );
      return byService(series, (of) => aged(requestStats(of, from), newestAt(of), { now, normalDelayMs: NORMAL_DELAY_MS, source: metric }));
    },

    async requestHistory(now, windowMs, periodMs, options) {
      const metric = `${REVISION.prefix}request_count`;
      const to = lastMinute(now);
      const groupBy = BY_CODE;
      const { resourceType } = REVISION;
      const series = await querySeries(
        { metric, resourceType, where: region, from: to - windowMs, to, periodMs, aligner: 'ALIGN_DELTA', reducer: 'REDUCE_SUM', groupBy },
        options,
      );
      return byService(series, (of) => aged(inSteps(of, periodMs), to, { now, normalDelayMs: NORMAL_DELAY_MS, source: metric }));
    },

    async latencies(now, asked, options) {
      const metric = `${REVISION.prefix}request_latencies`;
      const to = lastMinute(now);
      const { resourceType } = REVISION;
      const { windowMs, periodMs } = asked;
      const merged = { aligner: 'ALIGN_DELTA', reducer: 'REDUCE_SUM', groupBy: BY_CLASS };
      const series = await querySeries({ metric, resourceType, where: region, from: to - windowMs, to, periodMs, ...merged }, options);
      return byService(series, (of) => {
        const stats = latencyStats(of, asked);
        if (stats === null) return absent(metric, 'its distributions could not be read');
        return aged(stats, newestAt(of), { now, normalDelayMs: NORMAL_DELAY_MS, source: metric });
      });
    },

    async instances(now, options) {
      const metric = `${REVISION.prefix}container/instance_count`;
      // Active and idle are summed within each minute (gcp-facts 3): otherwise the total is one that never existed.
      const summed = { aligner: 'ALIGN_MAX', reducer: 'REDUCE_SUM', groupBy: [...BY_SERVICE, REVISION_LABEL] };
      const series = await querySeries(gaugeQuery({ metric, resourceType: REVISION.resourceType, where: region, ...summed }, now), options);
      return byService(series, (of) => aged(atNewestMinute(of), newestAt(of), { now, normalDelayMs: NORMAL_DELAY_MS, source: metric }));
    },

    async received(now, options) {
      const metric = `${REVISION.prefix}container/network/received_bytes_count`;
      const { resourceType } = REVISION;
      const rates = { aligner: 'ALIGN_RATE', reducer: 'REDUCE_SUM', groupBy: [...BY_SERVICE, 'metric.labels.kind'] };
      const series = await querySeries(gaugeQuery({ metric, resourceType, where: region, ...rates }, now), options);
      return byService(series, (of) => aged(receivedRates(of), newestAt(of), { now, normalDelayMs: NORMAL_DELAY_MS, source: metric }));
    },

    async starts(now, windowMs, options) {
      const metric = `${REVISION.prefix}container/startup_latencies`;
      const to = lastMinute(now);
      const { resourceType } = REVISION;
      // One value a start: the number of values of the distribution is the number of starts.
      const counted = { aligner: 'ALIGN_DELTA', reducer: 'REDUCE_SUM', groupBy: BY_SERVICE };
      const series = await querySeries(
        { metric, resourceType, where: region, from: to - windowMs, to, periodMs: MINUTE, ...counted },
        options,
      );
      return byService(series, (of) => aged(sumOf(of), newestAt(of), { now, normalDelayMs: NORMAL_DELAY_MS, source: metric }));
    },

    async databaseCpu(instance, now, options) {
      const metric = `${DATABASE.prefix}cpu/utilization`;
      return databaseGauge({ metric, aligner: 'ALIGN_MAX', reducer: 'REDUCE_MAX' }, instance, now, options);
    },

    async databaseConnections(instance, engine, now, options) {
      const metric = DATABASE.prefix + CONNECTIONS[engine];
      // PostgreSQL has one series per database of the instance: the limit is shared by all.
      return databaseGauge({ metric, aligner: 'ALIGN_MAX', reducer: 'REDUCE_SUM' }, instance, now, options);
    },
  };
}

interface Gauge {
  readonly metric: string;
  readonly aligner: string;
  readonly reducer: string;
}

type Rate = Measured<number>;
const BITS_IN_A_BYTE = 8;
/** A question names exactly one metric type (gcp-facts 5.1): four reads. */
const TRAFFIC = ['received_bytes_count', 'sent_bytes_count', 'received_packets_count', 'sent_packets_count'] as const;

/** Received plus sent, as old as the older of the two; with only one of them it would be half of a figure, so it is absent. */
function bothWays(received: Rate, sent: Rate, factor: number): Rate {
  const missing = [received, sent].find(({ value }) => value === null);
  if (missing !== undefined) return missing;
  const older = (received.measuredAt ?? 0) < (sent.measuredAt ?? 0) ? received : sent;
  return { ...older, value: ((received.value ?? 0) + (sent.value ?? 0)) * factor };
}

function sumOf(series: readonly Series[]): number {
  return series.reduce((sum, { points }) => sum + points.reduce((count, { value }) => count + value, 0), 0);
}

function gaugeQuery(query: Omit<SeriesQuery, 'from' | 'to' | 'periodMs'>, now: number): SeriesQuery {
  const to = lastMinute(now);
  return { ...query, from: to - GAUGE_WINDOW_MS, to, periodMs: MINUTE };
}

function lastMinute(now: number): number {
  return Math.floor(now / MINUTE) * MINUTE;
}

function newest(series: readonly Series[], source: string, now: number): Measured<number> {
  const point = series.flatMap(({ points }) => points.slice(0, 1)).sort((a, b) => b.at - a.at)[0];
  return point === undefined
    ? absent(source, 'no points in the window')
    : aged(point.value, point.at, { now, normalDelayMs: NORMAL_DELAY_MS, source });
}

/** Series without points say nothing and are left out. */
function eachService<T>(series: readonly Series[], home: string, measure: (of: readonly Series[]) => T): Readonly<Record<string, T>> {
  const told = series.filter(({ points, labels }) => points.length > 0 && labels.service_name !== undefined);
  const grouped = Object.groupBy(told, ({ labels }) =>
    identityOf({ name: labels.service_name ?? '', region: labels.location ?? home }, home),
  );
  return Object.fromEntries(Object.entries(grouped).map(([service, of]) => [service, measure(of ?? [])]));
}

function newestAt(series: readonly Series[]): number {
  return Math.max(...series.map(({ points }) => points[0]?.at ?? 0));
}

function requestStats(series: readonly Series[], sinceAt: number): RequestStats {
  const byRevision: Record<string, { total: number; serverErrors: number; turnedAway: number }> = {};
  for (const { labels, points } of series) {
    const count = Math.round(points.reduce((sum, { value }) => sum + value, 0));
    const of = (byRevision[labels.revision_name ?? ''] ??= { total: 0, serverErrors: 0, turnedAway: 0 });
    of.total += count;
    if (labels.response_code_class === '5xx') of.serverErrors += count;
    if (labels.response_code === TURNED_AWAY) of.turnedAway += count;
  }
  const sum = (of: 'total' | 'serverErrors' | 'turnedAway'): number => Object.values(byRevision).reduce((all, each) => all + each[of], 0);
  return {
    sinceAt,
    total: sum('total'),
    serverErrors: sum('serverErrors'),
    turnedAway: sum('turnedAway'),
    byRevision,
    minutes: byMinute(series),
  };
}

/** A point stands at the end of its minute. */
function byMinute(series: readonly Series[]): NonNullable<RequestStats['minutes']> {
  const minutes = new Map<number, { total: number; serverErrors: number; turnedAway: number }>();
  for (const { labels, points } of series)
    for (const { at, value } of points) {
      const start = lastMinute(at - 1);
      const of = minutes.get(start) ?? { total: 0, serverErrors: 0, turnedAway: 0 };
      minutes.set(start, of);
      of.total += Math.round(value);
      if (labels.response_code_class === '5xx') of.serverErrors += Math.round(value);
      if (labels.response_code === TURNED_AWAY) of.turnedAway += Math.round(value);
    }
  return [...minutes].map(([at, of]) => ({ at, ...of })).sort((a, b) => a.at - b.at);
}

function inSteps(series: readonly Series[], periodMs: number): readonly RequestStats[] {
  const ends = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort((a, b) => a - b);
  return ends.map((end) => {
    const inStep = series.map(({ labels, points }) => ({ labels, points: points.filter(({ at }) => at === end) }));
    return { ...requestStats(inStep, end - periodMs), untilAt: end };
  });
}

/** Of the newest minute: a kind of traffic without a point in it was not there. */
function receivedRates(series: readonly Series[]): ReceivedRates {
  const at = newestAt(series);
  const now = series.map(({ labels, points }) => ({
    kind: labels.kind,
    bits: points[0]?.at === at ? points[0].value * BITS_IN_A_BYTE : 0,
  }));
  const sum = (of: typeof now): number => of.reduce((all, { bits }) => all + bits, 0);
  return { internet: sum(now.filter(({ kind }) => kind === 'internet')), all: sum(now) };
}

/** A revision without a point in the newest minute had no instances to report. */
function atNewestMinute(series: readonly Series[]): Readonly<Record<string, number>> {
  const at = newestAt(series);
  const counts: Record<string, number> = {};
  for (const { labels, points } of series) {
    const point = points[0];
    if (point !== undefined && point.at === at) counts[labels.revision_name ?? ''] = Math.round(point.value);
  }
  return counts;
}
