import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { fresh } from '../../../src/core/model/measured.ts';
import type { ServiceObservation } from '../../../src/core/model/observation.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import { requestStatement } from '../../../src/diagnosis/witnesses/request-evidence.ts';
import { steadilyIll } from '../../../src/diagnosis/witnesses/steady.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, NOW, service, serviceState, SPEC, to } from '../fixtures.ts';

const stats = (fromMinutes: number, toMinutes: number, total: number, serverErrors: number): RequestStats => ({
  sinceAt: NOW - fromMinutes * MINUTE,
  untilAt: NOW - toMinutes * MINUTE,
  total,
  serverErrors,
  byRevision: { [NEW_BACKEND]: { total, serverErrors } },
});
/** One window of two minutes, and the steps of five before it; at 20 a second. */
const seen = (newest: number, steps: readonly number[]): ServiceObservation => ({
  ...service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]) }),
  requests: fresh(stats(3, 1, 2400, newest), NOW, 'requests'),
  hour: fresh(
    steps.map((failed, index) => stats(5 * (steps.length - index) + 3, 5 * (steps.length - index) - 2, 6000, failed)),
    NOW,
    'requests',
  ),
});
const asked = { serving: [NEW_BACKEND], since: 0, goal: 0.01 };

describe('a small share that fails all the time', () => {
  test('is ill by the quarter of an hour, whatever one window says of it', () => {
    for (const newest of [26, 30, 38, 44])
      expect(steadilyIll(seen(newest, [95, 97, 92]), asked)).toMatchObject({ word: 'ill', samples: 20_400, failed: 284 + newest });
    expect(steadilyIll(seen(30, [95, 97, 92]), asked)?.because).toContain('314 of 20400 requests failed over 17 min (1.5 %');
    const stated = requestStatement(SPEC, seen(30, [95, 97, 92]), { serving: [NEW_BACKEND], since: null, now: NOW });
    expect(stated).toMatchObject({ word: 'ill', because: expect.stringContaining('over 17 min') });
  });

  test.each<[string, ServiceObservation]>([
    ['it is within the goal', seen(24, [58, 62, 60])],
    ['one burst makes it', seen(26, [60, 600, 62])],
    ['one part is within the goal', seen(30, [95, 97, 55])],
    ['it is ending', seen(6, [95, 97, 92])],
    ['the newest window is surely within the goal', seen(12, [70, 72, 71])],
    ['a quarter of an hour is not known', seen(30, [95])],
  ])('not where %s', (_what, one) => {
    expect(steadilyIll(one, asked)).toBeNull();
  });

  test('nor by what was before the present revision', () => {
    expect(steadilyIll(seen(30, [95, 97, 92]), { ...asked, since: NOW - 9 * MINUTE })).toBeNull();
    expect(steadilyIll(seen(30, [95, 97, 92]), { ...asked, since: NOW - MINUTE })).toBeNull();
  });
});
