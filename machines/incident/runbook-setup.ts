import { assign, raise, setup } from 'xstate';
import type { Diagnosis } from '../../src/core/model/diagnosis.ts';
import type { RunOutcome } from '../../src/core/model/outcome.ts';
import { activities } from './activities.ts';
import { failureWords } from './activity-results.ts';
import * as assigns from './assigns.ts';
import * as budget from './people/budget.ts';
import * as escalating from './people/escalating.ts';
import * as support from './people/support.ts';
import { NO_STREAK } from './context.ts';
import type { IncidentContext, IncidentInput } from './context.ts';
import { delays } from './delays.ts';
import * as endGuards from './ending/end-guards.ts';
import { instantOf } from './events.ts';
import type { IncidentEvent } from './events.ts';
import * as guards from './guards.ts';
import * as inVain from './ending/in-vain.ts';
import * as handingBack from './ending/handing-back.ts';
import { failureAsked } from './people/left-in-force.ts';
import * as ownBounds from './trial/own-bounds.ts';
import * as puttingBack from './trial/putting-back.ts';
import { heldByHuman, holdForChange } from './others/holding.ts';
import { asked } from './people/asked-again.ts';
import * as people from './people/operator-actions.ts';
import { approvedChanges } from './health/present.ts';
import { recordLook } from './health/record-look.ts';
import { beginRelapse, setPhaseEnd } from './health/relapse.ts';
import * as weigh from './trial/weigh-restore.ts';
import * as withdrawn from './people/withdrawn.ts';
import * as saying from './people/notifying.ts';
import { soakOutcome } from './health/recurring.ts';
import type { StateMeta, Tag, TransitionMeta } from './state-meta.ts';
import { blockedWords, judgeStreak, followsLastPass, restoreList, currentService, currentStep, stepsLeft } from './steps.ts';
import { guards as shareGuards } from './trial/share-guards.ts';
import * as shares from './trial/shares.ts';
import * as trialGuards from './trial/trial-guards.ts';
import { beginTrial, noteBefore, stabilityOutcome } from './trial/trial.ts';
import * as undo from './trial/undo.ts';
import * as unproven from './health/unproven.ts';
import * as window from './health/window.ts';
import { overdue } from './trial/refused-for-now.ts';
import { giveTimeBack } from './time-away.ts';
import { approvalWords, noMoveWords, planTold, planWords, progressWords, questionWords, stillAskedWords } from './people/messages.ts';

