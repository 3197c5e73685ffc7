import { FOREIGN, FROZEN } from '../../src/core/error-codes.ts';
import type { ValidationReport } from '../../src/core/model/verdict.ts';
import type { PlanStep } from '../../src/core/model/plan.ts';
import { wayOf } from '../../src/steps/index.ts';
import { subjectFor } from '../../src/steps/subjects.ts';
import type { IncidentContext } from './context.ts';
import type { OperationEnd, PreflightAnswer } from './activities.ts';
import { failureOf } from './activity-results.ts';
import { awaitsAuthor } from './others/changes-seen.ts';
import { changedByOthers, driftOf, isAbout, isTheirs, newsOf, notedIn, toldOf } from './others/drift.ts';
import { heldByHuman } from './others/holding.ts';
import { approvalIsGone, isApproved, nextStep, questionIsGone, reasonIsGone, reasonIsOpen } from './health/present.ts';
import { yesAllows } from './people/question.ts';
import { isQuietEnough } from './health/recurring.ts';
import { onlyProbesFail } from './health/probes-alone.ts';
import { mayBeTriedOn } from './trial/refused-for-now.ts';
import { brokenAgain } from './health/relapse.ts';
import { allLeft, capacityGates, dependenciesHealthy, gateOutcome, hasRoom, currentService, serviceSettings, stepsLeft } from './steps.ts';

/** Guards on what the run remembers. Each is one question; unknown is never yes. */

interface Scope {
  readonly context: IncidentContext;
}

interface Answered extends Scope {
  readonly event: object;
}

/** Looks that a plan waits for missing evidence, before it goes on with what is agreed: five minutes at the usual tick. */
const PATIENT_LOOKS = 10;

/** Looks in a row that must show what was put back in force. */
const RESTORED_LOOKS = 3;

/**
 * I1: no write while a human holds the run, is stopping it, or Google has been called in; nor (I2) on the very look that shows a
 * change by others: what follows from that look is decided before the hold that it leads to.
 */
export const mayWrite = ({ context }: Scope): boolean =>
  context.held === null && !context.aborting && context.escalation === null && !foreignChangeSeen({ context });

export const mayNotWrite = (scope: Scope): boolean => !mayWrite(scope);

/** Putting back what we changed is allowed with a case open, never against a human. */
export const mayRestore = ({ context }: Scope): boolean => context.held === null && !context.aborting && !foreignChangeSeen({ context });

export const escalated = ({ context }: Scope): boolean => context.escalation !== null;
export const notWriting = ({ context }: Scope): boolean => !context.writing;

/** Some evidence is missing that more looks may bring: look on, for a while. */
export const planAwaitsLooks = ({ context }: Scope): boolean => context.plan?.awaits !== undefined && context.waitedLooks < PATIENT_LOOKS;
export const planAsks = ({ context }: Scope): boolean => (context.plan?.question ?? null) !== null;

/** By policy, or because a step would change what a human has changed during the run (I2). */
export const planNeedsApproval = ({ context }: Scope): boolean =>
  context.plan?.hash !== context.approvedPlan &&
  (context.plan?.steps ?? []).some(
    (step) =>
      step.decision === 'apply' &&
      !context.stepsDone.includes(step.id) &&
      !isApproved(context, step) &&
      (context.settings.approve.includes(step.class) || isTheirs(step.id, Object.keys(context.adopted))),
  );

/** Looks in a row agree that the next step is not needed any more. */
export const reasonGone = ({ context }: Scope): boolean => reasonIsGone(context);
/** Whether the next step is still needed is not known by a look since the last change. */
export const reasonOpen = ({ context }: Scope): boolean => reasonIsOpen(context) && !reasonIsGone(context);
function isOfServices(step: PlanStep | null): boolean {
  return step !== null && wayOf(step.kind).phase === 'services';
}

/** The same, where the next step is one of the capacity phase. */
export const capacityReasonOpen = (scope: Scope): boolean => !isOfServices(nextStep(scope.context)) && reasonOpen(scope);
export const reasonKnown = (scope: Scope): boolean => !reasonOpen(scope);
/** Its reason is gone: nothing is to be put back first, and looks in a row would ask something else, or nothing. */
export const questionGone = ({ context }: Scope): boolean => questionIsGone(context) && context.restoreQueue.length === 0;
export const approvalGone = ({ context }: Scope): boolean => approvalIsGone(context);
/** Agreed by looks in a row, and the run may still write. */
export const relapseConfirmed = ({ context }: Scope): boolean =>
  context.held === null && context.escalation === null && !context.aborting && brokenAgain(context).length > 0;

