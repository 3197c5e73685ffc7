import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import type { Scripted } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';
import { asked, MINUTE_BEFORE, NOW, series } from './asked.ts';

const int = (value: number): object => ({ int64Value: String(value) });

describe('no data', () => {
  test.each([{}, { timeSeries: [] }, { timeSeries: [series({}, [])] }])('is absent, never zero (%j)', async (body) => {
    const { answer } = await asked({ body }, (cloud) => cloud.metrics.connectorCpuP99('staging-connector', NOW));
    expect(answer).toMatchObject({ value: null, freshness: 'absent', measuredAt: null });
  });

  test('of one service leaves that service out', async () => {
    const body = {
      timeSeries: [
        series({ service: 'backend', revision: 'b-1', class: '2xx' }, [[1, int(5)]]),
        series({ service: 'auth', revision: 'a-1', class: '2xx' }, []),
      ],
    };
    const { answer } = await asked({ body }, (cloud) => cloud.metrics.requests(NOW, 5 * MINUTE));
    expect(Object.keys(answer)).toEqual(['backend']);
  });
});

describe('age', () => {
  test.each([
    [3, 'fresh'],
    [4, 'late'],
  ])('a newest point of %i minutes and 40 s ago is %s', async (ago, freshness) => {
    const body = {
      timeSeries: [
        series({}, [
          [ago, { doubleValue: 0.91 }],
          [ago + 1, { doubleValue: 0.2 }],
        ]),
      ],
    };
    const { answer } = await asked({ body }, (cloud) => cloud.metrics.connectorCpuP99('staging-connector', NOW));
    expect(answer).toMatchObject({ value: 0.91, freshness, measuredAt: Date.parse(MINUTE_BEFORE(ago)) });
  });
});

describe('requests', () => {
  const body = {
    timeSeries: [
      series({ service: 'backend', revision: 'b-1', class: '2xx' }, [
        [2, int(10)],
        [3, int(20)],
      ]),
      series({ service: 'backend', revision: 'b-1', class: '5xx' }, [[3, int(4)]]),
      series({ service: 'backend', revision: 'b-2', class: '5xx' }, [[2, { doubleValue: 6 }]]),
      series({ service: 'auth', revision: 'a-1', class: '4xx' }, [[9, int(1)]]),
    ],
  };

  test('are summed over the window by revision, with server errors apart, in one read', async () => {
    const { answer, reads } = await asked({ body }, (cloud) => cloud.metrics.requests(NOW, 10 * MINUTE));
    expect(answer.backend).toMatchObject({
      freshness: 'fresh',
      measuredAt: Date.parse(MINUTE_BEFORE(2)),
      value: {
        sinceAt: Date.parse(MINUTE_BEFORE(10)),
        total: 40,
        serverErrors: 10,
        byRevision: { 'b-1': { total: 34, serverErrors: 4 }, 'b-2': { total: 6, serverErrors: 6 } },
      },
    });
    expect(answer.auth).toMatchObject({ freshness: 'late', value: { total: 1, serverErrors: 0 } });
    expect(reads).toBe(1);
  });

  test('that were turned away with 429 are counted apart: they are no server errors', async () => {
    const turned = series({ service: 'backend', revision: 'b-1', class: '4xx', code: '429' }, [[2, int(7)]]);
    const missing = series({ service: 'backend', revision: 'b-1', class: '4xx', code: '404' }, [[2, int(5)]]);
    const { answer } = await asked({ body: { timeSeries: [turned, missing] } }, (cloud) => cloud.metrics.requests(NOW, 10 * MINUTE));
    expect(answer.backend?.value).toMatchObject({
      total: 12,
      serverErrors: 0,
      turnedAway: 7,
      byRevision: { 'b-1': { total: 12, serverErrors: 0, turnedAway: 7 } },
    });
  });

  test('ask on the minute grid, by region, service, revision and class', async () => {
    const { query } = await asked({ body }, (cloud) => cloud.metrics.requests(NOW, 10 * MINUTE));
    expect(query.get('filter')).toBe(
      'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision" AND resource.labels.location="us-central1"',
    );
    expect(query.get('interval.endTime')).toBe('2025-09-15T15:00:00.000Z');
    expect(query.getAll('aggregation.groupByFields')).toEqual([
      'resource.labels.location',
      'resource.labels.service_name',
      'resource.labels.revision_name',
      'metric.labels.response_code_class',
      'metric.labels.response_code',
    ]);
  });
});

describe('instances', () => {
  test('are those of one and the same minute', async () => {
    const body = {
      timeSeries: [
        series({ service: 'backend', revision: 'b-1' }, [
          [2, int(12)],
          [3, int(40)],
        ]),
        series({ service: 'backend', revision: 'b-2' }, [[3, int(34)]]),
      ],
    };
    const { answer } = await asked({ body }, (cloud) => cloud.metrics.instances(NOW));
    expect(answer.backend?.value).toEqual({ 'b-1': 12 });
  });
});

