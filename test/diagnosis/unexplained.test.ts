import { describe, expect, test } from 'vitest';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation, ProbeResult } from '../../src/core/model/observation.ts';
import type { RequestStats } from '../../src/core/model/request-stats.ts';
import { failingShares } from '../../src/diagnosis/witnesses/failing-share.ts';
import { troubleOf } from '../../src/diagnosis/unexplained.ts';

const AT = Date.UTC(2026, 1, 1, 9);
const GOAL = 2_000;
const stats = (total: number, serverErrors: number, more: Partial<RequestStats> = {}): RequestStats => ({
  sinceAt: AT - 120_000,
  untilAt: AT,
  total,
  serverErrors,
  byRevision: { 'api-1': { total, serverErrors } },
  ...more,
});
const slowProbe = { outcome: 'slow', url: 'https://api/health', latencyMs: 120, maxLatencyMs: 50 } as ProbeResult;

interface Seen {
  readonly requests: RequestStats;
  readonly p95?: number;
  readonly probes?: readonly ProbeResult[];
  readonly traffic?: readonly (readonly [string, number])[];
}

function seen({ requests, p95 = 150, probes = [], traffic = [['api-1', 100]] }: Seen): Observation {
  const targets = traffic.map(([revision, percent]) => ({ revision, percent, latest: false, tag: null }));
  const state = { name: 'api', traffic: targets, trafficStatuses: targets, latestReadyRevision: 'api-1' };
  const api = { name: 'api', state: fresh(state, AT, 'run'), requests: fresh(requests, AT, 'm'), p95Ms: fresh(p95, AT, 'm'), probes };
  return { services: { api } } as unknown as Observation;
}

const words = (of: Seen): string => troubleOf(seen(of), 'api', GOAL).words;

describe('what is known of a trouble without a mechanism', () => {
  test('is the revision that fails beside one that does not, with the minutes', () => {
    const byRevision = { 'api-1': { total: 209, serverErrors: 0 }, 'api-2': { total: 489, serverErrors: 302 } };
    const of = {
      requests: stats(698, 302, { byRevision }),
      traffic: [
        ['api-1', 30],
        ['api-2', 70],
      ] as const,
    };
    expect(words(of)).toBe('api-2 fails 302 of 489 requests (62 %) and api-1 0 of 209, counted over the same minutes (08:58–09:00 UTC)');
  });

  test('is how many fail, where all do alike', () => {
    expect(words({ requests: stats(700, 350) })).toBe('350 of 700 requests to api fail (50 %, 08:58–09:00 UTC)');
  });

  test('is that it is slow, and no word of failures, where none failed', () => {
    const said = words({ requests: stats(700, 0), p95: 5_600 });
    expect(said).toBe("api is slow: users' p95 is 5.6s (goal 2s)");
  });

  test('counts nothing that a revision failed which no longer serves, and says that the figures of what serves are not in', () => {
    const byRevision = { 'api-2': { total: 2_336, serverErrors: 713 } };
    const failing = { outcome: 'bad-status', url: 'https://api/health', status: 503 } as ProbeResult;
    const said = words({ requests: stats(2_336, 713, { byRevision }), p95: 5_600, probes: [failing] });
    expect(said).toMatch(/^https:\/\/api\/health answered 503, and no request to api-1 is counted yet: /);
    expect(said).toContain('the newest figures (08:58–09:00 UTC) are of api-2, which no longer serves');
    expect(said).not.toMatch(/713|5\.6s/);
  });

  test('says how few of its requests are in, where none of them failed, and no percentile of a window that others have filled', () => {
    const byRevision = { 'api-1': { total: 30, serverErrors: 0 }, 'api-2': { total: 2_336, serverErrors: 713 } };
    const said = words({ requests: stats(2_366, 713, { byRevision }), p95: 5_600 });
    expect(said).toBe(
      '0 of 30 requests to api-1 fail so far: the newest figures (08:58–09:00 UTC) are otherwise of api-2, which no longer serves',
    );
  });

  test('counts what the revision that serves has failed in the same window, without what failed before the shift', () => {
    const byRevision = { 'api-1': { total: 300, serverErrors: 60 }, 'api-2': { total: 2_336, serverErrors: 713 } };
    expect(words({ requests: stats(2_636, 773, { byRevision }) })).toMatch(/^60 of 300 requests to api fail \(20 %/);
  });

  test('is that users are turned away', () => {
    expect(words({ requests: stats(640, 0, { turnedAway: 360 }) })).toBe('360 of 640 requests to api are turned away with 429 (56 %)');
  });

  test('is the limit of the document, where only that is missed', () => {
    const said = words({ requests: stats(700, 0), probes: [slowProbe] });
    expect(said).toContain("misses the document's own limit of 50ms (maxLatency)");
    expect(words({ requests: stats(700, 0), probes: [slowProbe], p95: 5_600 })).not.toContain('own limit');
  });
});

describe('a revision that fails all of its small share', () => {
  const shares = (failed: number, total: number, percent: number): readonly string[] =>
    failingShares(
      seen({
        requests: stats(400, failed, {
          byRevision: { 'api-1': { total: 400 - total, serverErrors: 0 }, 'api-2': { total, serverErrors: failed } },
        }),
        traffic: [
          ['api-1', 100 - percent],
          ['api-2', percent],
        ],
      }),
    );

  test('is named, though the whole is within its goal', () => {
    expect(shares(3, 3, 1)).toEqual(['api-2 fails every request of its 1 % of api (3 of 3), while api as a whole fails 0.8 %']);
  });

  test.each([
    ['two requests are no sign', 2, 2, 1],
    ['one of four passed', 3, 4, 1],
    ['its share is no small one', 40, 40, 10],
  ])('is not where %s', (_what, failed, total, percent) => {
    expect(shares(failed, total, percent)).toEqual([]);
  });
});