/** A yes counts for the plan that was looked at, and for no other. */
export const approvesThisPlan = ({ context, event }: Answered): boolean => {
  const given = 'plan' in event ? event.plan : null;
  return typeof given === 'string' && given.length >= 8 && (context.plan?.hash.startsWith(given) ?? false);
};
/** A yes would let nothing happen: the same would be asked again. */
export const yesAllowsNothing = ({ context }: Scope): boolean => context.question !== null && yesAllows(context) === null;
/** A question is answered by any yes that was not given for another plan. */
export const answersQuestion = (scope: Answered): boolean => !('plan' in scope.event) || approvesThisPlan(scope);

export const mustPlanAgain = ({ context }: Scope): boolean => context.planAgain;
/** Its traffic is a human's now: it is not judged, nor put back, by what we wanted of it. */
export const takenOverByHand = ({ context }: Scope): boolean =>
  context.planAgain && context.stepId !== null && isTheirs(context.stepId, Object.keys(context.adopted));
/** What was changed is nothing that a step of the plan is about. */
export const planStillFits = ({ context }: Scope): boolean =>
  !(context.plan?.steps ?? []).some(({ id, decision }) => decision === 'apply' && isAbout(id, context.held?.change?.subjects ?? []));
export const changeHolds = ({ context }: Scope): boolean => (context.held?.change ?? null) !== null;
/** A rollback has ended the hold. */
export const nobodyHolds = ({ context }: Scope): boolean => context.held === null;
export const isHeld = ({ context }: Scope): boolean => context.held !== null;

const named = (event: object): unknown => ('step' in event ? event.step : null);
/** The wish is about the step in hand, and no write of it is under way. */
export const skipsCurrentStep = ({ context, event }: Answered): boolean => named(event) === context.stepId && !context.writing;
export const skipsAnotherStep = ({ context, event }: Answered): boolean =>
  named(event) !== context.stepId && (context.plan?.steps ?? []).some(({ id }) => id === named(event));
export const skipsKnownStep = ({ context, event }: Answered): boolean => (context.plan?.steps ?? []).some(({ id }) => id === named(event));

export const somethingToPutBack = ({ context }: Scope): boolean =>
  context.mutations.some(({ before, outcome }) => before.kind === 'traffic' && outcome === 'applied');
/** A write under way may end first. */
export const rollbackWanted = ({ context }: Scope): boolean => context.rollback?.begun === false && !context.writing;

/** Another version had begun to put traffic back. */
export const restoreBegun = ({ context }: Scope): boolean => context.restoreQueue.length + context.restored.length > 0;
/** True before the first look only where another version has begun this run. */
export const hasChanged = ({ context }: Scope): boolean => context.mutations.length > 0 || context.unanswered.length > 0;

export const connectorLeft = ({ context }: Scope): boolean => stepsLeft(context, 'in-place').length > 0;
export const boundsLeft = ({ context }: Scope): boolean => stepsLeft(context, 'bounds').length > 0;
export const pinLeft = ({ context }: Scope): boolean => stepsLeft(context, 'traffic').length > 0;
export const deployLeft = ({ context }: Scope): boolean => stepsLeft(context, 'revision').length > 0;

export const noDeployLeft = (scope: Scope): boolean => !deployLeft(scope);

/** I3: the next deploy's dependencies are healthy by evidence. */
export const deployReady = ({ context }: Scope): boolean => {
  const next = stepsLeft(context, 'revision')[0];
  return next !== undefined && dependenciesHealthy(context, next) && hasRoom(context, next);
};

/** I4: the step in hand has a revision that became ready. */
export const revisionIsReady = ({ context }: Scope): boolean => context.revision !== null;

/** By a look that began after the last change was in force. */
export const capacitySettled = ({ context }: Scope): boolean =>
  lookIsNew({ context }) && capacityGates(context).every((gate) => gateOutcome(context, gate) === 'pass');

export const stableLongEnough = ({ context }: Scope): boolean => {
  const wanted = serviceSettings(context, currentService(context));
  return wanted !== null && context.streak.healthyMs >= wanted.healthyForMs;
};

export const relapsedTooOften = ({ context }: Scope): boolean => {
  const wanted = serviceSettings(context, currentService(context));
  return wanted !== null && context.streak.relapses >= wanted.maxRelapses;
};

