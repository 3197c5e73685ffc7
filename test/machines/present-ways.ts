import { WAY_IN } from '../../src/core/model/verdict.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { everyState, pathOf } from '../../machines/outline.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import type { Outcome } from '../../src/core/model/verdict.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from './incident-samples.ts';
import { begunTrial } from '../diagnosis/trials.ts';
import type { WalkEvent } from './walk.ts';

/** A way of the chart that opens only after several looks that agree, in the situation that opens it. */
export interface PresentWay {
  readonly way: string;
  /** Where the runbook is. */
  readonly at: unknown;
  /** Where the escalation is; absent: watching. */
  readonly escalation?: 'resting' | { readonly escalated: 'following' };
  readonly context: IncidentContext;
  readonly event: WalkEvent;
}

export const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;
const PLAN: Plan = ANSWERS.plan(STARTED_AT).find(({ steps }) =>
  steps.some(({ kind, decision }) => kind === 'deploy' && decision === 'apply'),
)!;
export const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;
const isCapacity = (id: string): boolean => !id.startsWith('deploy:');
const BASE: IncidentContext = {
  ...initialContext(INPUT),
  plan: { ...PLAN, observedAt: STARTED_AT },
  diagnosis: ANSWERS.diagnose(STARTED_AT)[0]!,
  look: { ...SAMPLE, at: T(3) },
  stepId: PLAN.steps[0]!.id,
};
export const DEPLOYING: IncidentContext = { ...BASE, stepsDone: PLAN.steps.map(({ id }) => id).filter(isCapacity) };
const gone = (context: IncidentContext): IncidentContext => ({
  ...context,
  standings: Object.fromEntries(
    PLAN.steps.map(({ id }) => [id, { word: 'gone' as const, because: 'it is well', since: T(2), at: T(3), looks: 2 }]),
  ),
});
const open = (context: IncidentContext): IncidentContext => ({ ...context, changedAt: T(9) });
const probesAlone: IncidentContext = {
  ...BASE,
  diagnosis: null,
  look: { ...SAMPLE, at: T(3), gates: { 'healthy:backend': { outcome: 'inconclusive', because: 'its probes fail' } } },
  witnessed: [T(1), T(2), T(3)].map((at) => ({
    at,
    services: { backend: { probes: 'ill', requests: 'well', deaths: 'well', platform: 'well', logs: 'silent' } },
  })),
};
const HELD = { by: 'ann', reason: 'mine', at: T(3), change: null };
export const to = (revision: string) => [{ latest: false, revision, percent: 100, tag: null }];
const record = (failed: number) => ({ lastServedAt: T(0), total: 300, failed, deaths: 0, countedUntil: T(0) });

function restoring(outcome: Outcome, [before, now]: readonly [number, number] = [300, 20]): IncidentContext {
  return {
    ...BASE,
    look: { ...SAMPLE, at: T(3), served: {}, gates: { 'healthy:backend': { outcome, because: 'so it is' } } },
    failing: { 'healthy:backend': 3 },
    expected: { connectors: {}, services: {}, traffic: { backend: to('new') } },
    revisions: { backend: { old: record(before), new: record(now) } },
    restoreQueue: [{ service: 'backend', traffic: to('old') }],
  };
}

export const RUNBOOK = 'working.runbook';
export const LOOKED: WalkEvent = { type: 'OBSERVED', at: T(3) };
export const after = (delay: string, path: string): WalkEvent => ({ type: `xstate.after.${delay}.incident.${RUNBOOK}.${path}`, at: T(30) });

/** The activity that is under way there has failed. */
export function failedAt(path: string, error: { readonly kind: string; readonly code: string }): WalkEvent {
  const invokes = everyState(incidentMachine.root).find((state) => pathOf(state) === `${RUNBOOK}.${path}`)?.invoke ?? [];
  return { type: `xstate.error.actor.${invokes.map(({ id }) => id).join()}`, at: T(4), error: { ...error, message: 'so it is' } };
}

