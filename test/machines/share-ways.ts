import type { IncidentContext } from '../../machines/incident/context.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { everyState, pathOf } from '../../machines/outline.ts';
import type { Trial } from '../../src/core/model/trial.ts';
import { begunTrial } from '../diagnosis/trials.ts';
import { ENDS, MINUTE, STARTED_AT } from './incident-samples.ts';
import { after, DEPLOYING, RUNBOOK, SAMPLE, T, waysOf } from './present-ways.ts';
import type { PresentWay } from './present-ways.ts';
import type { WalkEvent } from './walk.ts';

/** Traffic that goes by shares that the document names, each way in the situation that opens it. */

const SHIFT = [10, 50, 100];
const PLAN = DEPLOYING.plan!;

/** A tenth of the users is on the revision of the step, and few have called. */
function sharing(stepId: 'pin:backend' | 'deploy:auth', seen: Partial<Trial> = {}): IncidentContext {
  const service = stepId.split(':')[1]!;
  const steps = PLAN.steps.map((step) =>
    step.id === stepId && step.change !== null ? { ...step, change: { ...step.change, shift: SHIFT } } : step,
  );
  return {
    ...DEPLOYING,
    stepsDone: [],
    plan: { ...PLAN, steps },
    stepId,
    revision: 'new',
    share: 10,
    trial: begunTrial(service, { stepId, asked: true, share: 10, looks: [{ at: T(3), probes: 'well', deaths: 'well' }], ...seen }),
  };
}

const HELD = { by: 'ann', reason: 'mine', at: T(3), change: null };
const PIN = sharing('pin:backend');
const DEPLOY = sharing('deploy:auth');
const said = (type: string, more: object = {}): WalkEvent => ({ type, by: 'ann', at: T(4), ...more });
const theirs = (context: IncidentContext, service: string): IncidentContext => ({
  ...context,
  planAgain: true,
  adopted: { [`traffic:${service}`]: T(2) },
});
const concluding = (context: IncidentContext, conclusion: Trial['conclusion']): IncidentContext => ({
  ...context,
  trial: { ...context.trial!, conclusion },
});
const silent = (context: IncidentContext): IncidentContext => ({
  ...context,
  trial: { ...context.trial!, looks: [{ at: T(3), probes: 'silent', deaths: 'silent' }] },
});
const excused = (context: IncidentContext): IncidentContext => ({
  ...context,
  trial: { ...context.trial!, looks: [{ at: T(3), probes: 'silent', deaths: 'silent', excused: true }] },
});
const ill = (context: IncidentContext): IncidentContext => ({ ...context, trial: { ...context.trial!, worseLooks: 1 } });
const usual = (context: IncidentContext): IncidentContext => {
  const { asked: _asked, ...trial } = context.trial!;
  return { ...context, trial };
};
/** Held for a change by others that has proved well. */
const wellWhileHeld = (context: IncidentContext): IncidentContext => ({
  ...context,
  held: {
    by: 'ann',
    reason: 'changed',
    at: T(1),
    change: { subjects: ['service:auth'], touches: ['traffic:auth'], seen: SAMPLE.configuration, toldAt: T(2) },
  },
  look: { ...SAMPLE, at: T(3), gates: { all: { outcome: 'pass', because: 'all is well' } } },
});

/** What is awaited there has ended well. */
function doneAt(path: string): WalkEvent {
  const invokes = everyState(incidentMachine.root).find((state) => pathOf(state) === `${RUNBOOK}.${path}`)?.invoke ?? [];
  return {
    type: `xstate.done.actor.${invokes.map(({ id }) => id).join()}`,
    at: STARTED_AT + 4 * MINUTE,
    output: ENDS.find(({ ok }) => ok),
  };
}

function limitWays(path: string, at: object, context: IncidentContext): readonly PresentWay[] {
  const limit = after('CANARY_LIMIT', path);
  return waysOf(path, at, [
    [`after SHARE_UNCOUNTED [shareUncounted] -> (stays)`, context, after('SHARE_UNCOUNTED', path)],
    [`after CANARY_LIMIT [isHeld] -> ${RUNBOOK}.${path}`, { ...context, held: HELD }, limit],
    [`after CANARY_LIMIT [trialExcused] -> ${RUNBOOK}.${path}`, excused(context), limit],
    [`after CANARY_LIMIT [trialSawNothing] -> ${RUNBOOK}.${path}`, silent(context), limit],
    [`after CANARY_LIMIT [shareUncounted] -> ${RUNBOOK}.awaitingShare`, context, limit],
    [`after CANARY_LIMIT [trialAwaitsFigures] -> ${RUNBOOK}.${path}`, usual(context), limit],
    [`after CANARY_LIMIT -> ${RUNBOOK}.undoing`, ill(context), limit],
  ]);
}

