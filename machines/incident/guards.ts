import type { IncidentContext } from './context.ts';
import { answerOf, failureOf } from './answers.ts';
import { capacityGates, dependenciesHealthy, gateOutcome, serviceInHand, serviceSettings, stepsLeft } from './steps.ts';

/** Guards on what the run remembers. Each is one question; unknown is never yes. */

interface Scope {
  readonly context: IncidentContext;
}

interface Answered extends Scope {
  readonly event: object;
}

/** Tries of one activity before its failure counts. */
const ATTEMPTS = 8;

/** I1: no write while a human holds the run, is stopping it, or Google has been called in. */
export const mayWrite = ({ context }: Scope): boolean => context.held === null && !context.aborting && context.escalation === null;

export const mayNotWrite = (scope: Scope): boolean => !mayWrite(scope);

/** Putting back what we changed is allowed with a case open, never against a human. */
export const mayRestore = ({ context }: Scope): boolean => context.held === null && !context.aborting;

export const escalated = ({ context }: Scope): boolean => context.escalation !== null;
export const notWriting = ({ context }: Scope): boolean => !context.writing;

export const planAsks = ({ context }: Scope): boolean => (context.plan?.question ?? null) !== null;

export const planNeedsApproval = ({ context }: Scope): boolean =>
  context.plan?.hash !== context.approvedPlan &&
  (context.plan?.steps ?? []).some((step) => step.decision === 'apply' && context.settings.approve.includes(step.class));

export const connectorLeft = ({ context }: Scope): boolean => stepsLeft(context, 'connector').length > 0;
export const pinLeft = ({ context }: Scope): boolean => stepsLeft(context, 'pin').length > 0;
export const deployLeft = ({ context }: Scope): boolean => stepsLeft(context, 'deploy').length > 0;

/** I3: the next deploy's dependencies are healthy by evidence. */
export const deployReady = ({ context }: Scope): boolean => {
  const next = stepsLeft(context, 'deploy')[0];
  return next !== undefined && dependenciesHealthy(context, next);
};

/** I4: the step in hand has a revision that became ready. */
export const revisionIsReady = ({ context }: Scope): boolean => context.revision !== null;

/** By a look that began after the last change was in force. */
export const capacitySettled = ({ context }: Scope): boolean =>
  (context.look?.at ?? 0) > context.lastWriteAt && capacityGates(context).every((gate) => gateOutcome(context, gate) === 'pass');

export const stableLongEnough = ({ context }: Scope): boolean => {
  const wanted = serviceSettings(context, serviceInHand(context));
  return wanted !== null && context.streak.healthyMs >= wanted.healthyForMs;
};

export const relapsedTooOften = ({ context }: Scope): boolean => {
  const wanted = serviceSettings(context, serviceInHand(context));
  return wanted !== null && context.streak.relapses >= wanted.maxRelapses;
};

export const everythingHealthy = ({ context }: Scope): boolean => context.escalation !== null && gateOutcome(context, 'all') === 'pass';
export const soakedLongEnough = ({ context }: Scope): boolean => context.streak.healthyMs >= context.settings.soakForMs;
export const soakBroken = ({ context }: Scope): boolean => gateOutcome(context, 'all') === 'fail';
export const recoveryIsProven = ({ context }: Scope): boolean => context.recoveryProven;

export const goalsMet = ({ context }: Scope): boolean => context.look?.progress.goalsMet ?? false;
export const goalsMissed = ({ context }: Scope): boolean => !(context.look?.progress.goalsMet ?? false);
export const improved = ({ context }: Scope): boolean => context.look?.progress.improved ?? false;

/** I2: a change we did not make. A look that began before our own last write ended proves nothing. */
export const foreignChangeSeen = ({ context }: Scope): boolean =>
  context.look?.foreignChange != null && !context.writing && context.look.at > context.lastWriteAt;

export const messagesWaiting = ({ context }: Scope): boolean => context.outbox.length > 0;
export const commentsWaiting = ({ context }: Scope): boolean => context.commentsDue.length > 0 && context.supportCase?.name != null;
export const nothingToRestore = ({ context }: Scope): boolean => context.restoreQueue.length === 0;
export const nothingToRestoreEscalated = (scope: Scope): boolean => nothingToRestore(scope) && escalated(scope);

export const endedRecovered = ({ context }: Scope): boolean => context.outcome === 'recovered';
export const endedEscalated = ({ context }: Scope): boolean => context.outcome === 'escalated';
export const endedRestored = ({ context }: Scope): boolean => context.outcome === 'restored';
export const endedRefused = ({ context }: Scope): boolean => context.outcome === 'refused';
export const attemptsLeft = ({ context }: Scope): boolean => context.attempts < ATTEMPTS;

/** The answer of an activity, by what it says. Each is asked only on that activity's own answer. */
export const preflightRefused = ({ event }: Answered): boolean => answerOf<'preflight'>(event).refusals.length > 0;
export const operationOk = ({ event }: Answered): boolean => answerOf<'awaitConnector'>(event).ok;
export const validationPassed = ({ event }: Answered): boolean => answerOf<'validate'>(event).verdict.outcome === 'pass';

/** The class of an activity's error decides (core/errors). Busy: somebody else's change is under way; wait and look again. */
export const failedBusy = ({ event }: Answered): boolean =>
  failureOf(event).kind === 'conflict' && failureOf(event).code.startsWith('busy');
/** What we meant to write no longer fits the world: observe and plan again. */
export const failedStale = ({ event }: Answered): boolean => failureOf(event).kind === 'conflict';
/** Worth another try: nothing was decided, or the answer was lost and the next try reads first. */
export const failedForNow = ({ context, event }: Answered): boolean =>
  context.attempts < ATTEMPTS && ['transient', 'outcome-unknown', 'fenced'].includes(failureOf(event).kind);
export const caseFailedForNow = ({ context, event }: Answered): boolean =>
  context.caseAttempts < ATTEMPTS && ['transient', 'outcome-unknown', 'fenced'].includes(failureOf(event).kind);
export const failedForHuman = ({ event }: Answered): boolean => failureOf(event).kind === 'human';