export const everythingHealthy = ({ context }: Scope): boolean => context.escalation !== null && gateOutcome(context, 'all') === 'pass';
/** Nothing is ill: nobody need be called for want of an answer. */
export const allIsWell = ({ context }: Scope): boolean => gateOutcome(context, 'all') === 'pass';
/** While others' change holds the run, people have the time for an answer that every question has; then what is proven is proven. */
export const soakedLongEnough = ({ context }: Scope): boolean =>
  !heldByHuman(context) &&
  (context.held === null || (context.look?.at ?? 0) - context.held.at >= context.settings.questionWithinMs) &&
  context.streak.healthyMs >= context.settings.soakForMs &&
  isQuietEnough(context);
/** In two looks in a row; one failing look begins the soak anew and no more. */
export const soakBroken = ({ context }: Scope): boolean => gateOutcome(context, 'all') === 'fail' && (context.failing['all'] ?? 0) >= 2;
export const recoveryIsProven = ({ context }: Scope): boolean => context.recoveryProven;

/** By the looks of two windows, not by one; or nothing but our own probes speaks against a service whose users are served. */
export const goalsAgreed = (scope: Scope): boolean => (scope.context.look?.progress.rests ?? false) || onlyProbesFail(scope);
export const goalsLost = (scope: Scope): boolean => scope.context.look?.progress.rests === false && !onlyProbesFail(scope);
export { onlyProbesFail };
export { commentsWaiting, evidenceDue, mayCloseLater, mayEscalateCase } from './people/support.ts';
export { windowMoves, windowWaits } from './health/window.ts';

/** Nothing was written, nor found changed by others, since the look began. */
export const lookIsNew = ({ context }: Scope): boolean => (context.look?.at ?? 0) > context.lastWriteAt;

export const foreignChangeSeen = ({ context }: Scope): boolean => changedByOthers(context) && !leavesItToOthers(context);
/** Google is called in and nothing is left to put back: the run writes no more, so there is nothing to hold. */
export const foreignChangeNoted = ({ context }: Scope): boolean => changedByOthers(context) && leavesItToOthers(context);
const leavesItToOthers = ({ escalation, restoreQueue }: IncidentContext): boolean => escalation !== null && restoreQueue.length === 0;
/** Changed by somebody else, and none of this run's business. */
export const changeNoted = ({ context }: Scope): boolean =>
  !context.writing && lookIsNew({ context }) && notedIn(context).length > 0 && !awaitsAuthor(context);
/** What holds the run is apart from the steps that are left by now, and nothing else was changed. */
export const heldForElsewhere = ({ context }: Scope): boolean => {
  const { held } = context;
  if (held === null || held.change === null || held.human === true || allLeft(context).length === 0) return false;
  const noted: readonly string[] = notedIn(context).map(subjectFor);
  return changeNoted({ context }) && driftOf(context).length === 0 && held.change.subjects.every((subject) => noted.includes(subject));
};
/** A human has adopted, for this run, whatever this actor changes. */
export const changeOfAdopted = ({ context }: Scope): boolean => foreignChangeSeen({ context }) && isOfAdopted(context);
/** The author of what holds the run is known by now, and is one whose changes were adopted. */
export const heldForAdopted = ({ context }: Scope): boolean =>
  context.held !== null && context.held.human !== true && foreignChangeSeen({ context }) && isOfAdopted(context);
/** All of it: where several things were changed, the author of only one is told. */
const isOfAdopted = (context: IncidentContext): boolean => {
  const subjects = driftOf(context);
  return subjects.length === 1 && context.adoptsFrom.includes(toldOf(subjects, context.look?.foreignChange)?.actor ?? '');
};

/** While held: another change than the one shown, or its author is known by now. */
export const foreignChangeNews = ({ context }: Scope): boolean => {
  const shown = context.held?.change ?? null;
  if (!changedByOthers(context)) return false;
  if (shown === null || Object.values(newsOf(context, shown)).some((subjects) => subjects.length > 0)) return true;
  const actor = toldOf(driftOf(context), context.look?.foreignChange)?.actor ?? null;
  return actor !== null && context.held?.by === 'somebody else';
};

export const messagesWaiting = ({ context }: Scope): boolean => context.outbox.length > 0;
export const nothingToRestore = ({ context }: Scope): boolean => context.restoreQueue.length === 0;
export const restoreLeft = (scope: Scope): boolean => !nothingToRestore(scope);
export const restoredToProve = ({ context }: Scope): boolean => nothingToRestore({ context }) && context.restored.length > 0;
export const nothingToRestoreEscalated = (scope: Scope): boolean => nothingToRestore(scope) && escalated(scope);
/** By a look that began after the last write; not while somebody holds the run. */
export const restoredInForce = ({ context }: Scope): boolean =>
  context.held === null &&
  lookIsNew({ context }) &&
  context.restored.every(({ service }) => gateOutcome(context, `restored:${service}`) === 'pass');
