import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { ServiceObservation } from '../../../src/core/model/observation.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import type { RevisionRecord, TrackRecord } from '../../../src/core/model/testimony.ts';
import {
  BACKEND,
  BACKEND_REVISIONS,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  serviceState,
  SPEC,
  to,
  withConnector,
  withDatabase,
} from '../../diagnosis/fixtures.ts';
import { ill, PIN, planFor, stepOf } from '../../planning/planned.ts';

const served = (failed: number, total = 400): RevisionRecord => ({ lastServedAt: NOW, total, failed, deaths: 0, countedUntil: NOW });
const record = (own: number, left: number): TrackRecord => ({ [BACKEND]: { [NEW_BACKEND]: served(own), [OLD_BACKEND]: served(left) } });
const instances = (counts: Record<string, number>): Partial<ServiceObservation> => ({
  instances: fresh(counts, NOW, 'run.googleapis.com/container/instance_count'),
});
const WARM = instances({ [NEW_BACKEND]: 4, [OLD_BACKEND]: 4 });
const COLD = instances({ [OLD_BACKEND]: 4 });
const inMinutes = (byRevision: RequestStats['byRevision']): Partial<ServiceObservation> => {
  const all = Object.values(byRevision);
  const sum = (of: 'total' | 'serverErrors') => all.reduce((so, each) => so + each[of], 0);
  const requests = { sinceAt: NOW - 5 * MINUTE, total: sum('total'), serverErrors: sum('serverErrors'), byRevision };
  return { ...WARM, requests: fresh(requests, NOW, 'run.googleapis.com/request_count') };
};
const decided = (revisions: TrackRecord, backend: Partial<ServiceObservation> = WARM, seen = ill([], {}, backend)) =>
  stepOf(planFor(seen, SPEC, 12, revisions), PIN);