export const SHARE_WAYS: readonly PresentWay[] = [
  ...waysOf('capacity.pinningTraffic.applying', { capacity: { pinningTraffic: 'applying' } }, [
    [`done [canaryInForce] -> ${RUNBOOK}.capacity.judgingPinShare`, PIN, doneAt('capacity.pinningTraffic.applying')],
  ]),
  ...limitWays('capacity.judgingPinShare', { capacity: 'judgingPinShare' }, PIN),
  ...limitWays('services.judgingCanary', { services: 'judgingCanary' }, DEPLOY),
  ...waysOf('capacity.judgingPinShare', { capacity: 'judgingPinShare' }, [
    [`always [takenOverByHand] -> ${RUNBOOK}.capacity.choosing`, theirs(PIN, 'backend')],
    [`always [wellWhileHeld] -> ${RUNBOOK}.proving`, wellWhileHeld(PIN)],
    [`always [trialFailed] -> ${RUNBOOK}.undoing`, concluding(PIN, 'worse')],
    [`always [trialPassed] -> ${RUNBOOK}.capacity.clearingPin`, concluding(PIN, 'not-worse')],
  ]),
  ...waysOf('capacity.clearingPin', { capacity: 'judgingPinShare' }, [
    [`always [escalated] -> ${RUNBOOK}.following`, { ...concluding(PIN, 'not-worse'), escalation: { reason: 'no move left', at: T(1) } }],
    [`always [mayNotWrite] -> ${RUNBOOK}.capacity.waitingToPin`, { ...concluding(PIN, 'not-worse'), held: HELD }],
    [`always [mustPlanAgain] -> ${RUNBOOK}.assessing.observing`, { ...concluding(PIN, 'not-worse'), planAgain: true }],
    [`always -> ${RUNBOOK}.capacity.pinningTraffic`, concluding(PIN, 'not-worse')],
  ]),
  ...waysOf('capacity.waitingToPin', { capacity: 'waitingToPin' }, [
    [`always [escalated] -> ${RUNBOOK}.following`, { ...PIN, escalation: { reason: 'no move left', at: T(1) } }],
    [`always [wellWhileHeld] -> ${RUNBOOK}.proving`, wellWhileHeld(PIN)],
    [`always [mayWrite] -> ${RUNBOOK}.capacity.clearingPin`, PIN],
  ]),
  ...waysOf('awaitingShare', 'awaitingShare', [
    [`always [escalated] -> ${RUNBOOK}.following`, { ...DEPLOY, escalation: { reason: 'no move left', at: T(1) } }],
    [`always [takenOverByHand] -> ${RUNBOOK}.assessing.observing`, theirs(DEPLOY, 'auth')],
    [`always [wellWhileHeld] -> ${RUNBOOK}.proving`, wellWhileHeld(DEPLOY)],
    [`always [trialFailed] -> ${RUNBOOK}.undoing`, concluding(DEPLOY, 'failing')],
    [`always [passedPin] -> ${RUNBOOK}.capacity.clearingPin`, concluding(PIN, 'not-worse')],
    [`always [trialPassed] -> ${RUNBOOK}.services.clearing`, concluding(DEPLOY, 'not-worse')],
    [`APPROVE [answersPinShare] -> ${RUNBOOK}.capacity.clearingPin`, PIN, said('APPROVE')],
    [`APPROVE [answersQuestion] -> ${RUNBOOK}.services.clearing`, DEPLOY, said('APPROVE')],
    [`APPROVE -> (stays)`, DEPLOY, said('APPROVE', { plan: 'another one' })],
    [`RETRY [currentlyPinning] -> ${RUNBOOK}.capacity.judgingPinShare`, PIN, said('RETRY')],
    [`RETRY -> ${RUNBOOK}.services.judgingCanary`, DEPLOY, said('RETRY')],
    [`SKIP [skipsCurrentStep] -> ${RUNBOOK}.undoing`, DEPLOY, said('SKIP', { step: 'deploy:auth', reason: 'not now' })],
    [`SKIP [skipsAnotherStep] -> (stays)`, DEPLOY, said('SKIP', { step: 'deploy:backend', reason: 'not now' })],
    [`REJECT -> concluding`, DEPLOY, said('REJECT', { reason: 'no' })],
    [`after ASK_AGAIN -> (stays)`, DEPLOY, after('ASK_AGAIN', 'awaitingShare')],
    [`after QUESTION -> ${RUNBOOK}.following`, DEPLOY, after('QUESTION', 'awaitingShare')],
  ]),
];
