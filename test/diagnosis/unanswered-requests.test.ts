import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import type { RequestStats } from '../../src/core/model/request-stats.ts';
import { unansweredRequests } from '../../src/diagnosis/causes/unanswered-requests.ts';
import { BACKEND, BACKEND_REVISIONS, logGroup, NEW_BACKEND, NOW, service, serviceState, SPEC, to, world } from './fixtures.ts';

/** One in three requests is turned away; `perMinute` of the newest window and of the hour before. */
function crowded(perMinute: number, before: number, maxInstances: number | null = 4): Observation {
  const counts = (minutes: number, of: number): Pick<RequestStats, 'total' | 'serverErrors' | 'byRevision'> => ({
    total: minutes * of,
    serverErrors: 0,
    byRevision: {},
  });
  const step = (index: number): RequestStats => ({
    sinceAt: NOW - (60 - 5 * index) * MINUTE,
    untilAt: NOW - (55 - 5 * index) * MINUTE,
    ...counts(5, before),
  });
  const state = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]);
  const template = { ...state.template, maxInstances };
  const newest = { sinceAt: NOW - 3 * MINUTE, untilAt: NOW - MINUTE, ...counts(2, perMinute), turnedAway: Math.round(perMinute / 3) };
  const backend = {
    ...service({ state: { ...state, template } }),
    requests: fresh<RequestStats>(newest, NOW - MINUTE, 'm'),
    hour: fresh([0, 1, 2, 3, 4, 5, 6].map(step), NOW, 'm'),
  };
  return world({ services: [backend], logs: [logGroup('no-available-instance', BACKEND, NEW_BACKEND, 16)] });
}
const said = (observation: Observation): string =>
  unansweredRequests(observation, SPEC)
    .map(({ summary }) => summary)
    .join();

test('users who are turned away are told with the bound and with how much more comes, and counted once', () => {
  const words = said(crowded(3_000, 60));
  expect(words).toContain(`${BACKEND} may run at most 4 instances; users send 50 requests a second, 50 times as many as until `);
  expect(words).not.toContain('16');
});

test('of a load that is as before, and of a bound that nobody has set, nothing is said', () => {
  const words = said(crowded(3_000, 2_900, null));
  expect(words).not.toMatch(/times as many|may run at most/);
});

test('lines are counted where no figure counts the requests themselves', () => {
  expect(said(crowded(30, 30))).toContain('16 turned away because no instance was available');
});