const stale = (path: string): WalkEvent => failedAt(path, { kind: 'conflict', code: 'stale' });

const tooOften: IncidentContext = { ...BASE, conflicts: { [BASE.stepId!]: INPUT.settings.attempts } };

export function waysOf(
  path: string,
  at: unknown,
  ways: readonly (readonly [string, IncidentContext, WalkEvent?])[],
): readonly PresentWay[] {
  return ways.map(([words, context, event = LOOKED]) => ({ way: `${RUNBOOK}.${path} | ${words}`, at, context, event }));
}

function putBackWays(path: string, phase: string, own: string): readonly PresentWay[] {
  return [
    ...waysOf(`${phase}.${own}`, { [phase]: own }, [
      [`always [restoreNotNeeded] -> ${RUNBOOK}.${phase}.${own}`, restoring('pass')],
      [`always [restoreUntold] -> ${path}`, restoring('error')],
      [`always [restoreIsWorse] -> ${RUNBOOK}.awaitingOperator`, restoring('fail')],
    ]),
    ...waysOf(`${phase}.weighing`, { [phase]: 'weighing' }, [
      [`after WEIGHING -> ${RUNBOOK}.awaitingOperator`, restoring('error'), after('WEIGHING', `${phase}.weighing`)],
      [`always [restoreTold] -> ${RUNBOOK}.${phase}.${own}`, restoring('fail', [3, 200])],
    ]),
  ];
}

function reasonWays(phase: 'capacity' | 'services', context: IncidentContext): readonly PresentWay[] {
  const path = `${phase}.waitingForReason`;
  return waysOf(path, { [phase]: 'waitingForReason' }, [
    [`always [escalated] -> ${RUNBOOK}.following`, { ...open(context), escalation: { reason: 'no move left', at: T(1) } }],
    [`always [mayNotWrite] -> ${RUNBOOK}.${phase}.waitingForRelease`, { ...open(context), held: HELD }],
    [`always [mustPlanAgain] -> ${RUNBOOK}.${phase}.choosing`, { ...open(context), planAgain: true }],
    [`always [reasonKnown] -> ${RUNBOOK}.${phase}.choosing`, context],
    [`after REASON -> ${RUNBOOK}.assessing.observing`, open(context), after('REASON', path)],
  ]);
}

/** A human has taken over what the step in hand changes, and it was adopted. */
const TAKEN_OVER: IncidentContext = { ...DEPLOYING, stepId: 'deploy:auth', planAgain: true, adopted: { 'traffic:auth': T(2) } };
/** Its newest look tells of something outside that it lacks. */
const EXCUSED: IncidentContext = {
  ...DEPLOYING,
  stepId: 'deploy:auth',
  trial: begunTrial('auth', { looks: [{ at: T(3), probes: 'silent', deaths: 'silent', excused: true }] }),
};
const PIN_TAKEN_OVER: IncidentContext = { ...BASE, stepId: 'pin:backend', planAgain: true, adopted: { 'traffic:backend': T(2) } };
/** Auth was undone and is ill, and backend waits for it. */
const BEHIND_AN_UNDONE: IncidentContext = {
  ...DEPLOYING,
  stepsDone: [...DEPLOYING.stepsDone, 'deploy:auth'],
  undone: { 'deploy:auth': { change: null, because: 'it failed' } },
  look: { ...SAMPLE, at: T(3), gates: { 'healthy:auth': { outcome: 'fail', because: 'so it is' } } },
  failing: { 'healthy:auth': 2 },
};

const DIAGNOSING = `${RUNBOOK}.assessing.diagnosing`;
const ASKED = `${RUNBOOK}.awaitingOperator`;

