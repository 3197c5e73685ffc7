import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { ServiceObservation } from '../../../src/core/model/observation.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import { countRequests, NO_SERIES } from '../../../src/diagnosis/witnesses/request-evidence.ts';
import { timesToKnow } from '../../../src/diagnosis/witnesses/time-to-know.ts';
import { testify } from '../../../src/diagnosis/witnesses/testimony.ts';
import { usersP95 } from '../../../src/diagnosis/witnesses/users-p95.ts';
import { BACKEND, NEW_BACKEND, NOW, OLD_BACKEND, probe, SPEC, wellAuth, wellBackend, wellFrontend, world } from '../fixtures.ts';

const stats = (sinceAt: number, untilAt: number, total: number, serverErrors = 0, revision = NEW_BACKEND): RequestStats => ({
  sinceAt,
  untilAt,
  total,
  serverErrors,
  byRevision: { [revision]: { total, serverErrors } },
});
const near = (total: number, serverErrors = 0) => fresh(stats(NOW - 5 * MINUTE, NOW, total, serverErrors), NOW - MINUTE, 'request_count');
/** Five-minute steps of the hour before the newest window, each with so many requests. */
const hourOf = (total: number, serverErrors = 0, revision = NEW_BACKEND) =>
  fresh(
    Array.from({ length: 11 }, (_, step) => {
      const sinceAt = NOW - HOUR + step * 5 * MINUTE;
      return stats(sinceAt, sinceAt + 5 * MINUTE, total, serverErrors, revision);
    }),
    NOW - MINUTE,
    'request_count',
  );
const called = (backend: Partial<ServiceObservation>): ServiceObservation => ({ ...wellBackend(), ...backend });
const counted = (backend: Partial<ServiceObservation>, since: number | null = null, changedAt = 0) =>
  countRequests(called(backend), [NEW_BACKEND], since, changedAt);
const seen = (backend: Partial<ServiceObservation>) => world({ services: [wellAuth(), called(backend), wellFrontend()] });

describe('the requests of a service that few call', () => {
  test('reach back over the hour until there are enough, and no further', () => {
    expect(counted({ requests: near(1), hour: hourOf(1) })).toMatchObject({ total: 12, sinceAt: NOW - HOUR });
    expect(counted({ requests: near(10), hour: hourOf(10) })).toMatchObject({ total: 30, sinceAt: NOW - 15 * MINUTE });
  });

  test('of the last minutes alone decide where they are enough', () => {
    expect(counted({ requests: near(300), hour: hourOf(300, 300) })).toMatchObject({ total: 300, failed: 0 });
  });

  test('before a shift or another change of ours are about something else', () => {
    const quiet = { requests: near(1), hour: hourOf(1, 1) };
    expect(counted(quiet, NOW - 20 * MINUTE)).toMatchObject({ total: 4, failed: 3 });
    expect(counted(quiet, null, NOW - 10 * MINUTE)).toMatchObject({ total: 2, failed: 1 });
  });

  test('of revisions that do not serve now do not count', () => {
    expect(counted({ requests: near(1), hour: hourOf(5, 5, OLD_BACKEND) })).toMatchObject({ total: 1, failed: 0 });
  });

  test('that another revision has answered until a moment ago say nothing of the one that serves now, whoever moved the traffic', () => {
    const moved = (own: number): RequestStats => ({
      ...stats(NOW - 5 * MINUTE, NOW, 400, 300, OLD_BACKEND),
      byRevision: {
        [OLD_BACKEND]: { total: 400 - own, serverErrors: 300 },
        ...(own === 0 ? {} : { [NEW_BACKEND]: { total: own, serverErrors: 0 } }),
      },
    });
    expect(counted({ requests: fresh(moved(0), NOW - MINUTE, 'request_count') })).toBeNull();
    expect(counted({ requests: fresh(moved(60), NOW - MINUTE, 'request_count') })).toMatchObject({ total: 60, failed: 0 });
    const unread = countRequests(called({ requests: fresh(moved(0), NOW - MINUTE, 'request_count') }), [], null);
    expect(unread).toMatchObject({ total: 400, failed: 300 });
  });

  test('that failed in one step of the hour, and in no other, are one sample; in two they are two', () => {
    const failed = ({ sinceAt, untilAt }: RequestStats) => stats(sinceAt, untilAt ?? NOW, 8, 4);
    const failing = (steps: number) => {
      const hour = hourOf(8);
      const value = (hour.value ?? []).map((step, index, all) => (index < all.length - steps ? step : failed(step)));
      return testify(seen({ requests: near(12), hour: { ...hour, value } }), SPEC, { intended: {}, servingSince: {} })[BACKEND]?.requests;
    };
    expect(failing(1)).toMatchObject({ word: 'silent', because: expect.stringMatching(/^4 of 36 .*, all within 5m: one sample$/) });
    expect(failing(2)).toMatchObject({ word: 'ill', minutes: { length: 2 }, failedAt: NOW - 5 * MINUTE });
  });

  test('are told with the last one that failed', () => {
    expect(counted({ requests: near(0), hour: hourOf(1, 1) })?.lastFailedAt).toBe(NOW - 5 * MINUTE);
  });
});

