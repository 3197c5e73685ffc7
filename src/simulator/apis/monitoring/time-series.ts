import { invalid } from '../../surface/api-error.ts';
import { listed, page, pageSize } from '../../surface/paging.ts';
import type { Query } from '../../surface/query.ts';
import type { Call, Route } from '../../surface/router.ts';
import type { Surface } from '../../surface/surface.ts';
import { durationMs, enumName, timestamp, type Fields } from '../../surface/wire.ts';
import { align, ALIGNERS, type Point, type Series } from './align.ts';
import { parseSeriesFilter } from './filter.ts';
import { reduce, REDUCERS } from './reduce.ts';

const HOST = 'monitoring.googleapis.com';
const SHORTEST_PERIOD_MS = 60_000;
const VIEWS = ['FULL', 'HEADERS'];

/** Cloud Monitoring v3 timeSeries.list (gcp-facts 5.1): newest points first, no series where there is no data. */
export function monitoringRoutes(surface: Surface): readonly Route[] {
  return [
    {
      id: 'monitoring.projects.timeSeries.list',
      host: HOST,
      method: 'GET',
      path: '/v3/projects/{project}/timeSeries',
      permission: 'monitoring.timeSeries.list',
      writes: false,
      answersAfresh: true,
      answer: (call) => list(surface, call),
    },
  ];
}

function list(surface: Surface, { query }: Call): unknown {
  const filter = parseSeriesFilter(query.get('filter') ?? '');
  const [from, to] = [instant(query, 'interval.startTime'), instant(query, 'interval.endTime')];
  if (from >= to)
    throw invalid('Field interval.end_time had an invalid value: must be later than interval.start_time.', 'interval.endTime');
  if ((query.get('orderBy') ?? '') !== '') throw invalid('Field order_by must be empty.', 'orderBy');
  const { aligner, reducer, periodMs, groupByFields } = aggregation(query);
  const found = surface.world.metrics.query(filter.metricType, from, to).filter((series) => filter.matches(series));
  const aligned = found.map((series) => align(series, aligner, periodMs, to));
  const all = reducer === 'REDUCE_NONE' ? aligned : reduce(aligned, reducer, groupByFields);
  const { items, nextPageToken } = page(all, pageSize(query.get('pageSize'), 100_000, 100_000), query.get('pageToken'));
  const headers = enumName(query.get('view'), VIEWS, 'view') === 'HEADERS';
  return listed(
    'timeSeries',
    items.map((series) => render(filter.metricType, series, headers)),
    nextPageToken,
  );
}

function aggregation(query: Query) {
  const aligner = enumName(query.get('aggregation.perSeriesAligner'), ALIGNERS, 'aggregation.perSeriesAligner') ?? 'ALIGN_NONE';
  const reducer = enumName(query.get('aggregation.crossSeriesReducer'), REDUCERS, 'aggregation.crossSeriesReducer') ?? 'REDUCE_NONE';
  const period = query.get('aggregation.alignmentPeriod');
  const periodMs = period === undefined ? null : durationMs(period);
  if (period !== undefined && periodMs === null)
    throw invalid(
      `Invalid value at 'aggregation.alignment_period' (type.googleapis.com/google.protobuf.Duration), "${period}"`,
      'aggregation.alignmentPeriod',
    );
  if (aligner !== 'ALIGN_NONE' && (periodMs ?? 0) < SHORTEST_PERIOD_MS) {
    throw invalid(
      `Field aggregation.alignmentPeriod had an invalid value of "${period ?? ''}": The alignment period must be at least 60 seconds.`,
      'aggregation.alignmentPeriod',
    );
  }
  if (reducer !== 'REDUCE_NONE' && (aligner === 'ALIGN_NONE' || periodMs === null)) {
    throw invalid(
      'Field aggregation.perSeriesAligner had an invalid value: a cross-series reducer needs an aligner other than ALIGN_NONE and a period.',
      'aggregation.perSeriesAligner',
    );
  }
  return {
    aligner: aligner as (typeof ALIGNERS)[number],
    reducer: reducer as (typeof REDUCERS)[number],
    periodMs: periodMs ?? SHORTEST_PERIOD_MS,
    groupByFields: query.all('aggregation.groupByFields'),
  };
}

function instant(query: Query, name: string): number {
  const at = Date.parse(query.get(name) ?? '');
  if (Number.isNaN(at)) throw invalid(`Field ${name} is required and must be a timestamp.`, name);
  return at;
}

function render(metricType: string, series: Series, headers: boolean): Fields {
  return {
    metric: { type: metricType, ...(hasKeys(series.metricLabels) && { labels: series.metricLabels }) },
    resource: { type: series.resourceType, labels: series.resourceLabels },
    metricKind: series.kind,
    valueType: series.type,
    ...(!headers && { points: series.points.map((point) => renderPoint(point, series)).reverse() }),
  };
}

function renderPoint({ start, end, value }: Point, { kind, type }: Series): Fields {
  const interval = { startTime: timestamp(kind === 'GAUGE' ? end : start), endTime: timestamp(end) };
  if (typeof value === 'number')
    return { interval, value: type === 'INT64' ? { int64Value: String(Math.round(value)) } : { doubleValue: value } };
  const distributionValue = {
    count: String(value.count),
    mean: value.mean,
    sumOfSquaredDeviation: value.sumOfSquaredDeviation,
    bucketOptions: { explicitBuckets: { bounds: value.bounds } },
    bucketCounts: value.bucketCounts.map(String),
  };
  return { interval, value: { distributionValue } };
}

function hasKeys(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return true;
  return false;
}