describe('what a service receives', () => {
  test('is told in bits a second of one and the same minute, from public addresses and in all', async () => {
    const of = (kind: string, points: Parameters<typeof series>[1]): object => {
      const made = series({ service: 'backend' }, points) as { metric: { labels: Record<string, string> } };
      return { ...made, metric: { ...made.metric, labels: { kind } } };
    };
    const body = {
      timeSeries: [
        of('internet', [[1, { doubleValue: 100 }]]),
        of('private', [
          [1, { doubleValue: 25 }],
          [2, { doubleValue: 900 }],
        ]),
        of('google', [[2, { doubleValue: 500 }]]),
      ],
    };
    const { answer, query } = await asked({ body }, (cloud) => cloud.metrics.received(NOW));
    expect(answer.backend?.value).toEqual({ internet: 800, all: 1_000 });
    expect(query.get('aggregation.perSeriesAligner')).toBe('ALIGN_RATE');
  });
});

describe('an answer that is not whole', () => {
  test('is followed over its pages', async () => {
    const pages = [
      { timeSeries: [series({ service: 'a' }, [[1, int(1)]])], nextPageToken: 't' },
      { timeSeries: [series({ service: 'b' }, [[1, int(2)]])] },
    ];
    const { answer, reads } = await asked(
      (nth) => ({ body: pages[nth - 1] }),
      (cloud) => cloud.metrics.instances(NOW),
    );
    expect(Object.keys(answer)).toEqual(['a', 'b']);
    expect(reads).toBe(2);
  });

  test.each([
    ['with execution errors', { timeSeries: [], executionErrors: [{ code: 13 }] }, 'partial-answer'],
    ['without a number', { timeSeries: [series({ service: 'a' }, [[1, { stringValue: 'x' }]])] }, 'bad-answer'],
    ['that is text', 'hello', 'bad-answer'],
    ['that never ends', { nextPageToken: 'again' }, 'too-many-pages'],
  ])('%s is no number', async (_how, body, code) => {
    await expect(asked({ body }, (cloud) => cloud.metrics.instances(NOW))).rejects.toMatchObject({ code });
  });
});

describe('the connector’s traffic', () => {
  const rates: Readonly<Record<string, Scripted>> = {
    received_bytes_count: { body: { timeSeries: [series({}, [[2, { doubleValue: 1_000 }]])] } },
    sent_bytes_count: { body: { timeSeries: [series({}, [[1, { doubleValue: 500 }]])] } },
    received_packets_count: { body: { timeSeries: [series({}, [[1, { doubleValue: 40 }]])] } },
    sent_packets_count: { body: {} },
  };

  async function traffic() {
    await using peer = await startPeer(({ path }) => rates[/connector\/(\w+)/.exec(decodeURIComponent(path))?.[1] ?? ''] ?? {});
    const cloud = cloudOver(peer.url, new SkippingClock());
    const answer = await cloud.metrics.connectorTraffic('staging-connector', NOW);
    return { answer, reads: cloud.takeReads()['monitoring'] };
  }

  test('is both directions together in bits a second, as old as the older one, for four reads', async () => {
    const { answer, reads } = await traffic();
    expect(answer.throughput).toMatchObject({ value: 12_000, measuredAt: Date.parse(MINUTE_BEFORE(2)), freshness: 'fresh' });
    expect(reads).toBe(4);
  });

  test('is absent, not half, when one direction is missing', async () => {
    expect((await traffic()).answer.packets).toMatchObject({ value: null, freshness: 'absent' });
  });
});

describe('starts', () => {
  test('are the values of the latency distributions, summed over the window', async () => {
    const starts = (count: string): object => ({ distributionValue: { count, mean: 4_000, bucketCounts: ['0', count] } });
    const body = {
      timeSeries: [
        series({ service: 'backend' }, [
          [1, starts('3')],
          [4, starts('2')],
          [5, { distributionValue: {} }],
        ]),
      ],
    };
    const { answer } = await asked({ body }, (cloud) => cloud.metrics.starts(NOW, 10 * MINUTE));
    expect(answer).toMatchObject({ backend: { value: 5, freshness: 'fresh', measuredAt: Date.parse(MINUTE_BEFORE(1)) } });
  });
});

describe('the database’s cpu', () => {
  test('is asked for by the instance’s id', async () => {
    const { answer, query } = await asked({ body: { timeSeries: [series({}, [[1, { doubleValue: 0.42 }]])] } }, (cloud) =>
      cloud.metrics.databaseCpu('db', NOW),
    );
    expect(answer).toMatchObject({ value: 0.42, source: 'cloudsql.googleapis.com/database/cpu/utilization' });
    expect(query.get('filter')).toContain('resource.labels.database_id="netra-staging:db"');
  });
});
