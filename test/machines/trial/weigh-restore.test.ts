import { describe, expect, test } from 'vitest';
import type { Look } from '../../../machines/incident/activities.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { keepServing, rollbackWarnings, storiesOf, weighRestore } from '../../../machines/incident/trial/weigh-restore.ts';
import type { TrafficTarget } from '../../../src/core/model/observation.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;
const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;
const lookAt = (extra: Partial<Look>): Look => ({ ...SAMPLE, at: T(9), ...extra });
const to = (revision: string, percent = 100): TrafficTarget => ({ latest: false, revision, percent, tag: null });
const served = (total: number, failed: number) => ({ lastServedAt: T(0), total, failed, deaths: 0, countedUntil: T(0) });

describe('a restore', () => {
  const item = { service: 'backend', traffic: [to('old')] };
  const weighed = (
    outcome: Outcome,
    old: readonly [number, number],
    now: readonly [number, number],
    extra: Partial<IncidentContext> = {},
  ): IncidentContext => ({
    ...initialContext(INPUT),
    look: lookAt({ served: {}, gates: { 'healthy:backend': { outcome, because: 'the gate says so' } } }),
    failing: { 'healthy:backend': 3 },
    expected: { connectors: {}, services: {}, traffic: { backend: [to('new')] } },
    revisions: { backend: { old: served(...old), new: served(...now) } },
    restoreQueue: [item],
    ...extra,
  });

  test('never takes users from a revision that is well', () => {
    const context = weighed('pass', [342, 342], [1093, 0]);
    expect(weighRestore(context, item)).toBe('keep');
    expect(keepServing({ context }).outbox?.at(-1)).toContain('not put back, because what serves now is well');
  });

  test('is not made on absent data, nor on one failing look', () => {
    expect(weighRestore(weighed('error', [342, 342], [0, 0]), item)).toBe('wait');
    expect(weighRestore(weighed('inconclusive', [342, 0], [0, 0]), item)).toBe('wait');
    expect(weighRestore(weighed('fail', [342, 0], [100, 50], { failing: { 'healthy:backend': 1 } }), item)).toBe('wait');
  });

  test('is made onto evidence that is not worse than what serves', () => {
    expect(weighRestore(weighed('fail', [342, 3], [100, 50]), item)).toBe('back');
  });

  test('counts who was late, where it is known of both', () => {
    const late = (old: object, now: object): IncidentContext =>
      weighed('fail', [342, 60], [300, 0], {
        revisions: { backend: { old: { ...served(342, 60), ...old }, new: { ...served(300, 0), ...now } } },
      });
    expect(weighRestore(late({ late: 4 }, { late: 280 }), item)).toBe('back');
    expect(storiesOf(late({ late: 4 }, { late: 280 }), item)).toContain('0 of 300 requests failed, 280 took longer than twice the goal');
    expect(weighRestore(late({}, { late: 280 }), item)).toBe('ask');
  });

  test('asks a human, with both stories side by side, when what was before did worse', () => {
    const context = weighed('fail', [342, 342], [200, 20]);
    expect(weighRestore(context, item)).toBe('ask');
    expect(storiesOf(context, item)).toContain(
      'now new serves: 20 of 200 requests failed; the gate says so. Before, old served: 342 of 342',
    );
  });

  test('asks a human when it did no better before, and another service was ill at the change and is well since', () => {
    const gates = (auth: Outcome): Look['gates'] => ({
      'healthy:backend': { outcome: 'fail', because: 'the gate says so' },
      'healthy:auth': { outcome: auth, because: 'the gate says so' },
    });
    const pinned = { key: 'k', stepId: 'pin:backend', before: { kind: 'traffic', service: 'backend' }, ill: ['auth', 'backend'] };
    const after = (auth: Outcome, pin: object = pinned): IncidentContext =>
      weighed('fail', [342, 342], [200, 200], {
        look: lookAt({ served: {}, gates: gates(auth) }),
        mutations: [pin] as unknown as IncidentContext['mutations'],
      });
    expect(weighRestore(after('pass'), item)).toBe('ask');
    expect(storiesOf(after('pass'), item)).toContain('Ill when it was changed, and well now: auth');
    expect(weighRestore(after('fail'), item)).toBe('back');
    const revisions = { backend: { old: served(342, 30), new: served(200, 200) } };
    expect(weighRestore({ ...after('pass'), revisions }, item), 'what was before did better by its own users').toBe('back');
    const scaled = { key: 'c', stepId: 'connector:c', outcome: 'applied', before: { kind: 'connector' } };
    const roomier = { ...after('pass'), mutations: [scaled, pinned] as unknown as IncidentContext['mutations'] };
    expect(weighRestore(roomier, item), 'a larger connector carries both').toBe('back');
    expect(weighRestore(after('pass', { ...pinned, ill: ['backend'] }), item)).toBe('back');
    expect(weighRestore(after('pass', { ...pinned, ill: undefined }), item), 'noted by no former version').toBe('back');
  });

  test('weighs bounds on instances too, although no traffic moves', () => {
    const bounds = { minInstances: 0, maxInstances: 40 };
    const bound = { service: 'backend', traffic: [to('new')], bounds };
    const change = { key: 'b', stepId: 'instances:backend', before: { kind: 'traffic', service: 'backend' }, ill: ['auth'] };
    const after = (backend: Outcome, auth: Outcome): IncidentContext =>
      weighed(backend, [342, 342], [200, 100], {
        look: lookAt({
          served: {},
          gates: {
            'healthy:backend': { outcome: backend, because: 'the gate says so' },
            'healthy:auth': { outcome: auth, because: 'the gate says so' },
          },
        }),
        mutations: [change] as unknown as IncidentContext['mutations'],
      });
    expect(weighRestore(after('pass', 'pass'), bound)).toBe('keep');
    expect(weighRestore(after('fail', 'pass'), bound), 'auth has its connections since').toBe('ask');
    expect(weighRestore(after('fail', 'fail'), bound)).toBe('back');
    expect(weighRestore(after('error', 'pass'), bound)).toBe('wait');
    expect(weighRestore({ ...after('pass', 'pass'), rollback: { by: 'ann', reason: '', begun: true } }, bound)).toBe('back');
    expect(weighRestore(after('pass', 'pass'), { service: 'backend', traffic: [to('new')] }), 'nothing moves at all').toBe('back');
  });

  test('that a human orders is carried out with a true word about it', () => {
    const warned = (outcome: Outcome, old: readonly [number, number]) => rollbackWarnings(weighed(outcome, old, [200, 20])).join('');
    expect(warned('pass', [342, 0])).toMatch(/^Mind that what serves now is well: /);
    expect(warned('fail', [342, 342])).toMatch(/^Mind that what was before did no better: /);
    expect(warned('fail', [342, 0])).toBe('');
  });

  test('asks a human too where the watch, a deadline or a canary calls for it and what was before served users worse', () => {
    const judged = (before: readonly [number, number], conclusion: 'failing' | 'worse' | 'not-worse') => {
      const requests = { total: before[0], failed: before[1] };
      const trial = { conclusion, before: { backend: { requests, dying: false, probes: 'ill' } }, after: {} };
      return weighed('fail', [9_000, 10], [200, 40], { trial: trial as unknown as IncidentContext['trial'] });
    };
    for (const conclusion of ['failing', 'worse', 'not-worse'] as const) {
      expect(weighRestore(judged([300, 285], conclusion), item)).toBe('ask');
      expect(weighRestore(judged([300, 3], conclusion), item)).toBe('back');
    }
    expect(storiesOf(judged([300, 285], 'failing'), item)).toContain('old served: 285 of 300');
  });

  test('of a canary holds its own requests against those beside it, in the same minutes', () => {
    const beside = { requests: { total: 40, failed: 8 }, beside: { total: 360, failed: 342 }, untilAt: T(9) };
    const trial = {
      conclusion: 'failing',
      before: { backend: { requests: null, dying: false, probes: 'well' } },
      after: { backend: beside },
    };
    const context = weighed('fail', [342, 3], [40, 8], {
      trial: trial as unknown as IncidentContext['trial'],
      expected: {
        connectors: {},
        services: {},
        traffic: {
          backend: [
            { ...to('old'), percent: 90 },
            { ...to('new'), percent: 10 },
          ],
        },
      },
    });
    expect(weighRestore(context, item)).toBe('ask');
  });

  test('holds a revision that has served before by what was counted since the change: its window reaches back to better minutes', () => {
    const after = { backend: { requests: { total: 100, failed: 80 }, beside: { total: 0, failed: 0 }, untilAt: T(9) } };
    const before = { backend: { requests: { total: 300, failed: 90 }, dying: false, probes: 'well' } };
    const trial = { conclusion: 'worse', isNew: false, services: ['backend'], before, after };
    expect(weighRestore(weighed('fail', [300, 90], [900, 9], { trial: trial as unknown as IncidentContext['trial'] }), item)).toBe('back');
  });

  test('takes no figures from before the change for what a revision does since: its record is of better days', () => {
    const before = { backend: { requests: { total: 1_183, failed: 327 }, dying: false, probes: 'well' } };
    const since = (sinceAt: number): IncidentContext => {
      const trial = { conclusion: 'worse', stage: 'traffic', isNew: true, services: ['backend'], sinceAt, before, after: {} };
      return weighed('fail', [1_183, 327], [192_459, 0], { trial: trial as unknown as IncidentContext['trial'] });
    };
    expect(weighRestore(since(T(1)), item)).toBe('back');
    expect(storiesOf(since(T(1)), item)).toContain('now new serves: no request of it was counted');
    expect(weighRestore(since(T(-1)), item), 'counted since the change').toBe('ask');
  });

  test('holds against what serves whom it turns away with 429, where that is known of both', () => {
    const turned = (now: number, then: number | undefined) => {
      const requests = { total: 300, failed: 60, ...(then === undefined ? {} : { turnedAway: then }) };
      const after = { backend: { requests: { total: 300, failed: 0, turnedAway: now }, beside: { total: 0, failed: 0 }, untilAt: T(9) } };
      const before = { backend: { requests, dying: false, probes: 'well' } };
      const trial = { conclusion: 'worse', isNew: false, services: ['backend'], before, after };
      return weighed('fail', [300, 60], [300, 0], { trial: trial as unknown as IncidentContext['trial'] });
    };
    expect(weighRestore(turned(120, 0), item)).toBe('back');
    expect(storiesOf(turned(120, 0), item)).toContain('0 of 300 requests failed, 120 were turned away (429)');
    expect(weighRestore(turned(90, 90), item)).toBe('ask');
    expect(weighRestore(turned(120, undefined), item)).toBe('ask');
  });

  test('takes the figures of a small share for no word on what the revision does with all users', () => {
    const atSmallShare = (sinceAt: number, conclusion: 'worse' | 'waiting', outcome: Outcome) => {
      const before = { backend: { requests: { total: 300, failed: 60 }, dying: false, probes: 'well' } };
      const trial = { conclusion, stage: 'all', isNew: true, services: ['backend'], sinceAt: T(5), before, after: {} };
      const now = { total: 500, failed: 0, turnedAway: 0, deaths: 0, sinceAt, untilAt: T(8) };
      return weighed(outcome, [300, 60], [500, 0], {
        trial: trial as unknown as IncidentContext['trial'],
        look: lookAt({ served: { backend: { new: now } }, gates: { 'healthy:backend': { outcome, because: 'the gate says so' } } }),
      });
    };
    expect(weighRestore(atSmallShare(T(3), 'worse', 'fail'), item)).toBe('wait');
    expect(weighRestore(atSmallShare(T(6), 'worse', 'fail'), item)).toBe('ask');
    expect(weighRestore(atSmallShare(T(3), 'waiting', 'pass'), item)).toBe('wait');
    expect(weighRestore(atSmallShare(T(6), 'waiting', 'pass'), item)).toBe('keep');
  });

  test('is made where both fail nearly all: a few points are no reason to leave users with what we made', () => {
    expect(weighRestore(weighed('fail', [3_000, 3_000], [3_000, 2_850]), item)).toBe('back');
  });

  test('is a human’s to order, whatever the evidence', () => {
    const rollback = { by: 'ann', reason: 'mine', begun: true };
    expect(weighRestore(weighed('pass', [342, 342], [1093, 0], { rollback }), item)).toBe('back');
  });
});