export const restoreProven = ({ context }: Scope): boolean =>
  context.restored.length === 0 || (context.held === null && context.restoredLooks >= RESTORED_LOOKS);
export const restoreProvenEscalated = (scope: Scope): boolean => restoreProven(scope) && escalated(scope);
export const recoveredWithCase = ({ context }: Scope): boolean => context.recoveryProven && context.supportCase !== null;

export const caseIsOpen = ({ context }: Scope): boolean => context.supportCase?.name != null;
/** Support may answer later, or a role may be granted. */
export const caseStillWanted = ({ context }: Scope): boolean =>
  context.supportCase?.name === null && (context.supportCase.retry === 'soon' || context.supportCase.retry === 'slowly');
/** People have it, nothing has got better for the whole window, and Google has not been asked about that. */
export const windowStillCounts = ({ context }: Scope): boolean =>
  context.supportCase?.name === null && context.escalation?.afterWindow !== true && !goalsAgreed({ context });

export const endedRecovered = ({ context }: Scope): boolean => context.outcome === 'recovered';
export const endedEscalated = ({ context }: Scope): boolean => context.outcome === 'escalated';
export const endedUnreached = ({ context }: Scope): boolean => context.outcome === 'escalated-but-unreached';
export const endedRestored = ({ context }: Scope): boolean => context.outcome === 'restored';
export const endedRefused = ({ context }: Scope): boolean => context.outcome === 'refused';
export const attemptsLeft = ({ context }: Scope): boolean => context.attempts < context.settings.attempts;

/** The answer of an activity, by what it says. */
export const preflightRefused = (_: Scope, { refusals }: PreflightAnswer): boolean => refusals.length > 0;
export const operationOk = (_: Scope, { ok }: OperationEnd): boolean => ok;
export const validationPassed = (_: Scope, { verdict }: ValidationReport): boolean => verdict.outcome === 'pass';

/** The class of an activity's error decides (core/errors). Busy: somebody else's change is under way; wait and look again. */
export const failedBusy = ({ event }: Answered): boolean =>
  failureOf(event).kind === 'conflict' && failureOf(event).code.startsWith('busy');
/** Inside a freeze window: nothing was sent. */
export const failedFrozen = ({ event }: Answered): boolean => failureOf(event).code === FROZEN;
/** Somebody else has changed the resource since we last knew it: look; the look holds the run. */
export const failedForeign = ({ event }: Answered): boolean => failureOf(event).kind === 'conflict' && failureOf(event).code === FOREIGN;
/** What we meant to write no longer fits the world: observe and plan again. */
export const failedStale = ({ event }: Answered): boolean => failureOf(event).kind === 'conflict';
/** The same step has met conflicts again and again, by whichever plan: it is no use to plan it once more. */
export const failedStaleTooOften = (scope: Answered): boolean =>
  failedStale(scope) &&
  !failedForeign(scope) &&
  (scope.context.conflicts[scope.context.stepId ?? ''] ?? 0) + 1 >= scope.context.settings.attempts;
/** Worth another try: nothing was decided, or the answer was lost and the next try reads first. */
export const failedForNow = ({ context, event }: Answered): boolean =>
  context.attempts < context.settings.attempts && ['transient', 'outcome-unknown', 'fenced'].includes(failureOf(event).kind);
/**
 * Google refuses, and may not tomorrow: too many requests, an outage that outlasts the first tries, a role that is missing or has not
 * arrived everywhere (IAM access change propagation: minutes). Nothing was sent that took effect, so it is tried on, slowly and so often.
 */
export const refusedForNow = ({ context, event }: Answered): boolean =>
  mayBeTriedOn(context) && (failureOf(event).kind === 'transient' || failureOf(event).code === 'PERMISSION_DENIED');
/** The same, and a conflict too: the next try reads and checks again before it sends anything. */
export const failedForNowOrConflict = (scope: Answered & Scope): boolean =>
  failedForNow(scope) || (failedStale(scope) && scope.context.attempts < scope.context.settings.attempts);
export const failedForHuman = ({ event }: Answered): boolean => failureOf(event).kind === 'human';
