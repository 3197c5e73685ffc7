import { describe, expect, test } from 'vitest';
import type { PlanStep } from '../../src/core/model/plan.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { behindFullDatabase } from '../../src/planning/full-database.ts';
import { holdersWords } from '../../src/planning/remedies/holders.ts';
import { apply, skip } from '../../src/planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../src/planning/step-decisions.ts';
import { BACKEND, NEW_BACKEND, service, SPEC, wellAuth, wellBackend, wellFrontend, world } from '../diagnosis/fixtures.ts';
import { BACKEND_DEPLOY, PIN, planFor, stepOf } from './planned.ts';

const DATABASE = 'staging-shared-postgres';
/** `running` instances of the backend may open 25 each, the two of auth as many; 395 of 400 connections are used. */
function full(running: number, room: 'fail' | 'pass' = 'fail'): PlanScope {
  const state = wellBackend().state.value;
  if (state === null) throw new Error('the fixture has a state');
  const backend = service({ state, errors: 150, instances: { [NEW_BACKEND]: running } });
  const observation = world({ services: [wellAuth(), backend, wellFrontend()], connections: 395 });
  const cause = {
    kind: 'connection-budget' as const,
    subject: DATABASE,
    summary: 'connections run short',
    evidence: [],
    confidence: 0.95,
    share: 1,
  };
  return {
    diagnosis: { ...diagnose(observation, SPEC), healthy: false, causes: [cause] },
    observation,
    spec: SPEC,
    gates: { [`room:${BACKEND}`]: { outcome: room, because: 'a second revision opens about 50, 0 of 395 are free' } },
    agreed: {} as never,
    revisions: {},
    illAlone: {},
    connectorCpu: null,
    changedAt: 0,
  };
}

const PLAN = planFor(full(2).observation);
const DEPLOY: PlanStep = {
  ...stepOf(PLAN, BACKEND_DEPLOY),
  change: { kind: 'deploy', service: BACKEND, deploy: { image: null, like: null, env: {} }, from: [] },
};
const decided = (scope: PlanScope, before: readonly Decided[] = []): PlanStep =>
  behindFullDatabase(scope, before, apply(DEPLOY, 'it is ill', [])).step;

describe('a deploy beside a full database', () => {
  test('is no step of the plan where others hold most of it, with who and how many are missing', () => {
    const { decision, reason } = decided(full(2));
    expect(decision).toBe('veto');
    expect(reason).toBe(
      'connections run short; a second revision opens about 50, 0 of 395 are free: it could not begin before others give theirs back',
    );
  });

  test('stays one where the instances of the document may hold most of it', () => {
    expect(decided(full(12)).decision).toBe('apply');
  });

  test('stays one where there is room', () => {
    expect(decided(full(2, 'pass')).decision).toBe('apply');
  });

  test('stays one behind a step that takes connections back from ours, and not behind one that is left out', () => {
    const pin = stepOf(PLAN, PIN);
    expect(decided(full(2), [apply(pin, 'two revisions double the load', [])]).decision).toBe('apply');
    expect(decided(full(2), [skip(pin, 'already so')]).decision).toBe('veto');
  });
});

describe('who holds a full database', () => {
  const words = (scope: PlanScope): string => scope.diagnosis.causes.map((cause) => holdersWords(scope, cause)).join('');

  test('is told with what mends it and the statements that tell and end them, where others hold most of it', () => {
    expect(words(full(2))).toContain('at least 295 of 400 (the services of the document may open 100 by their pools)');
    expect(words(full(2))).toContain(`\`gcloud sql connect ${DATABASE} --project=netra-staging --user=postgres\``);
    expect(words(full(2))).toContain('FROM pg_stat_activity');
  });

  test('is nobody else where ours may', () => {
    expect(words(full(12))).toBe('');
  });
});
