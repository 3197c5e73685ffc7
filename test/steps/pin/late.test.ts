import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/duration.ts';
import { fresh } from '../../../src/core/model/measured.ts';
import type { ServiceObservation } from '../../../src/core/model/observation.ts';
import type { RequestStats, RevisionStats } from '../../../src/core/model/request-stats.ts';
import type { RevisionRecord, TrackRecord } from '../../../src/core/model/testimony.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, NOW, OLD_BACKEND, serviceState, SPEC, to } from '../../diagnosis/fixtures.ts';
import { agreedFor } from '../../../src/planning/evidence-asked.ts';
import type { PlanScope } from '../../../src/planning/step-decisions.ts';
import { pinReason } from '../../../src/steps/pin/reason.ts';
import { ill } from '../../planning/planned.ts';

const [NEWER, OLDER] = [...BACKEND_REVISIONS].sort((a, b) => b.createdAt - a.createdAt).map(({ name }) => name) as [string, string];
const stats = (byRevision: RequestStats['byRevision'], sinceAt: number, untilAt: number): RequestStats => {
  const all = Object.values(byRevision);
  const sum = (of: 'total' | 'serverErrors') => all.reduce((so, each) => so + each[of], 0);
  return { sinceAt, untilAt, total: sum('total'), serverErrors: sum('serverErrors'), lateFromMs: 4_000, byRevision };
};
/** `late` of 300 in these five minutes. */
const answered = (late: number | null, over: Partial<RevisionStats> = {}): RevisionStats => ({
  total: 300,
  serverErrors: 0,
  ...(late === null ? {} : { late: [{ at: NOW - 2 * MINUTE, count: late }] }),
  ...over,
});
const near = (byRevision: RequestStats['byRevision']): Partial<ServiceObservation> => ({
  instances: fresh({ [NEW_BACKEND]: 4, [OLD_BACKEND]: 4 }, NOW, 'instance_count'),
  requests: fresh(stats(byRevision, NOW - 5 * MINUTE, NOW), NOW, 'request_count'),
});
const served = (late: number | undefined, over: Partial<RevisionRecord> = {}): RevisionRecord => ({
  lastServedAt: NOW - HOUR,
  total: 4_000,
  failed: 0,
  ...(late === undefined ? {} : { late }),
  deaths: 0,
  countedUntil: NOW,
  ...over,
});
/** Whether all traffic on the older one would serve users better. */
const pinned = (backend: Partial<ServiceObservation>, records: TrackRecord[string], causes: PlanScope['diagnosis']['causes'] = []) => {
  const observation = ill([], {}, backend);
  const scope: PlanScope = {
    diagnosis: { at: NOW, healthy: false, causes, whys: [], unknowns: [] },
    observation,
    spec: SPEC,
    gates: {},
    agreed: agreedFor(() => ({})),
    revisions: { [BACKEND]: records },
    illAlone: {},
    connectorCpu: null,
    changedAt: 0,
  };
  return pinReason(scope, observation.services[BACKEND]!.state.value!, OLDER);
};

describe('answers that come late', () => {
  const records = { [NEWER]: served(1_000, { lastServedAt: NOW }), [OLDER]: served(4) };

  test('of one revision beside another that answers in time are a reason to leave it', () => {
    const { helps, because } = pinned(near({ [NEWER]: answered(120), [OLDER]: answered(1) }), records);
    expect(helps).toBe(true);
    expect(because).toMatch(/answers late, and .* does not: .*120 of the 300 answered took longer than 4s \(40 %\) against/);
  });

  test.each([
    ['are as late in the other', 120, 130],
    ['are less late in the other, and late there as well', 120, 70],
    ['are few', 4, 0],
    ['are not known of the other', 120, null],
    ['are not known of this one', null, 0],
  ])('are none where they %s', (_, late, beside) => {
    expect(pinned(near({ [NEWER]: answered(late), [OLDER]: answered(beside) }), records).helps).toBe(false);
  });

  test('are none where the other fails more: what is better in one and worse in the other is a choice for people', () => {
    const failing = { [NEWER]: answered(120), [OLDER]: answered(0, { serverErrors: 30 }) };
    expect(pinned(near(failing), records).helps).toBe(false);
  });

  test('are none in the first minutes of a revision', () => {
    const state = serviceState(
      BACKEND,
      BACKEND_REVISIONS.map((each) => (each.name === NEWER ? { ...each, createdAt: NOW - 3 * MINUTE } : each)),
      [to(NEWER, 60), to(OLDER, 40)],
    );
    const backend = { ...near({ [NEWER]: answered(120), [OLDER]: answered(1) }), state: fresh(state, NOW, 'services') };
    expect(pinned(backend, records).helps).toBe(false);
  });
});

