import { describe, expect, test } from 'vitest';
import type { PlannedBefore } from '../../machines/incident/activities.ts';
import type { Plan, PlanStep } from '../../src/core/model/plan.ts';
import { keepDecided } from '../../src/planning/present.ts';
import type { Decided } from '../../src/planning/step-decisions.ts';

const SINCE = Date.UTC(2025, 8, 15, 20, 10);

const step = (decision: PlanStep['decision'], reason: string): PlanStep => ({
  id: 'deploy:auth',
  kind: 'deploy',
  title: 'Deploy auth',
  class: 'reversible',
  decision,
  reason,
  evidence: [],
  change: null,
  diff: [],
  blastRadius: '',
  expectedMs: 0,
  rollback: '',
  commands: [],
});

const planOf = (was: PlanStep): Plan => ({ hash: 'h', madeAt: 0, observedAt: 0, steps: [was], notes: [], question: null });
const before = (extra: Partial<PlannedBefore> = {}): PlannedBefore => ({
  plan: planOf(step('apply', 'auth is ill')),
  done: [],
  gone: {},
  ...extra,
});
const now = (decided: PlanStep, extra: Partial<Decided> = {}): readonly Decided[] => [
  { step: decided, notes: [], question: null, ...extra },
];
const gone = { 'deploy:auth': { since: SINCE, because: 'already healthy' } };

describe('a plan that is made again', () => {
  test('leaves out a step whose reason is gone, since when', () => {
    const [decided] = keepDecided(now(step('skip', 'already healthy')), before({ gone }));
    expect(decided?.step).toMatchObject({ decision: 'skip', notNeededSince: SINCE });
    expect(decided?.step.reason).toBe('no longer needed since 2025-09-15T20:10:00.000Z: already healthy');
  });

  test('keeps a step that only one look no longer asks for', () => {
    expect(keepDecided(now(step('skip', 'already healthy')), before())[0]?.step.decision).toBe('apply');
  });

  test('keeps a step, and asks nothing, while its reason only cannot be told', () => {
    const question = { id: 'deploy:auth:evidence', text: '?', evidence: [] };
    expect(keepDecided(now(step('veto', 'needs a human'), { question }), before())[0]).toMatchObject({
      step: { decision: 'apply' },
      question: null,
    });
    expect(keepDecided(now(step('skip', 'more looks'), { awaits: 'more looks' }), before({ gone }))[0]?.step.decision).toBe('apply');
  });

  test('lets evidence veto a step at once', () => {
    expect(keepDecided(now(step('veto', 'the image dies')), before())[0]?.step.decision).toBe('veto');
  });

  test('leaves what is done as it was decided', () => {
    expect(keepDecided(now(step('skip', 'already healthy')), before({ done: ['deploy:auth'], gone }))[0]?.step.decision).toBe('apply');
  });
});