describe('a pin is no cure of its own', () => {
  test('an illness that both revisions share is no reason for it', () => {
    expect(decided(record(60, 60), COLD)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('no instance up') });
    expect(decided(record(60, 60), WARM)).toMatchObject({
      decision: 'skip',
      reason: expect.stringMatching(/nothing says that .* would serve users better: .*60 of 400.*60 of 400/),
    });
  });

  test('a target that surely serves better is one', () => {
    expect(decided(record(0, 60))).toMatchObject({ decision: 'apply', change: { revision: NEW_BACKEND } });
  });

  test('a target without an instance up must serve better by ten points: its start loses requests', () => {
    expect(decided(record(0, 20), COLD)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('no instance up') });
    expect(decided(record(0, 20), WARM).decision).toBe('apply');
    expect(decided(record(0, 100), COLD).decision).toBe('apply');
  });

  test('less is enough where what serves now has failed for long: a start is lost once, and so much is lost for good', () => {
    const minutes = (since: number): RequestStats[] =>
      [since, 5].map((ago) => ({
        sinceAt: NOW - ago * MINUTE,
        untilAt: NOW - (ago - 5) * MINUTE,
        total: 200,
        serverErrors: 10,
        byRevision: { [OLD_BACKEND]: { total: 200, serverErrors: 10 } },
      }));
    const since = (ago: number) => ({ ...COLD, hour: fresh(minutes(ago), NOW, 'run.googleapis.com/request_count') });
    expect(decided(record(0, 20), since(5))).toMatchObject({ decision: 'skip', reason: expect.stringContaining('no instance up') });
    expect(decided(record(0, 20), since(40)).decision).toBe('apply');
    expect(decided(record(0, 2), since(40)).decision).toBe('skip');
  });

  test('what both served in the same minutes counts, and no record of another time', () => {
    const near = (own: number, left: number) =>
      inMinutes({ [NEW_BACKEND]: { total: 100, serverErrors: own }, [OLD_BACKEND]: { total: 100, serverErrors: left } });
    expect(decided(record(60, 200), near(60, 62)).decision).toBe('skip');
    expect(decided(record(200, 200), near(5, 62)).decision).toBe('apply');
  });

  test('what serves now and has served well before it failed is left for no other', () => {
    const state = fresh(serviceState(BACKEND, BACKEND_REVISIONS, [to(OLD_BACKEND, 100)]), NOW, 'services');
    const alone = { ...inMinutes({ [OLD_BACKEND]: { total: 300, serverErrors: 180 } }), state };
    expect(decided(record(20, 100), alone)).toMatchObject({
      decision: 'skip',
      reason: expect.stringContaining('has served better itself'),
    });
  });

  test('that holds for all time: the longer it has failed since, the nearer its mean comes to what it is lately', () => {
    const state = fresh(serviceState(BACKEND, BACKEND_REVISIONS, [to(OLD_BACKEND, 100)]), NOW, 'services');
    const alone = { ...inMinutes({ [OLD_BACKEND]: { total: 300, serverErrors: 90 } }), state };
    const long = (best: RevisionRecord['best']): TrackRecord => ({
      [BACKEND]: { [NEW_BACKEND]: served(0), [OLD_BACKEND]: { ...served(2_900, 10_000), ...(best === undefined ? {} : { best }) } },
    });
    expect(decided(long({ total: 500, failed: 0, timed: false, upper: 0.01, untilAt: NOW - 60 * MINUTE }), alone)).toMatchObject({
      decision: 'skip',
      reason: expect.stringContaining('has served better itself (at its best 0 of 500 served badly, up to 02:00'),
    });
    // Its best was no better than chance: it was ill from the first, and only the order of the two is left to speak against it.
    for (const best of [{ total: 150, failed: 36, timed: false, upper: 0.31, untilAt: NOW - 60 * MINUTE }, undefined])
      expect(decided(long(best), alone).reason).toContain(`${NEW_BACKEND} came after`);
  });

  test('where nothing else helps it may be tried on a yes: the target served well, and whether it would now is not known', () => {
    const state = fresh(serviceState(BACKEND, BACKEND_REVISIONS, [to(OLD_BACKEND, 100)]), NOW, 'services');
    const seen = { ...inMinutes({ [OLD_BACKEND]: { total: 300, serverErrors: 120 } }), state };
    const spec = { ...SPEC, services: SPEC.services.map((one) => ({ ...one, deploy: null })), connectors: [] };
    const asked = (own: number) => planFor(ill([], {}, seen), spec, 12, record(own, 100)).question;
    expect(asked(0)).toMatchObject({ id: `no-remedy ${PIN}:evidence`, text: expect.stringContaining(`A yes sends that`) });
    expect(asked(20)).toMatchObject({ id: 'no-remedy' });
  });

  test('it is tried unasked where nearly all fail, nothing explains it and no other service is ill: there is little to lose', () => {
    const state = fresh(serviceState(BACKEND, BACKEND_REVISIONS, [to(OLD_BACKEND, 100)]), NOW, 'services');
    const of = (serverErrors: number, logs: Parameters<typeof ill>[0] = []) =>
      ill(logs, {}, { ...inMinutes({ [OLD_BACKEND]: { total: 300, serverErrors } }), state });
    const known = (own: number) => record(own, 100);
    expect(decided(known(0), WARM, of(290))).toMatchObject({
      decision: 'apply',
      reason: expect.stringContaining('there is little to lose'),
    });
    expect(decided(known(0), WARM, of(120)).decision, 'most are served').toBe('skip');
    const unread = { ...of(290), logs: absent<never>('entries:list', 'unread') };
    expect(decided(known(0), WARM, unread).decision, 'nothing could be read that would explain it').toBe('skip');
    expect(decided(known(40), WARM, of(290)).decision, 'the other was no better').toBe('skip');
    expect(decided(known(0), WARM, of(290, [logGroup('database-unreachable', BACKEND, OLD_BACKEND, 60)])).decision).not.toBe('apply');
  });

  test('what dies of itself is left out, whatever the requests say', () => {
    const logs = [logGroup('missing-module', BACKEND, OLD_BACKEND, 20), logGroup('container-exit', BACKEND, OLD_BACKEND, 20)];
    expect(decided({}, WARM, ill(logs, {}, WARM))).toMatchObject({ decision: 'apply', change: { revision: NEW_BACKEND } });
  });

  test('two revisions that fail alike are brought down to one where the connector is at its limit, and not where it has room', () => {
    const timeouts = [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)];
    expect(decided(record(60, 60), WARM, ill(timeouts, { cpu: 0.97 }, WARM))).toMatchObject({
      decision: 'apply',
      reason: expect.stringContaining('two revisions double the load'),
    });
    expect(decided(record(60, 60), WARM, ill([], { cpu: 0.2 }, WARM)).decision).toBe('skip');
  });

  test('and not by the time-outs of a connector that has room since: they stay in the log for a while', () => {
    const timeouts = [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)];
    const relieved = ill(timeouts, { cpu: 0.25 }, WARM);
    const full = withConnector(relieved, { instances: fresh(10, NOW, 'instances') });
    expect(decided(record(60, 60), WARM, full).decision).toBe('skip');
  });

  test('two revisions that fail alike wait while it cannot be read whether what they share is at its limit', () => {
    const seen = ill([], { cpu: 0.2 }, WARM);
    const blind = withDatabase(seen, { connections: absent<number>('num_backends') });
    const plan = planFor(blind, SPEC, 12, record(60, 60));
    expect(stepOf(plan, PIN)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('could not be read') });
    expect(plan.awaits).toContain(stepOf(plan, PIN).reason);
    expect(planFor(seen, SPEC, 12, record(60, 60)).awaits).toBeUndefined();
  });
});
