import { describe, expect, test } from 'vitest';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import type { PlanStep } from '../../src/core/model/plan.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { behindConnector } from '../../src/planning/connector-contention.ts';
import { vetoUnproven } from '../../src/planning/sources.ts';
import { apply, ask, skip, wait } from '../../src/planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../src/planning/step-decisions.ts';
import { BACKEND, believedWorld, NOW, SPEC, withConnector } from '../diagnosis/fixtures.ts';
import { BACKEND_DEPLOY, CONNECTOR, planFor, stepOf } from './planned.ts';

const FULL = believedWorld();
const PLAN = planFor(FULL);
const SCALING = stepOf(PLAN, CONNECTOR);
const DEPLOY: PlanStep = {
  ...stepOf(PLAN, BACKEND_DEPLOY),
  decision: 'apply',
  change: { kind: 'deploy', service: BACKEND, deploy: { image: null, like: null, env: {} }, from: [] },
};

function scopeOf(observation: Observation, extra: Partial<PlanScope> = {}): PlanScope {
  const cause = {
    kind: 'connector-saturation' as const,
    subject: 'staging-connector',
    summary: 'c is saturated',
    evidence: [],
    confidence: 0.9,
    share: 0.9,
  };
  const diagnosis = { ...diagnose(observation, SPEC), healthy: false, causes: [cause] };
  return {
    diagnosis,
    observation,
    spec: SPEC,
    gates: {},
    agreed: {} as never,
    revisions: {},
    illAlone: {},
    connectorCpu: null,
    changedAt: 0,
    ...extra,
  };
}

const ridden = (riders: readonly string[], cpu = 0.97): Observation =>
  withConnector(FULL, {
    cpuP99: fresh(cpu, NOW, 'cpu'),
    riders: fresh(
      riders.map((service) => ({ service, egress: 'ALL_TRAFFIC' })),
      NOW,
      'services',
    ),
  });
const decided = (before: Decided, scope = scopeOf(ridden([BACKEND]))): Decided =>
  behindConnector(scope, [before], { step: DEPLOY, notes: [], question: null });
const left = skip(SCALING, 'already so');

describe('a new revision of a service that rides a full connector', () => {
  test('is vetoed where no step of the plan gives the connector room', () => {
    expect(decided(left).step).toMatchObject({
      decision: 'veto',
      reason: `c is saturated; ${BACKEND} rides it, and no step of this plan gives it room: a new revision would meet the same`,
    });
  });

  test.each<[string, Decided]>([
    ['the connector is scaled', apply(SCALING, 'full', [])],
    ['a human decides whether it is', ask(SCALING, 'scale it?')],
    ['another service is taken off it', apply({ ...SCALING, id: 'egress:other', kind: 'egress' }, 'fits', [])],
  ])('is made where %s', (_what, before) => {
    expect(decided(before).step.decision).toBe('apply');
  });

  test('waits while more looks may still bring the room', () => {
    expect(decided(wait(SCALING, 'two looks of three'))).toMatchObject({ awaits: expect.stringContaining('comes first') });
  });

  test.each<[string, PlanScope]>([
    ['it does not ride the connector', scopeOf(ridden(['other']))],
    ['the connector is within its goal', scopeOf(ridden([BACKEND], 0.4))],
    ['its figure is from before the last change', scopeOf(ridden([BACKEND]), { changedAt: NOW + 1 })],
    ['another cause does most of the harm', { ...scopeOf(ridden([BACKEND])), diagnosis: { ...PLAN, healthy: false, causes: [] } as never }],
  ])('is made where %s', (_what, scope) => {
    expect(decided(left, scope).step.decision).toBe('apply');
  });

  test('is asked about nobody: the figure forbids it with lines and without', () => {
    const found = decided(left);
    const bare = { step: DEPLOY, notes: [], question: null };
    const likely = { ...scopeOf(ridden([BACKEND])) };
    expect(vetoUnproven([found], [bare], likely)).toEqual([found]);
    expect(vetoUnproven([{ ...found, isMeasured: undefined as never }], [bare], likely)[0]?.question?.text).toContain('only lines');
  });
});
