import { describe, expect, test } from 'vitest';
import { transition } from 'xstate';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { NO_STREAK } from '../../machines/incident/context.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { dependenciesHealthy, followsLastPass, judgeStreak, restoreList, undoOf } from '../../machines/incident/steps.ts';
import { HOUR } from '../../src/core/duration.ts';
import { settingsOf } from '../../src/controller/settings.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import type { PlanStep } from '../../src/core/model/plan.ts';
import type { Outcome } from '../../src/core/model/verdict.ts';
import { playOf } from '../crash/incident/play.ts';

const AUTH = 'netra-auth-service';
const BACKEND = 'netra-backend-staging';
const { spec } = await playOf('issue-1278');
const context = initialContext({ runId: 'run', target: 'here', startedAt: 0, settings: settingsOf(spec) });

function seeing(outcome: Outcome): IncidentContext {
  const look = { gates: { [`healthy:${AUTH}`]: { outcome, because: 'so it is' } } } as unknown as IncidentContext['look'];
  return { ...context, look };
}

function changed(service: string, revision: string): Mutation {
  const traffic = [{ latest: false, revision, percent: 100, tag: null }];
  return {
    key: `run/pin:${service}/${revision}`,
    stepId: `pin:${service}`,
    title: `Pin ${service}`,
    class: 'reversible',
    at: 1,
    outcome: 'applied',
    before: { kind: 'traffic', service, traffic, generation: '1' },
    after: { kind: 'traffic', service, traffic: [], generation: '2' },
    operation: null,
    undo: '',
  };
}

