import { describe, expect, test } from 'vitest';
import { failsTooQuickly } from '../../../src/diagnosis/infrastructure/quick-failures.ts';
import { BACKEND, BACKEND_REVISIONS, logGroup, NEW_BACKEND, service, serviceState, to, world } from '../fixtures.ts';

/** A backend of which so many of 1,000 requests failed, with a p95 and time-outs towards a private address. */
function said({ errors = 600, p95Ms = 200, timeouts = 0 }) {
  const state = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]);
  const logs =
    timeouts === 0 ? [] : [logGroup('connect-timeout', BACKEND, NEW_BACKEND, timeouts, { sample: 'dial tcp 10.1.2.3:6379: i/o timeout' })];
  const seen = world({ services: [service({ state, total: 1_000, errors, p95Ms })], logs });
  return { seen, words: failsTooQuickly(seen, BACKEND) };
}

describe('what a full connector cannot have done', () => {
  test('is many quick failures with a few stray time-outs, or a few failures with none', () => {
    expect(said({ timeouts: 6 }).words).toMatch(
      /fails 600 of 1000 requests \(60 %\) with a p95 of 200ms and about 6 time-outs beside them/,
    );
    expect(said({ errors: 30 }).words).toContain('no time-out');
  });

  test.each([
    ['slow failures', { p95Ms: 7_000, timeouts: 6 }],
    ['time-outs in numbers like the failures', { timeouts: 90 }],
    ['few failures, which the p95 says nothing of, with a time-out', { errors: 30, timeouts: 1 }],
    ['hardly any failure', { errors: 2 }],
  ])('is not: %s', (_what, shape) => {
    expect(said(shape).words).toBeNull();
  });

  test('is not known while the requests are late or the lines were not read', () => {
    const { seen } = said({});
    const own = seen.services[BACKEND]!;
    const stale = { ...own, requests: { ...own.requests, freshness: 'late' as const } };
    expect(failsTooQuickly({ ...seen, services: { [BACKEND]: stale } }, BACKEND)).toBeNull();
    expect(failsTooQuickly({ ...seen, logs: { ...seen.logs, freshness: 'late' } }, BACKEND)).toBeNull();
  });
});
