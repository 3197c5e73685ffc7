import { describe, expect, test } from 'vitest';
import { disagreement, recordAfter } from '../../../machines/incident/health/evidence.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import type { Plan, PlanStep } from '../../../src/core/model/plan.ts';
import type { RevisionRecord } from '../../../src/core/model/testimony.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import { begunTrial } from '../../diagnosis/trials.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

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

describe('how a revision has answered', () => {
  const after = (known: Partial<RevisionRecord> | null, late: number | undefined): number | undefined => {
    const record = { lastServedAt: 0, total: 100, failed: 0, deaths: 0, countedUntil: 0, ...known };
    const window = { total: 50, failed: 0, deaths: 0, sinceAt: 10, untilAt: 20, ...(late === undefined ? {} : { late }) };
    return recordAfter(known === null ? {} : { shop: { a: record } }, { ...SAMPLE, at: 30, served: { shop: { a: window } } }).shop?.a?.late;
  };

  test('is added up as far as it was timed, and not known where none of it was', () => {
    expect([after({ late: 7 }, 5), after({ late: 7 }, undefined), after(null, 5)]).toEqual([12, 7, 5]);
    expect([after({}, 5), after(null, undefined)]).toEqual([undefined, undefined]);
  });
});