describe('what the statechart decides by', () => {
  const deploy = { change: { kind: 'deploy', service: BACKEND } } as unknown as PlanStep;

  test.each(['fail', 'inconclusive', 'error'] as const)('a dependency that is %s keeps a service from being deployed', (outcome) => {
    expect(dependenciesHealthy(seeing(outcome), deploy)).toBe(false);
  });

  test('a dependency that passes lets the service be deployed; one that was never looked at does not', () => {
    expect(dependenciesHealthy(seeing('pass'), deploy)).toBe(true);
    expect(dependenciesHealthy(context, deploy)).toBe(false);
  });

  test('a dependency whose own deploy has failed in this run keeps a service from being deployed, however well one look finds it', () => {
    const undone = { [`deploy:${AUTH}`]: { change: null, because: 'it failed' } };
    expect(dependenciesHealthy({ ...seeing('pass'), undone }, deploy)).toBe(false);
    expect(dependenciesHealthy({ ...seeing('pass'), undone: {} }, deploy)).toBe(true);
  });

  test('a dependency that anybody spoke against in the last three looks is not yet healthy', () => {
    const said = (...words: readonly ('well' | 'ill')[]) =>
      words.map((probes, at) => ({ at, services: { [AUTH]: { probes } } })) as unknown as IncidentContext['witnessed'];
    expect(dependenciesHealthy({ ...seeing('pass'), witnessed: said('ill', 'well', 'well') }, deploy)).toBe(false);
    expect(dependenciesHealthy({ ...seeing('pass'), witnessed: said('ill', 'well', 'well', 'well') }, deploy)).toBe(true);
  });

  test('a proof that is begun after the incident was handed over is not over in the instant it begins', () => {
    const at = 5 * HOUR;
    const look = { gates: { all: { outcome: 'pass', because: 'all is well' } } } as unknown as IncidentContext['look'];
    const escalation = { reason: 'validation did not pass', at, afterWindow: false } as unknown as IncidentContext['escalation'];
    const handedOver = incidentMachine.resolveState({
      value: {
        working: {
          watch: 'looking',
          runbook: { proving: 'validatingAgain' },
          escalation: { escalated: 'following' },
          operator: 'active',
          telling: 'quiet',
        },
      },
      context: { ...context, look, escalation, phaseEndsAt: { validationMs: at } },
    });
    const over = { type: `xstate.after.VALIDATION_PHASE.incident.working.runbook.proving`, at };
    const [next, actions] = transition(incidentMachine, handedOver, over as never);
    expect(next.matches({ working: { runbook: { proving: 'validating' } } })).toBe(true);
    const waits = actions.flatMap(({ params }) => {
      const { event, delay } = params as { readonly event?: { readonly type: string }; readonly delay?: number };
      return event?.type === over.type ? [delay] : [];
    });
    expect(waits).toEqual([context.settings.followForMs]);
  });

  test.each([
    { outcome: 'pass', goesTo: 'deploying' },
    { outcome: 'fail', goesTo: 'waitingForDependency' },
    { outcome: 'inconclusive', goesTo: 'waitingForDependency' },
  ] as const)('going back to a deploy with a dependency that is $outcome leads to $goesTo', ({ outcome, goesTo }) => {
    const step = { id: `deploy:${BACKEND}`, kind: 'deploy', decision: 'apply', change: { kind: 'deploy', service: BACKEND } };
    const plan = { steps: [step] } as unknown as IncidentContext['plan'];
    const paused = incidentMachine.resolveState({
      value: {
        working: { watch: 'resting', runbook: { services: 'pausing' }, escalation: 'watching', operator: 'active', telling: 'quiet' },
      },
      context: { ...seeing(outcome), plan, stepId: step.id },
    });
    const [next] = transition(incidentMachine, paused, { type: 'RETRY', by: 'ann' });
    expect(next.matches({ working: { runbook: { services: goesTo } } })).toBe(true);
  });

  test('two passing looks that nobody can have followed each other prove nothing in between', () => {
    const healthy = judgeStreak(judgeStreak(NO_STREAK, 'pass', 0), 'pass', 30_000);
    expect(judgeStreak(healthy, 'pass', 600_000, false).healthyMs).toBe(30_000);
  });

  test.each([
    { beganAfterMs: 30_000, follows: true },
    { beganAfterMs: 120_000, follows: true },
    { beganAfterMs: 121_000, follows: false },
  ])('a look that began $beganAfterMs ms after the last pass follows it: $follows, however long it took', ({ beganAfterMs, follows }) => {
    const look = { at: 1_000 + beganAfterMs } as unknown as IncidentContext['look'];
    expect(followsLastPass({ ...context, look, streak: { ...NO_STREAK, lastPassAt: 1_000 } })).toBe(follows);
  });

  test.each(['inconclusive', 'error'] as const)('time that was %s counts for nothing, and neither does the time around it', (outcome) => {
    const healthy = judgeStreak(judgeStreak(NO_STREAK, 'pass', 0), 'pass', 30_000);
    const blind = judgeStreak(healthy, outcome, 60_000);
    expect(blind.healthyMs).toBe(30_000);
    expect(judgeStreak(blind, 'pass', 90_000).healthyMs).toBe(30_000);
  });

  test('a failing look takes back all healthy time and is a relapse', () => {
    const healthy = judgeStreak(judgeStreak(NO_STREAK, 'pass', 0), 'pass', 30_000);
    expect(judgeStreak(healthy, 'fail', 60_000)).toEqual({ healthyMs: 0, lastPassAt: null, relapses: 1 });
  });

  test('what was changed last is put back first, each service to what it had before our first change', () => {
    const mutations = [changed(BACKEND, 'b-1'), changed(AUTH, 'a-1'), changed(BACKEND, 'b-2')];
    const list = restoreList({ ...context, mutations });
    expect(list.map(({ service, traffic }) => [service, traffic[0]?.revision])).toEqual([
      [AUTH, 'a-1'],
      [BACKEND, 'b-1'],
    ]);
  });

  test('bounds of instances are put back with the traffic of their service, as they were before their own first change', () => {
    const bounded = (maxInstances: number | null): Mutation => {
      const mutation = changed(BACKEND, 'b-2');
      if (mutation.before.kind !== 'traffic') throw new Error('the sample moves traffic');
      const before = { ...mutation.before, bounds: { minInstances: 0, maxInstances } };
      return { ...mutation, stepId: `instances:${BACKEND}`, before };
    };
    const mutations = [changed(BACKEND, 'b-1'), bounded(null), bounded(8)];
    expect(restoreList({ ...context, mutations })).toEqual([
      expect.objectContaining({ service: BACKEND, bounds: { minInstances: 0, maxInstances: null } }),
    ]);
    expect(restoreList({ ...context, mutations })[0]?.traffic[0]?.revision).toBe('b-1');
    expect(undoOf({ ...context, mutations }, `instances:${BACKEND}`)).toMatchObject({ bounds: { maxInstances: null } });
  });
});
