import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { Observation } from '../../../src/core/model/observation.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import { failsMore } from '../../../src/diagnosis/witnesses/fails-more.ts';
import { agreements } from '../../../src/diagnosis/witnesses/service-health.ts';
import { BACKEND, BACKEND_REVISIONS, believedWorld, NEW_BACKEND, NOW, OLD_BACKEND, service, serviceState, SPEC, to } from '../fixtures.ts';

type Counts = readonly [total: number, serverErrors: number];

const stats = (fromMinutes: number, toMinutes: number, newer: Counts, older: Counts): RequestStats => ({
  sinceAt: NOW - fromMinutes * MINUTE,
  untilAt: NOW - toMinutes * MINUTE,
  total: newer[0] + older[0],
  serverErrors: newer[1] + older[1],
  byRevision: {
    [NEW_BACKEND]: { total: newer[0], serverErrors: newer[1] },
    [OLD_BACKEND]: { total: older[0], serverErrors: older[1] },
  },
});

function seen(newest: RequestStats, steps: readonly RequestStats[], serving = [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)]): Observation {
  const full = believedWorld();
  const backend = { ...service({ state: serviceState(BACKEND, BACKEND_REVISIONS, serving) }), requests: fresh(newest, NOW, 'requests') };
  return { ...full, services: { ...full.services, [BACKEND]: { ...backend, hour: fresh(steps, NOW, 'requests') } } };
}

const told = (observation: Observation, since = 0): string | undefined => failsMore(observation, SPEC, BACKEND, since)?.revision;
/** One in twenty-five of its requests fails, and none beside it. */
const NEWEST = stats(3, 1, [600, 24], [600, 0]);
const STEPS = [stats(15, 10, [1500, 60], [1500, 0]), stats(10, 5, [1500, 55], [1500, 1])];

describe('users of one revision fail, and those of another in the same minutes do not', () => {
  test('which is an illness, although the whole is all but within its goal', () => {
    expect(failsMore(seen(NEWEST, STEPS), SPEC, BACKEND, 0)).toEqual({
      revision: NEW_BACKEND,
      sinceAt: NOW - 15 * MINUTE,
      minutes: [NOW - 10 * MINUTE, NOW - 5 * MINUTE],
      because: expect.stringContaining('139 of 3600 requests (3.9 %) against 1 of 3600'),
    });
  });

  test('once they have failed in three minutes since it is otherwise met well: what failed before may be over', () => {
    const minutes = [3, 2].map((ago) => ({ at: NOW - ago * MINUTE, total: 600, serverErrors: 6 }));
    const newest = { ...stats(3, 1, [600, 13], [600, 0]), minutes };
    const quiet = { ...seen(newest, STEPS), logs: fresh([], NOW, 'logs') };
    const words = { probes: 'well', requests: 'silent', deaths: 'well', platform: 'well', logs: 'silent' } as const;
    const since = (minutesAgo: number) => {
      const witnessed = [{ at: NOW - minutesAgo * MINUTE, services: { [BACKEND]: words } }];
      return agreements(quiet, SPEC, { intended: {}, servingSince: {}, witnessed })[BACKEND]!;
    };
    expect(since(12)).toMatchObject({ verdict: 'ill', because: expect.stringContaining(`users of ${NEW_BACKEND} fail`) });
    expect(since(4).verdict).not.toBe('ill');
    expect(since(0).verdict).not.toBe('ill');
  });

  test('however small the share of all that it serves', () => {
    const canary = seen(stats(3, 1, [24, 24], [2400, 2]), [stats(10, 5, [60, 60], [6000, 5])], [to(NEW_BACKEND, 1), to(OLD_BACKEND, 99)]);
    expect(told(canary)).toBe(NEW_BACKEND);
  });

  test.each<[string, Observation]>([
    ['both fail alike', seen(stats(3, 1, [600, 24], [600, 22]), [stats(10, 5, [1500, 60], [1500, 58])])],
    ['the newest window alone says so', seen(NEWEST, [])],
    ['only what was before says so', seen(stats(3, 1, [600, 0], [600, 0]), STEPS)],
    ['it fails within the goal of the service', seen(stats(3, 1, [4000, 30], [4000, 0]), [stats(10, 5, [9000, 70], [9000, 0])])],
    ['the other fails half as much', seen(stats(3, 1, [600, 60], [600, 30]), [stats(10, 5, [1500, 150], [1500, 75])])],
    ['so much may be chance over many looks', seen(stats(3, 1, [100, 6], [100, 0]), [stats(10, 5, [200, 8], [200, 0])])],
    ['one of them serves no more', seen(NEWEST, STEPS, [to(NEW_BACKEND, 100)])],
    ['it was an hour ago', seen(NEWEST, [stats(60, 55, [1500, 60], [1500, 0])])],
  ])('not where %s', (_what, observation) => {
    expect(told(observation)).toBeUndefined();
  });

  test('nor by requests from before what serves now, or that were not measured', () => {
    expect(told(seen(NEWEST, STEPS), NOW - 10 * MINUTE)).toBe(NEW_BACKEND);
    expect(told(seen(NEWEST, STEPS), NOW - 4 * MINUTE)).toBeUndefined();
    const { services, ...rest } = seen(NEWEST, STEPS);
    const blind = { ...rest, services: { ...services, [BACKEND]: { ...services[BACKEND]!, requests: absent<RequestStats>('requests') } } };
    expect(told(blind)).toBeUndefined();
  });
});
