import { describe, expect, test } from 'vitest';
import { disagreement } from '../../machines/incident/evidence.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { Plan, PlanStep } from '../../src/core/model/plan.ts';
import type { Outcome } from '../../src/core/model/verdict.ts';
import { begunTrial } from '../diagnosis/trials.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from './incident-samples.ts';

const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;
const PLAN: Plan = ANSWERS.plan(STARTED_AT).find(({ steps }) =>
  steps.some(({ kind, decision }) => kind === 'deploy' && decision === 'apply'),
)!;

describe('at the instant of the write the newest look', () => {
  const PIN = PLAN.steps.find(({ change }) => change?.kind === 'pin')!;
  const DEPLOY = PLAN.steps.find(({ change }) => change?.kind === 'deploy')!;
  const seeing = (step: PlanStep, outcome: Outcome, at = STARTED_AT + MINUTE): string | null => {
    const change = step.change as { readonly service: string };
    const gates = { [`healthy:${change.service}`]: { outcome, because: `${outcome} now` } };
    return disagreement({ ...initialContext(INPUT), plan: { ...PLAN, observedAt: STARTED_AT }, look: { ...SAMPLE, at, gates } }, step.id);
  };

  test('speaks against a pin unless its service is still agreed ill', () => {
    expect([seeing(PIN, 'fail'), seeing(PIN, 'inconclusive'), seeing(PIN, 'pass')]).toEqual([null, 'inconclusive now', 'pass now']);
  });

  test('speaks against a deploy where its service has become well, and only then', () => {
    expect([seeing(DEPLOY, 'fail'), seeing(DEPLOY, 'inconclusive'), seeing(DEPLOY, 'pass')]).toEqual([null, null, 'pass now']);
  });

  test('is not asked for the reason of a step that has a share already: that is judged by its own gates', () => {
    const change = PIN.change as { readonly service: string };
    const gates = { [`healthy:${change.service}`]: { outcome: 'inconclusive' as const, because: 'so it is' } };
    const context = {
      ...initialContext(INPUT),
      plan: { ...PLAN, observedAt: STARTED_AT },
      look: { ...SAMPLE, at: STARTED_AT + MINUTE, gates },
    };
    const trial = begunTrial(change.service, { stepId: PIN.id });
    expect(disagreement(context, PIN.id)).toBe('so it is');
    expect(disagreement({ ...context, trial }, PIN.id)).toBe(null);
    expect(disagreement({ ...context, trial: { ...trial, stage: 'in-place' } }, PIN.id)).toBe('so it is');
    expect(disagreement({ ...context, trial: { ...trial, stepId: DEPLOY.id } }, PIN.id)).toBe('so it is');
  });

  test('says nothing new where it is the one that the plan was made on', () => {
    expect(seeing(PIN, 'pass', STARTED_AT)).toBe(null);
  });
});
