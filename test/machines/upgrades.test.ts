import { describe, expect, test } from 'vitest';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { takenOver } from '../../machines/incident/upgrades.ts';
import type { SavedRun, TakeoverCase } from '../../machines/incident/upgrades.ts';
import { INPUT, STARTED_AT } from './incident-samples.ts';
import { MOVED, TAKEOVER_WAYS } from './takeover-ways.ts';
import { waysBegun } from './walk.ts';

const saved = (version: string, context: object, activities: SavedRun['activities'] = []): SavedRun => ({
  runId: 'run-1',
  machine: { id: 'incident', version },
  snapshot: { context: { ...initialContext(INPUT), mutations: [MOVED], ...context } },
  activities,
});
const of = (more: Partial<TakeoverCase> = {}): TakeoverCase => ({ because: 'machine', orders: [], isSame: () => true, ...more });
const carried = (record: SavedRun): Partial<IncidentContext> => takenOver(record, INPUT, of())!.input.carried!;

test.each(TAKEOVER_WAYS)('a run that is taken over begins by $way', ({ way, carried: along }) => {
  expect(waysBegun(incidentMachine, { ...INPUT, carried: along })).toContain(way);
});

describe('taken along from the version before', () => {
  test('are its changes, what humans said, and the time that is left; no plan, no yes and no healthy time', () => {
    const wishes = { skipped: { 'pin:auth': { by: 'ann', reason: 'no' } }, from: null, allowed: [] };
    const along = carried(saved('1', { wishes, windowEndsAt: 7, approvedPlan: 'x', plan: { hash: 'x' }, streak: { healthyMs: 9 } }));
    expect(along).toMatchObject({ mutations: [MOVED], wishes, windowEndsAt: 7 });
    for (const left of ['approvedPlan', 'plan', 'streak', 'look', 'diagnosis']) expect(along).not.toHaveProperty(left);
  });

  test('is a write that was under way: it counts as sent and never answered', () => {
    const plan = { hash: 'abcdef0123' };
    expect(carried(saved('1', { writing: true, stepId: 'deploy:auth', plan })).unanswered).toEqual(['run-1/deploy:auth/abcdef01']);
    const restoring = saved('1', { restoreQueue: [{ service: 'auth', traffic: [] }], plan }, [{ src: 'restoreTraffic' }]);
    expect(carried(restoring).unanswered).toEqual(['run-1/restore:auth/abcdef01']);
    expect(carried(saved('1', { stepId: 'deploy:auth', plan })).unanswered).toEqual([]);
  });

  test('is what 0.1.0 said in other words: who may end a hold, and a connector that a human has taken over', () => {
    const held = { by: 'ann', reason: 'look', at: STARTED_AT, change: null };
    const along = carried(saved('1', { held, adopted: { 'connector:c1': 3, 'traffic:auth': 4 } }));
    expect(along).toMatchObject({ held: { ...held, human: true }, adopted: { 'connector:c1': 3, 'traffic:auth': 4 } });
  });

  test('is an abort, or a rollback, that was not finished', () => {
    const said = (context: object): unknown => takenOver(saved('1', context), INPUT, of())!.said.map(({ type, by }) => [type, by]);
    expect(said({ aborting: true })).toEqual([['ABORT', 'the run']]);
    expect(said({ rollback: { by: 'ann', reason: 'r', begun: true } })).toEqual([['ROLLBACK', 'ann']]);
    expect(said({})).toEqual([]);
  });
});

describe('not taken over', () => {
  test('is a run of a version that is not known, unless a human orders what works from the record alone', () => {
    expect(takenOver(saved('9', {}), INPUT, of())).toBe(null);
    expect(takenOver(saved('9', {}), INPUT, of({ orders: ['RETRY', 'APPROVE'] }))).toBe(null);
    expect(takenOver(saved('9', {}), INPUT, of({ orders: ['HOLD', 'ROLLBACK'] }))).not.toBe(null);
  });

  test('is an older rollback, where a human aborts a run that is taken over for that alone', () => {
    const rollback = { by: 'ann', reason: 'r', begun: false };
    expect(takenOver(saved('9', { rollback }), INPUT, of({ orders: ['ABORT'] }))!.said).toEqual([]);
    expect(takenOver(saved('1', { rollback }), INPUT, of({ because: 'document', orders: ['ABORT'] }))!.said).toEqual([]);
  });

  test('is a run of another document, or with other settings', () => {
    expect(takenOver(saved('1', {}), INPUT, of({ because: 'document' }))).toBe(null);
    expect(takenOver(saved('1', {}), INPUT, of({ isSame: () => false }))).toBe(null);
    expect(takenOver(saved('1', {}), INPUT, of({ because: 'document', orders: ['ABORT'] }))).not.toBe(null);
  });

  test.each([
    ['no list', null],
    ['a change without what was there before', [{ ...MOVED, before: undefined }]],
    ['a change of nothing that is known', [{ ...MOVED, after: { kind: 'moon' } }]],
    ['a change without an instant', [{ ...MOVED, at: 'today' }]],
  ])('is a run whose changes cannot be read: %s', (_what, mutations) => {
    expect(takenOver(saved('1', { mutations }), INPUT, of({ orders: ['ROLLBACK'] }))).toBe(null);
  });
});