describe('how long it takes to know is said at the start', () => {
  const words = (backend: Partial<ServiceObservation>) => timesToKnow(seen(backend), SPEC).filter((line) => line.startsWith(BACKEND));

  test('for a service that few call, with what decides meanwhile', () => {
    const [said] = words({ requests: near(3), hour: hourOf(1) });
    expect(said).toContain('at 14 requests an hour an error rate of 5 % can be told after ~5h 12m');
    expect(said).toContain('probes, container deaths and readiness decide meanwhile');
  });

  test('for a service that nobody calls', () => {
    expect(words({ requests: near(0), hour: hourOf(0) })).toEqual([
      `${BACKEND}: no request in the last 1h: probes, container deaths and readiness decide`,
    ]);
    const uncalled = { requests: absent<RequestStats>('request_count', NO_SERIES), hour: hourOf(0) };
    expect(words(uncalled)[0]).toContain('no request');
  });

  test('and not where one look tells, or nothing could be read', () => {
    expect(words({ requests: near(300), hour: hourOf(300) })).toEqual([]);
    expect(words({ requests: absent<RequestStats>('request_count', 'HTTP 503') })).toEqual([]);
  });
});

describe('the users’ percentile', () => {
  const p95Ms = fresh(9_000, NOW - MINUTE, 'request_latencies');
  const with_ = (total: number, ours: number, oursSlowestMs: number) => {
    const requests = near(total);
    return called({ p95Ms, requests: { ...requests, value: { ...requests.value!, ours, oursSlowestMs } } });
  };

  test('is not known where our own slow requests may be the figure', () => {
    expect(usersP95(with_(30, 10, 12_000))).toBeNull();
    expect(usersP95(with_(30, 10, 50)), 'ours were fast').toBe(9_000);
    expect(usersP95(with_(300, 10, 12_000)), 'ours are few').toBe(9_000);
  });

  test('does not let a slow probe confirm itself', () => {
    const slow = { probes: [probe('slow')] };
    const probes = (backend: ServiceObservation) =>
      testify(seen({ ...backend, ...slow }), SPEC, { intended: {}, servingSince: {} })[BACKEND]?.probes.word;
    expect(probes(with_(30, 10, 12_000))).toBe('silent');
    expect(probes(with_(300, 10, 12_000))).toBe('ill');
  });
});

describe('windows overlap: the failures of one minute', () => {
  /** A window whose minutes, oldest first, failed so often of a thousand each. */
  const window = (...failed: readonly number[]): Partial<ServiceObservation> => {
    const total = 1_000 * failed.length;
    const minutes = failed.map((serverErrors, index) => ({ at: NOW - (failed.length - index) * MINUTE, total: 1_000, serverErrors }));
    const stats_ = stats(
      NOW - failed.length * MINUTE,
      NOW,
      total,
      failed.reduce((sum, one) => sum + one, 0),
    );
    return { requests: fresh({ ...stats_, minutes }, NOW, 'request_count') };
  };
  const said = (backend: Partial<ServiceObservation>) =>
    testify(seen(backend), SPEC, { intended: {}, servingSince: {} })[BACKEND]!.requests;

  test('are one sample, however many looks see them', () => {
    expect(said(window(0, 0, 0, 0, 300))).toMatchObject({ word: 'silent', because: expect.stringContaining('all within one minute') });
    expect(said(window(0, 0, 0, 150, 150))).toMatchObject({ word: 'ill', minutes: { length: 2 }, failedAt: NOW });
    expect(said(window(90, 80, 85, 90, 95))).toMatchObject({ word: 'ill', minutes: { length: 5 } });
  });

  test('are over when the requests since say by themselves that the goal is met', () => {
    expect(said(window(0, 0, 150, 150, 0))).toMatchObject({
      word: 'silent',
      because: expect.stringContaining('0 of the 1000 in the minutes since'),
    });
    expect(said(window(150, 150, 0, 0, 2)).word, 'one answer in some hundreds fails all the time').toBe('silent');
  });

  test('may be ending where surely fewer fail in the newest minute: neither well nor ill until the next', () => {
    expect(said(window(0, 300, 300, 300, 50))).toMatchObject({
      word: 'silent',
      silence: 'falling',
      because: expect.stringContaining('falling'),
    });
    expect(said(window(0, 300, 300, 50, 50)), 'and they have not ended').toMatchObject({ word: 'ill' });
    expect(said(window(0, 300, 300, 300, 290)), 'up and down by itself').toMatchObject({ word: 'ill' });
    const { requests } = window(0, 300, 300, 300, 50);
    const apart = requests!.value!.minutes!.filter(({ serverErrors }, index) => index < 2 || serverErrors === 50);
    const few = { ...requests!, value: { ...requests!.value!, minutes: apart } };
    expect(said({ requests: few }), 'minutes that do not follow each other tell no fall').toMatchObject({ word: 'ill' });
  });
});
