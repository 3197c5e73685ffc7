import { describe, expect, it } from 'vitest';
import { align, percentile } from '../../src/simulator/apis/monitoring/align.ts';
import { parseSeriesFilter } from '../../src/simulator/apis/monitoring/filter.ts';
import { reduce } from '../../src/simulator/apis/monitoring/reduce.ts';
import type { Distribution, WorldSeries } from '../../src/simulator/world/contract.ts';
import { given, pick, PROJECT, type Data } from './support/given.ts';

const MINUTE = 60_000;

function series(change: Partial<WorldSeries> & { readonly values: readonly (number | Distribution)[] }): WorldSeries {
  const points = change.values.map((value, index) => ({ start: index * MINUTE, end: (index + 1) * MINUTE, value }));
  const base = {
    metricLabels: {},
    resourceType: 'cloud_run_revision',
    resourceLabels: { project_id: PROJECT, service_name: 'shop' },
    metricKind: 'DELTA',
    valueType: 'INT64',
  } as const;
  return { ...base, ...change, points };
}

function spread(...bucketCounts: number[]): Distribution {
  const count = bucketCounts.reduce((sum, each) => sum + each, 0);
  return { count, mean: 100, sumOfSquaredDeviation: 0, bounds: [100, 200], bucketCounts };
}

describe('filters', () => {
  const shop = series({ values: [1], metricLabels: { response_code_class: '5xx' } });

  it.each([
    ['metric.type="m" AND resource.type="cloud_run_revision"', true],
    ['metric.type = "m" resource.labels.service_name = "shop"', true],
    ['metric.type="m" AND resource.label."service_name"="front"', false],
    ['metric.type="m" AND metric.labels.response_code_class != "5xx"', false],
    ['metric.type="m" AND resource.labels.service_name=one_of("front", "shop")', true],
    ['metric.type="m" AND resource.labels.service_name=starts_with("sh")', true],
    ['metric.type="m" AND resource.labels.service_name=starts_with("op")', false],
    ['resource.labels.unknown="x" AND metric.type="m"', false],
  ])('%s: %s', (filter, expected) => {
    expect(parseSeriesFilter(filter).metricType).toBe('m');
    expect(parseSeriesFilter(filter).matches(shop)).toBe(expected);
  });

  it.each([
    ['resource.type="cloud_run_revision"'],
    ['metric.type="a" AND metric.type="b"'],
    ['metric.type="a" AND'],
    ['metric.type="a" OR metric.type="b"'],
    [''],
  ])('refuses %s: exactly one metric type, and no grammar beyond the subset', (filter) => {
    expect(() => parseSeriesFilter(filter)).toThrow(/filter|metric type/i);
  });
});

describe('alignment', () => {
  const counts = series({ values: [10, 20, 30, 40] });

  it('sums a DELTA over windows that end at the interval’s end', () => {
    const { kind, type, points } = align(counts, 'ALIGN_DELTA', 2 * MINUTE, 4 * MINUTE);
    expect({ kind, type }).toEqual({ kind: 'DELTA', type: 'INT64' });
    expect(points).toEqual([
      { start: 0, end: 2 * MINUTE, value: 30 },
      { start: 2 * MINUTE, end: 4 * MINUTE, value: 70 },
    ]);
  });

  it('makes a GAUGE DOUBLE of a rate', () => {
    const { kind, type, points } = align(counts, 'ALIGN_RATE', MINUTE, 4 * MINUTE);
    expect({ kind, type }).toEqual({ kind: 'GAUGE', type: 'DOUBLE' });
    expect(points[3]).toEqual({ start: 4 * MINUTE, end: 4 * MINUTE, value: 40 / 60 });
  });

  it('takes the percentile of all samples of a window, not the mean of percentiles', () => {
    const latencies = series({ values: [spread(99, 1, 0), spread(0, 100, 0)], valueType: 'DISTRIBUTION' });
    const { points, type } = align(latencies, 'ALIGN_PERCENTILE_50', 2 * MINUTE, 2 * MINUTE);
    expect(type).toBe('DOUBLE');
    expect(points).toHaveLength(1);
    expect(points[0]!.value).toBeCloseTo(percentile(spread(99, 101, 0), 0.5), 9);
  });

  it('makes no window where there is no point', () => {
    expect(align(series({ values: [10] }), 'ALIGN_DELTA', MINUTE, 4 * MINUTE).points).toHaveLength(1);
  });

  it.each([
    ['ALIGN_RATE', series({ values: [1], metricKind: 'GAUGE' })],
    ['ALIGN_PERCENTILE_99', counts],
    ['ALIGN_MEAN', series({ values: [spread(1)], valueType: 'DISTRIBUTION' })],
  ] as const)('refuses %s where it does not fit the metric', (aligner, unfit) => {
    expect(() => align(unfit, aligner, MINUTE, 4 * MINUTE)).toThrow(/cannot be applied/);
  });
});