describe('a revision that serves no more', () => {
  const state = fresh(serviceState(BACKEND, BACKEND_REVISIONS, [to(NEWER, 100)]), NOW, 'services');
  const day = (last: RevisionStats) =>
    fresh(
      [
        stats({ [OLDER]: { total: 3_600, serverErrors: 0, late: [{ at: NOW - 4 * HOUR, count: 2 }] } }, NOW - 4 * HOUR, NOW - 3 * HOUR),
        stats({ [OLDER]: last }, NOW - 2 * HOUR, NOW - HOUR),
      ],
      NOW,
      'request_count',
    );
  const last = (over: Partial<RevisionStats> = {}): RevisionStats => ({
    total: 3_600,
    serverErrors: 0,
    turnedAway: 0,
    late: [{ at: NOW - 2 * HOUR, count: 3 }],
    ...over,
  });
  const late = { [NEWER]: served(1_600, { lastServedAt: NOW }), [OLDER]: served(4) };
  const away = { [NEWER]: served(0, { lastServedAt: NOW, turnedAway: 2_000 }), [OLDER]: served(0, { turnedAway: 0 }) };
  const turnedAway = answered(0, { turnedAway: 150 });

  test('is better where it carried the same load in time, and nobody was turned away', () => {
    const backend = { ...near({ [NEWER]: answered(120) }), state, day: day(last()) };
    expect(pinned(backend, late).helps).toBe(true);
    expect(pinned({ ...backend, ...near({ [NEWER]: turnedAway }) }, away)).toMatchObject({
      helps: true,
      because: expect.stringMatching(/0 of 4000 requests failed \(0 %\) against 0 of 4000 requests failed \(0 %\), 2000 were turned away/),
    });
  });

  test('is not where what serves now was once in time itself, however long it has been late since', () => {
    const backend = { ...near({ [NEWER]: answered(120) }), state, day: day(last()) };
    const long = (bestTimed: RevisionRecord['bestTimed']) => ({
      ...late,
      [NEWER]: {
        ...served(1_500, { lastServedAt: NOW }),
        best: { total: 3_000, failed: 0, timed: false, upper: 0.002, untilAt: NOW - HOUR },
        ...(bestTimed === undefined ? {} : { bestTimed }),
      },
    });
    const timed = { total: 1_000, failed: 150, timed: true, upper: 0.18, untilAt: NOW - HOUR };
    expect(pinned(backend, long(timed))).toMatchObject({
      helps: false,
      because: expect.stringContaining('at its best 150 of 1000 served badly'),
    });
    // By all that was timed it has been late from the first.
    for (const none of [{ ...timed, failed: 380, upper: 0.41 }, undefined]) expect(pinned(backend, long(none)).helps).toBe(true);
  });

  test.each([
    ['it was late itself when it last served', last({ late: [{ at: NOW - 2 * HOUR, count: 900 }] })],
    ['it turned users away itself when it last served', last({ turnedAway: 400 })],
    ['the time of its last answers is not known', (({ late: _late, ...rest }) => rest)(last({ total: 12 }))],
  ])('is not where %s', (_, step) => {
    const seen = step.total < 20 ? fresh([stats({ [OLDER]: step }, NOW - 2 * HOUR, NOW - HOUR)], NOW, 'request_count') : day(step);
    expect(pinned({ ...near({ [NEWER]: answered(120) }), state, day: seen }, late).helps).toBe(false);
  });

  test('is not where it never carried so many as call now', () => {
    const light = fresh([stats({ [OLDER]: last({ total: 900 }) }, NOW - 2 * HOUR, NOW - HOUR)], NOW, 'request_count');
    expect(pinned({ ...near({ [NEWER]: turnedAway }), state, day: light }, away).helps).toBe(false);
    expect(pinned({ ...near({ [NEWER]: answered(120) }), state, day: light }, late).helps).toBe(false);
  });

  test('is not while something is ill that both would meet', () => {
    const backend = { ...near({ [NEWER]: answered(120) }), state, day: day(last()) };
    const cause = { subject: 'staging-connector', confidence: 0.8, share: 1, summary: 'it is full', evidence: [] };
    expect(pinned(backend, late, [{ ...cause, kind: 'connector-saturation' }]).helps).toBe(false);
    expect(pinned(backend, late, [{ ...cause, kind: 'unknown' }]).helps).toBe(true);
  });

  test('is not where what serves now has answered in time until lately', () => {
    const good = { ...late, [NEWER]: served(240, { lastServedAt: NOW }) };
    expect(pinned({ ...near({ [NEWER]: answered(120) }), state, day: day(last()) }, good).helps).toBe(false);
  });
});