export const PRESENT_WAYS: readonly PresentWay[] = [
  ...waysOf('assessing.awaitingApproval', { assessing: 'awaitingApproval' }, [[`OBSERVED [approvalGone] -> ${DIAGNOSING}`, gone(BASE)]]),
  ...waysOf('awaitingOperator', 'awaitingOperator', [
    [`OBSERVED [questionGone] -> ${DIAGNOSING}`, { ...BASE, otherQuestion: { id: '', looks: 2 } }],
  ]),
  ...waysOf('capacity.choosing', { capacity: 'choosing' }, [
    [`always [reasonGone] -> ${DIAGNOSING}`, gone(BASE)],
    [`always [capacityReasonOpen] -> ${RUNBOOK}.capacity.waitingForReason`, open(BASE)],
  ]),
  ...waysOf('services.choosing', { services: 'choosing' }, [
    [`always [reasonGone] -> ${DIAGNOSING}`, gone(DEPLOYING)],
    [`always [reasonOpen] -> ${RUNBOOK}.services.waitingForReason`, open(DEPLOYING)],
  ]),
  ...waysOf('services.waitingForDependency', { services: 'waitingForDependency' }, [
    [`always [reasonGone] -> ${RUNBOOK}.services.choosing`, gone(DEPLOYING)],
    [`always [triedEverythingAgreed] -> ${RUNBOOK}.services.choosing`, BEHIND_AN_UNDONE],
  ]),
  ...waysOf('capacity.retrying', { capacity: 'pausing' }, [
    [`always [mustPlanAgain] -> ${RUNBOOK}.assessing.observing`, { ...BASE, planAgain: true }, { type: 'RETRY', at: T(4) }],
  ]),
  ...(['judgingBounds', 'judgingPin'] as const).flatMap((own) =>
    waysOf(`capacity.${own}`, { capacity: own }, [[`always [takenOverByHand] -> ${RUNBOOK}.capacity.choosing`, PIN_TAKEN_OVER]]),
  ),
  ...waysOf('capacity.settling', { capacity: 'settling' }, [
    [`always [mustPlanAgain] -> ${RUNBOOK}.capacity.choosing`, { ...BASE, planAgain: true }],
  ]),
  ...waysOf('services.clearing', { services: 'waitingToShift' }, [
    [`always [mustPlanAgain] -> ${RUNBOOK}.assessing.observing`, { ...DEPLOYING, planAgain: true }],
  ]),
  ...waysOf('services.stabilizing', { services: 'stabilizing' }, [
    [
      `after STABLE_LIMIT [isHeld] -> ${RUNBOOK}.services.stabilizing`,
      { ...DEPLOYING, held: HELD },
      after('STABLE_LIMIT', 'services.stabilizing'),
    ],
  ]),
  ...waysOf('restoring.settlingBack', { restoring: 'settlingBack' }, [
    [`always [restoreProvenEscalated] -> ${RUNBOOK}.following`, { ...BASE, escalation: { reason: 'no move left', at: T(1) } }],
  ]),
  ...waysOf('services.retrying', { services: 'pausing' }, [
    [`always [mustPlanAgain] -> ${RUNBOOK}.assessing.observing`, { ...DEPLOYING, planAgain: true }, { type: 'RETRY', at: T(4) }],
    [`always -> ${RUNBOOK}.services.choosing`, { ...DEPLOYING, stepsDone: PLAN.steps.map(({ id }) => id) }, { type: 'RETRY', at: T(4) }],
  ]),
  ...waysOf('undoing.waitingForRelease', { undoing: 'waitingForRelease' }, [
    [`always [nothingToUndo] -> ${RUNBOOK}.undoing.deciding`, BASE],
  ]),
  ...(
    [
      ['probingDark', 'DARK_LIMIT'],
      ['judgingCanary', 'CANARY_LIMIT'],
      ['stabilizing', 'STABLE_LIMIT'],
    ] as const
  ).flatMap(([own, limit]) =>
    waysOf(`services.${own}`, { services: own }, [
      [`after ${limit} [trialExcused] -> ${RUNBOOK}.services.${own}`, EXCUSED, after(limit, `services.${own}`)],
    ]),
  ),
  ...['probingDark', 'judgingCanary', 'stabilizing'].flatMap((own) =>
    waysOf(`services.${own}`, { services: own }, [[`always [takenOverByHand] -> ${RUNBOOK}.services.choosing`, TAKEN_OVER]]),
  ),
  ...reasonWays('capacity', BASE),
  ...reasonWays('services', DEPLOYING),
  ...(['capacity.scalingConnector', 'capacity.boundingInstances', 'capacity.pinningTraffic', 'services.deploying'] as const).flatMap(
    (path) => {
      const [phase = '', step = ''] = path.split('.');
      return waysOf(`${path}.requesting`, { [phase]: { [step]: 'requesting' } }, [
        [`failed [failedStaleTooOften] -> ${ASKED}`, tooOften, stale(`${path}.requesting`)],
      ]);
    },
  ),
  ...waysOf('proving', { proving: 'validatingAgain' }, [
    [`OBSERVED [relapseConfirmed] -> ${DIAGNOSING}`, { ...BASE, failing: { 'healthy:backend': 3 } }],
  ]),
  ...waysOf('proving', { proving: 'validatingAgain' }, [
    [`after VALIDATION_PHASE [onlyProbesFail] -> concluding`, probesAlone, after('VALIDATION_PHASE', 'proving')],
  ]),
  ...waysOf('proving.soaking', { proving: 'soaking' }, [
    [`OBSERVED [relapseConfirmed] -> ${DIAGNOSING}`, { ...BASE, failing: { [WAY_IN]: 3 } }],
  ]),
  {
    // Behind a case, a human's wish to try again, and then a whole runbook.
    way: 'working.escalation.resting | always [recoveredWithCase] -> working.escalation.closingCase',
    at: 'proven',
    escalation: 'resting',
    context: { ...BASE, recoveryProven: true, supportCase: { name: 'cases/1', text: '', note: null } },
    event: { type: 'NOTHING', at: T(3) },
  },
  // The window of improvement waits for a human who holds a ripe step: another phase's deadline, or a hold of somebody else's, leads here.
  ...(['capacity.judgingConnector', 'services.waitingToShift'] as const).map((path): PresentWay => {
    const [phase = '', step = ''] = path.split('.');
    return {
      way: `${RUNBOOK}.${path} | always [escalated] -> ${RUNBOOK}.following`,
      at: { [phase]: step },
      escalation: { escalated: 'following' },
      context: { ...BASE, escalation: { reason: 'no improvement', at: T(1) } },
      event: { type: 'NOTHING', at: T(3) },
    };
  }),
  {
    // A human holds the run, and a step is ripe.
    way: 'working.escalation.watching | after IMPROVEMENT_WINDOW [windowWaits] -> working.escalation.watching',
    at: { capacity: 'waitingForRelease' },
    context: { ...BASE, stepId: null, held: { ...HELD, human: true } },
    event: { type: 'xstate.after.IMPROVEMENT_WINDOW.incident.working.escalation.watching', at: BASE.windowEndsAt },
  },
  {
    // People have it for want of a move, and the window passes too.
    way: 'working.escalation.escalated.following | after REST_OF_WINDOW [windowStillCounts] -> working.escalation.escalated.diagnosing',
    at: 'following',
    escalation: { escalated: 'following' },
    context: {
      ...BASE,
      look: { ...SAMPLE, at: T(3), progress: { ...SAMPLE.progress, rests: false } },
      escalation: { reason: 'no move left', at: T(1) },
      supportCase: { name: null, text: '', note: null },
    },
    event: { type: 'xstate.after.REST_OF_WINDOW.incident.working.escalation.escalated.following', at: T(30) },
  },
  ...putBackWays(`${RUNBOOK}.undoing.weighing`, 'undoing', 'deciding'),
  ...putBackWays(`${RUNBOOK}.restoring.weighing`, 'restoring', 'listing'),
];