/** Everything the phases may name. Guards and actions are pure; time comes from events. */
export const runbook = setup({
  types: {
    context: {} as IncidentContext,
    input: {} as IncidentInput,
    events: {} as IncidentEvent,
    output: {} as { outcome: RunOutcome; failure: string | null },
    tags: {} as Tag,
    meta: {} as StateMeta,
    transitionMeta: {} as TransitionMeta,
  },
  actors: activities,
  delays,
  guards: {
    ...guards,
    ...trialGuards,
    ...endGuards,
    ...puttingBack.guards,
    ...shareGuards,
    isRepetition: budget.isRepetition,
    isGoodNews: budget.isGoodNews,
    ownBoundUnneeded: ownBounds.ownBoundUnneeded,
    ownBoundUnhelped: ownBounds.ownBoundUnhelped,
    channelLacks: saying.channelLacks,
    googleCanMend: escalating.googleCanMend,
    restoreNotNeeded: weigh.restoreNotNeeded,
    restoreUntold: weigh.restoreUntold,
    restoreTold: weigh.restoreTold,
    restoreIsWorse: weigh.restoreIsWorse,
  },
  actions: {
    raiseObserved: raise(({ event }) => ({ type: 'OBSERVED' as const, at: instantOf(event) })),
    raiseEscalation: raise(({ context, event }) => ({
      type: 'ESCALATION.NEEDED' as const,
      at: instantOf(event),
      reason: context.failure ?? noMoveWords(context),
    })),

    giveTimeBack: assign(giveTimeBack),
    beginLook: assign({ lookBeganAt: ({ event }) => instantOf(event) }),
    recordLook: assign(recordLook),
    countBlindLook: assign({
      blindLooks: ({ context }) => context.blindLooks + 1,
      streak: ({ context }) => ({ ...context.streak, lastPassAt: null }),
    }),
    recordDiagnosis: assign({ diagnosis: (_, diagnosis: Diagnosis) => diagnosis }),
    awaitAnew: assign({ waitedLooks: 0 }),
    countWaitedLook: assign({ waitedLooks: ({ context }) => context.waitedLooks + 1 }),
    recordPlan: assign(assigns.recordPlan),
    recordRefusal: assign(assigns.recordRefusal),
    recordFailure: assign(assigns.recordFailure),
    noteRefusal: assign(puttingBack.noteRefusal),
    noteRestoreRefusal: assign(puttingBack.noteRestoreRefusal),
    recordStuck: assign(puttingBack.recordStuck),
    notePutBackByHand: assign(puttingBack.notePutBackByHand),
    recordChange: assign(assigns.recordChange),
    recordEnd: assign(assigns.recordEnd),
    recordBadEnd: assign(assigns.recordBadEnd),
    recordTrafficInForce: assign(assigns.recordTrafficInForce),
    recordRestore: assign(assigns.recordRestore),
    recordValidation: assign(unproven.recordValidation),
    recordCase: assign(escalating.recordCase),
    recordNoCase: assign(escalating.recordNoCase),
    recordPrepared: assign(escalating.recordPrepared),
    prepareByMemory: assign(escalating.prepareByMemory),
    handToPeople: assign(escalating.handToPeople),
    tellTextAgain: assign(escalating.tellTextAgain),
    recordYes: assign(people.recordYes),
    approvePlan: assign({
      approvedPlan: ({ context }) => context.plan?.hash ?? null,
      approvedChanges: ({ context }) => ({ ...context.approvedChanges, ...approvedChanges(context) }),
    }),
    keepServing: assign(weigh.keepServing),
    tellWeighing: assign(weigh.tellWeighing),
    rememberWeighed: assign(weigh.rememberWeighed),
    noteInForce: assign({ changedAt: ({ event }) => instantOf(event) }),
    setPhaseEnd: assign(setPhaseEnd),
    beginRelapse: assign(beginRelapse),
    forgetPlan: assign({ plan: null, standings: {} }),
    tellQuestionWithdrawn: assign(withdrawn.question),
    tellApprovalWithdrawn: assign(withdrawn.approval),
    clearAttempts: assign({ attempts: 0 }),
    noteAttempt: assign(assigns.noteAttempt),
    noteRestoreAttempt: assign(assigns.noteRestoreAttempt),
    noteConflict: assign(assigns.noteConflict),
    doubtConnector: assign(people.doubtConnector),
    beginAssessment: assign({ planAgain: false }),
    askPlanAgain: assign({ planAgain: true }),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    beginWrite: assign({ writing: true }),
    endWrite: assign(assigns.endWrite),
    takeConnectorStep: assign(({ context }) => assigns.newStep(context, stepsLeft(context, 'in-place')[0]?.id ?? null)),
    takeBoundsStep: assign(({ context }) => assigns.newStep(context, stepsLeft(context, 'bounds')[0]?.id ?? null)),
    takePinStep: assign(({ context }) => assigns.newStep(context, stepsLeft(context, 'traffic')[0]?.id ?? null)),
    takeDeployStep: assign(({ context }) => assigns.newStep(context, stepsLeft(context, 'revision')[0]?.id ?? null)),
    setConnectorDeadline: assign({ deadlineAt: ({ context, event }) => instantOf(event) + context.settings.connectorWithinMs }),
    setRevisionDeadline: assign({ deadlineAt: ({ context, event }) => instantOf(event) + context.settings.revisionWithinMs }),
    setTrafficDeadline: assign({ deadlineAt: ({ context, event }) => instantOf(event) + context.settings.trafficWithinMs }),
    finishStep: assign(assigns.finishStep),
    noteBefore: assign(noteBefore),
    beginConnectorTrial: assign(beginTrial('in-place')),
    beginBoundsTrial: assign(beginTrial('bounds')),
    beginPinTrial: assign(beginTrial('traffic')),
    beginDarkTrial: assign(beginTrial('dark')),
    beginCanaryTrial: assign(beginTrial('canary')),
    beginWholeTrial: assign(beginTrial('all')),
    endTrial: assign({ trial: null }),
    firstShare: assign(shares.firstShare),
    nextShare: assign(shares.nextShare),
    rememberUncounted: assign(shares.rememberUncounted),
    askShare: assign({ question: shares.shareQuestion }),
    beginUndo: assign(undo.beginUndo),
    recordUndo: assign(undo.recordUndo),
    finishUndo: assign(undo.finishUndo),
    rememberWorse: assign(undo.rememberWorse),
    tellNotWorse: assign(undo.tellNotWorse),
    tellUnseen: assign(undo.tellUnseen),
    tellExcused: assign(undo.tellExcused),
    tellUncounted: assign(undo.tellUncounted),
    clearStreak: assign({ streak: NO_STREAK }),
    judgeStability: assign({
      streak: ({ context, event }) =>
        context.held === null
          ? judgeStreak(context.streak, stabilityOutcome(context), instantOf(event), followsLastPass(context))
          : { ...context.streak, healthyMs: 0, lastPassAt: null },
    }),
    judgeSoak: assign({
      streak: ({ context, event }) =>
        !heldByHuman(context) ? judgeStreak(context.streak, soakOutcome(context), instantOf(event), followsLastPass(context)) : NO_STREAK,
    }),
    beginInVain: assign(inVain.beginInVain),
    endInVain: assign({ inVainSince: null }),
    listRestores: assign({ restoreQueue: ({ context }) => restoreList(context), restored: [], restoredLooks: 0 }),
    leaveToOthers: assign({ restoreQueue: [], stepId: null }),
    countRestoredLook: assign(people.countRestoredLook),
    clearRestoredLooks: assign({ restoredLooks: 0 }),
    proveRecovery: assign({ recoveryProven: true }),
    rememberRelapses: assign({
      failure: ({ context }) =>
        `${currentService(context)} was not stable: it was healthy and failed again ${context.streak.relapses} times`,
    }),
    rememberUnstable: assign({
      failure: ({ context }) => `${currentService(context)} did not stay healthy long enough before its deadline`,
    }),
    rememberTried: assign({ failure: ({ context }) => handingBack.triedWords(context) }),
    rememberOthers: assign({ failure: ({ context }) => handingBack.othersWords(context) }),
    rememberUntold: assign({
      failure: ({ context }) =>
        `whether ${currentStep(context)?.title ?? 'the step'} made it worse could not be told: ${context.trial?.because ?? 'nothing was seen'}`,
    }),
    rememberOverdue: assign({ failure: ({ context }, params: { readonly what: string }) => overdue(context, params.what) }),
    rememberUnproven: assign({ failure: ({ context }) => unproven.overdueWords(context) }),
    rememberBlocked: assign({ failure: ({ context }) => blockedWords(context) }),
    takeOwnBound: assign(ownBounds.takeOwnBound),
    rememberOwnBound: assign(ownBounds.rememberOwnBound),
    rememberUnanswered: assign({ failure: 'nobody answered in time' }),
    tellQuestionAgain: assign(({ context }) => assigns.tell(context, stillAskedWords(context))),
    rememberRejection: assign({
      failure: ({ event }) => (event.type === 'REJECT' ? `rejected by ${event.by}: ${event.reason}` : 'nobody answered in time'),
    }),
    rememberUnsettled: assign({ failure: 'what was put back could not be seen in force' }),
    rememberBlindness: assign({ failure: 'the environment could not be seen' }),
    closeQuestion: assign({ question: null }),
    forgetQuestion: assign({ question: null, otherQuestion: null, plan: null, failure: null }),
    moveWindow: assign(window.moveWindow),
    letWindowWait: assign(window.letWindowWait),
    beginRest: assign(window.beginRest),
    endRest: assign(window.endRest),
    decideNoImprovement: assign(escalating.decideNoImprovement),
    decideEscalation: assign(escalating.decideEscalation),
    dueComment: assign(support.dueComment),
    tellCasePhase: assign(support.tellCasePhase),
    shiftComment: assign(support.shiftComment),
    recordEvidence: assign(support.recordEvidence),
    recordReading: assign(support.recordReading),
    recordEscalated: assign(support.recordEscalated),
    countAway: assign(support.countAway),
    recordNotClosed: assign(support.recordNotClosed),
    recordClosed: assign(support.recordClosed),
    hold: assign(people.hold),
    holdForChange: assign(holdForChange),
    noteForeignChange: assign(people.noteForeignChange),
    noteElsewhere: assign(people.noteElsewhere),
    releaseElsewhere: assign(people.releaseElsewhere),
    adoptFrom: assign(people.adoptFrom),
    release: assign(people.release),
    rememberSkip: assign(people.rememberSkip),
    newRound: assign(people.newRound),
    workAgain: assign(people.workAgain),
    wantRollback: assign(people.wantRollback),
    beginRollback: assign(people.beginRollback),
    beginQuestion: assign(people.beginQuestion),
    endQuestion: assign(people.endQuestion),
    beginAbort: assign({
      aborting: true,
      failure: ({ event }) => (event.type === 'ABORT' ? `aborted by ${event.by}: ${event.reason}` : 'held too long without an answer'),
    }),

    ask: assign({
      question: ({ context, event }) =>
        asked(context, context.plan?.question ?? { id: 'failure', text: failureAsked(context), evidence: [] }, instantOf(event)),
    }),
    tellQuestion: assign(({ context }) => assigns.tell(context, questionWords(context))),
    tellApproval: assign(({ context }) => assigns.tell(context, approvalWords(context))),
    tellWrongPlan: assign(people.tellWrongPlan),
    tellFreeze: assign(({ context, event }) => assigns.tell(context, `${context.target}: ${failureWords(event)}`)),
    tellPlan: assign(({ context }) => {
      const told = planTold(context);
      return told === context.toldPlan ? {} : { ...assigns.tell(context, planWords(context)), toldPlan: told };
    }),
    tellProgress: assign(({ context }) => assigns.tell(context, progressWords(context))),
    tellRestoring: assign(people.tellRestoring),
    foldMessage: assign(budget.foldMessage),
    carryMessage: assign(budget.carryMessage),
    beginNotification: assign(saying.beginNotification),
    recordTold: assign(saying.recordTold),
    noteUndelivered: assign(saying.noteUndelivered),
    recordLastWords: assign(escalating.recordLastWords),

    endRecovered: assign({ outcome: 'recovered' as const }),
    endEscalated: assign({ outcome: 'escalated' as const }),
    endRestored: assign({ outcome: 'restored' as const }),
    endAborted: assign({ outcome: 'aborted' as const }),
    endRefused: assign({ outcome: 'refused' as const }),
  },
});
