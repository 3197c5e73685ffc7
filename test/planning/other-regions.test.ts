import { describe, expect, test } from 'vitest';
import type { Observation } from '../../src/core/model/observation.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { PlanStep } from '../../src/core/model/plan.ts';
import type { Outcome } from '../../src/core/model/verdict.ts';
import { besideOtherRegions } from '../../src/planning/other-regions.ts';
import { apply, skip } from '../../src/planning/step-decisions.ts';
import type { PlanScope } from '../../src/planning/step-decisions.ts';
import { BACKEND, believedWorld, NOW, SPEC } from '../diagnosis/fixtures.ts';
import { BACKEND_DEPLOY, CONNECTOR, planFor, stepOf } from './planned.ts';

const TWIN = `${BACKEND}@us-east1`;
const WORLD = believedWorld();
const PLAN = planFor(WORLD);
const DEPLOY: PlanStep = { ...stepOf(PLAN, BACKEND_DEPLOY), decision: 'apply' };

const link = (kind: 'backend-service' | 'neg', name: string, ...leadsTo: readonly string[]) => ({ kind, name, leadsTo, problem: null });
const BEHIND_ONE = [link('backend-service', 'api', 'n', 'n@us-east1'), link('neg', 'n', BACKEND), link('neg', 'n@us-east1', TWIN)];
const APART = [link('backend-service', 'a', 'n'), link('backend-service', 'b', 'n@us-east1'), ...BEHIND_ONE.slice(1)];

function scopeOf(own: Outcome, other: Outcome, chain = BEHIND_ONE): PlanScope {
  const loadBalancer = { chain: fresh(chain, NOW, 'test'), certificates: fresh([], NOW, 'test') };
  const observation: Observation = { ...WORLD, loadBalancer };
  const gates = {
    [`healthy:${BACKEND}`]: { outcome: own, because: `${BACKEND} ${own}` },
    [`healthy:${TWIN}`]: { outcome: other, because: `${TWIN} ${other}` },
  };
  return { observation, spec: SPEC, gates } as unknown as PlanScope;
}

describe('a step for a service that a load balancer has in another region too', () => {
  const decided = apply(DEPLOY, 'it would help', []);

  test.each(['fail', 'error', 'inconclusive'] as const)('waits for a human where it alone is well and the other is %s', (other) => {
    const { step, question } = besideOtherRegions(scopeOf('pass', other), decided);
    expect([step.decision, question?.text]).toEqual([
      'veto',
      `no other region is known to serve the users of ${BACKEND} (${TWIN}: ${TWIN} ${other}): change it all the same?`,
    ]);
  });

  test('goes on where another region is known to be well', () => {
    expect(besideOtherRegions(scopeOf('pass', 'pass'), decided)).toEqual(decided);
  });

  test('goes on where it is ill itself, and says whether its users have somewhere to go', () => {
    const withOne = besideOtherRegions(scopeOf('fail', 'pass'), decided);
    expect(withOne.step).toEqual(decided.step);
    expect(withOne.notes.join()).toContain(`also leads to ${TWIN}, which is well and is not touched`);
    expect(besideOtherRegions(scopeOf('fail', 'inconclusive'), decided).notes.join()).toContain('no other region to go to');
  });

  test('is left alone where the two are behind different backend services, or nothing is to be applied, or it is of no service', () => {
    expect(besideOtherRegions(scopeOf('pass', 'fail', APART), decided)).toEqual(decided);
    const skipped = skip(DEPLOY, 'well');
    expect(besideOtherRegions(scopeOf('pass', 'fail'), skipped)).toEqual(skipped);
    const scaling = apply(stepOf(PLAN, CONNECTOR), 'full', []);
    expect(besideOtherRegions(scopeOf('pass', 'fail'), scaling)).toEqual(scaling);
  });
});
