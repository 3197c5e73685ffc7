import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { asked, MINUTE_BEFORE, NOW, series } from './asked.ts';

describe('latency', () => {
  const ASKED = { windowMs: 5 * MINUTE, periodMs: MINUTE, lateFromMs: 4_000 };
  const explicit = { explicitBuckets: { bounds: [1_000, 3_000, 5_000] } };
  const of = (revision: string, answered: string, points: Parameters<typeof series>[1]): object =>
    series({ service: 'backend', revision, class: answered }, points);
  const spread = (bucketCounts: readonly string[], bucketOptions: object = explicit): object => ({
    distributionValue: { count: String(bucketCounts.reduce((sum, count) => sum + Number(count), 0)), bucketCounts, bucketOptions },
  });

  test('is the percentile of all revisions’ merged distributions, and by revision how many good answers were late', async () => {
    const body = {
      timeSeries: [
        of('r1', '2xx', [[1, spread(['90'])]]),
        of('r2', '2xx', [
          [1, spread(['0', '0', '8', '2'])],
          [2, spread(['0', '0', '6'])],
        ]),
        // A failure that took long has failed: it is not late as well.
        of('r2', '5xx', [[1, spread(['0', '0', '0', '4'])]]),
      ],
    };
    const { answer, query, reads } = await asked({ body }, (cloud) => cloud.metrics.latencies(NOW, ASKED));
    const at = (minutes: number): number => Date.parse(MINUTE_BEFORE(minutes)) - MINUTE;
    expect(answer.backend?.value?.late).toEqual({
      r1: [{ at: at(1), count: 0 }],
      r2: [
        { at: at(1), count: 6 },
        { at: at(2), count: 3 },
      ],
    });
    // 104.5 of 110: 90 below 1 s, 14 from 3 to 5 s, 6 beyond.
    expect(answer.backend?.value?.p95Ms).toBe(5_000);
    expect(reads).toBe(1);
    expect([
      query.get('aggregation.perSeriesAligner'),
      query.get('aggregation.crossSeriesReducer'),
      query.get('aggregation.alignmentPeriod'),
    ]).toEqual(['ALIGN_DELTA', 'REDUCE_SUM', '60s']);
  });

  test.each([
    ['exponential', { exponentialBuckets: { numFiniteBuckets: 4, growthFactor: 2, scale: 1_000 } }, ['0', '0', '0', '0', '5', '1'], 6],
    ['linear', { linearBuckets: { numFiniteBuckets: 4, width: 2_000, offset: 0 } }, ['0', '0', '8', '4'], 4],
  ])('is read from %s buckets', async (_, options, counts, late) => {
    const body = { timeSeries: [of('r1', '2xx', [[1, spread(counts, options)]])] };
    const { answer } = await asked({ body }, (cloud) => cloud.metrics.latencies(NOW, { ...ASKED, lateFromMs: 4_000 }));
    expect(answer.backend?.value?.late.r1?.[0]?.count).toBe(late);
  });

  test('without buckets is not known, and never none', async () => {
    const body = { timeSeries: [of('r1', '2xx', [[1, { distributionValue: { count: '7' } }]])] };
    const { answer } = await asked({ body }, (cloud) => cloud.metrics.latencies(NOW, ASKED));
    expect(answer.backend).toMatchObject({ value: null, problem: 'its distributions could not be read' });
  });
});