describe('reduction', () => {
  const of = (service: string, code: string, ...values: number[]) =>
    align(
      series({ values, metricLabels: { response_code_class: code }, resourceLabels: { project_id: PROJECT, service_name: service } }),
      'ALIGN_DELTA',
      MINUTE,
      2 * MINUTE,
    );
  const all = [of('shop', '2xx', 1, 2), of('shop', '5xx', 4, 8), of('front', '2xx', 16, 32)];

  it('keeps the grouped labels and the project, and aggregates the others away', () => {
    const reduced = reduce(all, 'REDUCE_SUM', ['resource.label.service_name']);
    expect(
      reduced.map(({ resourceLabels, metricLabels, points }) => [resourceLabels, metricLabels, points.map(({ value }) => value)]),
    ).toEqual([
      [{ project_id: PROJECT, service_name: 'shop' }, {}, [5, 10]],
      [{ project_id: PROJECT, service_name: 'front' }, {}, [16, 32]],
    ]);
  });

  it.each([
    ['REDUCE_SUM', [21, 42]],
    ['REDUCE_MAX', [16, 32]],
    ['REDUCE_MEAN', [7, 14]],
    ['REDUCE_PERCENTILE_99', [16, 32]],
  ] as const)('%s of everything is one series', (reducer, values) => {
    const reduced = reduce(all, reducer, []);
    expect(reduced).toHaveLength(1);
    expect(reduced[0]!.points.map(({ value }) => value)).toEqual(values);
  });
});

describe('timeSeries.list', () => {
  const METRIC = 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"';

  function query(change: Readonly<Record<string, string>> = {}): string {
    const standard = { filter: METRIC, 'interval.startTime': '2025-03-01T11:50:00Z', 'interval.endTime': '2025-03-01T12:00:00Z' };
    return `/v3/projects/${PROJECT}/timeSeries?${new URLSearchParams({ ...standard, ...change })}`;
  }

  it('shows the newest point first, integers as strings, and not yet what is not yet visible', async () => {
    const { data } = await given().call('GET', query());
    const points = pick(data, 'timeSeries', 0, 'points') as Data[];
    const ends = points.map((point) => Date.parse(String(pick(point, 'interval', 'endTime'))));
    expect(ends).toEqual([...ends].sort((one, other) => other - one));
    expect(ends[0]!).toBeLessThanOrEqual(Date.parse('2025-03-01T11:58:00Z'));
    expect(pick(points, 0, 'value', 'int64Value')).toMatch(/^\d+$/);
  });

  it('has no series at all for what never happened', async () => {
    expect((await given().call('GET', query({ filter: `${METRIC} AND metric.labels.response_code_class="5xx"` }))).data).toEqual({});
    expect((await given().call('GET', query({ filter: 'metric.type="run.googleapis.com/unknown"' }))).data).toEqual({});
  });

  it('reads numeric enums as their names', async () => {
    const shop = given();
    const words = {
      'aggregation.perSeriesAligner': 'ALIGN_RATE',
      'aggregation.crossSeriesReducer': 'REDUCE_SUM',
      'aggregation.alignmentPeriod': '60s',
    };
    const numbers = { ...words, 'aggregation.perSeriesAligner': '2', 'aggregation.crossSeriesReducer': '4' };
    const spelled = await shop.call('GET', query(words));
    expect(pick(spelled.data, 'timeSeries', 0, 'valueType')).toBe('DOUBLE');
    expect((await shop.call('GET', query(numbers))).data).toEqual(spelled.data);
  });

  it('pages through series', async () => {
    const shop = given();
    const whole = (await shop.call('GET', query())).data['timeSeries'] as Data[];
    const first = await shop.call('GET', query({ pageSize: '1' }));
    const second = await shop.call('GET', query({ pageSize: '1', pageToken: String(first.data['nextPageToken']) }));
    expect([first.data['timeSeries'], second.data['timeSeries']].flat()).toEqual(whole.slice(0, 2));
  });

  it.each([
    ['a period below a minute', { 'aggregation.perSeriesAligner': 'ALIGN_RATE', 'aggregation.alignmentPeriod': '30s' }],
    ['an aligner without a period', { 'aggregation.perSeriesAligner': 'ALIGN_RATE' }],
    ['a reducer without an aligner', { 'aggregation.crossSeriesReducer': 'REDUCE_SUM', 'aggregation.alignmentPeriod': '60s' }],
    ['an aligner that does not exist', { 'aggregation.perSeriesAligner': 'ALIGN_MEDIAN', 'aggregation.alignmentPeriod': '60s' }],
    ['an interval that ends before it starts', { 'interval.endTime': '2025-03-01T11:00:00Z' }],
    ['an interval without an end', { 'interval.endTime': '' }],
    ['an order', { orderBy: 'timestamp' }],
  ])('refuses %s with 400', async (_case, change) => {
    expect(await given().call('GET', query(change))).toMatchObject({ status: 400, data: { error: { status: 'INVALID_ARGUMENT' } } });
  });
});
