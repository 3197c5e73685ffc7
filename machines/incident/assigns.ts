import { changeKeyOf } from '../../src/core/change-key.ts';
import { FOREIGN } from '../../src/core/error-codes.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import { nameIn } from '../../src/steps/index.ts';
import { isRestore, putsBack, restoreId } from '../../src/steps/put-back.ts';
import { isOfService, serviceIn, subjectOfChange } from '../../src/steps/subjects.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import { failureOf, failureWords } from './activity-results.ts';
import type { ChangeStarted, Expected, OperationEnd, PreflightAnswer, RestoreAnswer } from './activities.ts';
import { NO_STREAK } from './context.ts';
import type { IncidentContext } from './context.ts';
import { instantOf } from './events.ts';
import { servedIn } from './trial/helped.ts';
import { isRefused } from './trial/refused-for-now.ts';
import { movesUsers } from './trial/moves-users.ts';
import { gateOutcome, currentService, currentStep } from './steps.ts';
import { stepDoneWords } from './people/messages.ts';

/** How the run remembers the answers of its activities. Pure: context and event in, changed part of the context out. */

interface Remembering {
  readonly context: IncidentContext;
}

interface Scope extends Remembering {
  readonly event: object;
}

type Change = Partial<IncidentContext>;

const COMMENT_LIMIT = 20;

/** A step that is left out because its reason is gone is told once. */
export function recordPlan({ context }: Remembering, plan: Plan): Change {
  const known = new Set(context.plan?.steps.filter(({ notNeededSince }) => notNeededSince !== undefined).map(({ id }) => id));
  const left = plan.steps.filter(({ id, notNeededSince }) => notNeededSince !== undefined && !known.has(id));
  return {
    plan,
    waitedLooks: plan.awaits === undefined ? 0 : context.waitedLooks,
    outbox: [...context.outbox, ...left.map(({ title, reason }) => `${context.target}: left out: ${title}: ${reason}`)],
  };
}

/** A step that Google goes on refusing is the same one when a look between two tries has had it planned again: its tries are counted on. */
export function newStep(context: IncidentContext, stepId: string | null): Change {
  return {
    stepId,
    operation: null,
    changeKey: null,
    revision: null,
    attempts: context.refused?.stepId === stepId ? context.refused.attempts : 0,
    streak: NO_STREAK,
    beforeStep: null,
    trial: null,
    share: 0,
  };
}

/** A try of a write failed. Unless it is known that nothing was sent, the next try must reckon with it being in force. */
export function noteAttempt(scope: Scope): Change {
  return { attempts: scope.context.attempts + 1, unanswered: doubtful(scope, scope.context.stepId) };
}

/** The same for putting back; somebody else's change is no try of ours. */
export function noteRestoreAttempt(scope: Scope): Change {
  const { restoreQueue, attempts, unanswered, runId } = scope.context;
  const step = restoreId(restoreQueue[0]?.service ?? '');
  if (failureOf(scope.event).code === FOREIGN) return { unanswered: unanswered.filter((key) => !key.startsWith(`${runId}/${step}/`)) };
  return { attempts: attempts + 1, unanswered: doubtful(scope, step) };
}

/**
 * The world is not what the step was planned for. Where somebody else has changed it, what we may have sent is no longer what
 * counts, and a look that began before is too old to plan on.
 */
export function noteConflict(scope: Scope): Change {
  const { context, event } = scope;
  const { unanswered, runId, stepId } = context;
  const conflicts = { ...context.conflicts, [stepId ?? '']: (context.conflicts[stepId ?? ''] ?? 0) + 1 };
  if (failureOf(event).code !== FOREIGN) return { conflicts, unanswered: doubtful(scope, stepId) };
  return { unanswered: unanswered.filter((key) => !key.startsWith(`${runId}/${stepId}/`)), lastWriteAt: instantOf(event) };
}

const NOT_SENT = ['transient', 'fenced', 'conflict', 'human'];

/** The failure of a write says that nothing was sent, or that Google has refused it. Everything else, silence too, may have been. */
function wasNotSent(event: object): boolean {
  const { kind, code } = failureOf(event);
  return 'error' in event && (code === 'PERMISSION_DENIED' || (NOT_SENT.includes(kind) && code !== 'busy-maybe-ours'));
}

/** A write is over: looks that began before are about the world before it, unless it is known that nothing was sent. */
export function endWrite({ context, event }: Scope): Change {
  return { writing: false, lastWriteAt: wasNotSent(event) ? context.lastWriteAt : instantOf(event) };
}

export function doubtful({ context, event }: Scope, stepId: string | null): readonly string[] {
  const { unanswered, runId, plan, round } = context;
  if (wasNotSent(event) || stepId === null) return unanswered;
  const key = changeKeyOf({ runId, stepId, planHash: plan?.hash ?? '', round });
  return unanswered.includes(key) ? unanswered : [...unanswered, key];
}

/** A write has been sent and answered: what changed, by which operation, and that it was ours. */
export function recordChange({ context }: Remembering, { mutation, operation }: ChangeStarted): Change {
  return {
    operation,
    changeKey: mutation.key,
    attempts: 0,
    ...(isRefused(context) ? { failure: null, refused: null } : {}),
    unanswered: answered(context, mutation.stepId),
    mutations: remembered(context.mutations, { ...mutation, ill: illNow(context), ...servedBefore(context, mutation) }),
    expected: expectedAfter(context.expected, mutation),
    intended: intendedAfter(context.intended, mutation),
    servingSince: servingSinceAfter(context.servingSince, mutation),
  };
}

function illNow(context: IncidentContext): readonly string[] {
  return context.settings.services.map(({ name }) => name).filter((name) => gateOutcome(context, `healthy:${name}`) === 'fail');
}

function servedBefore({ beforeStep }: IncidentContext, { after }: Mutation): Pick<Mutation, 'served'> {
  const served = servedIn(beforeStep, serviceIn(after));
  return served === null ? {} : { served };
}

function answered({ unanswered, runId }: IncidentContext, stepId: string): readonly string[] {
  return unanswered.filter((key) => !key.startsWith(`${runId}/${stepId}/`));
}

function remembered(mutations: readonly Mutation[], mutation: Mutation): readonly Mutation[] {
  // Found in force by its own key it is still the change that was sent, with what there was before.
  const sent = mutations.find(({ key, outcome, end }) => key === mutation.key && outcome === 'applied' && end !== 'put-back');
  if (mutation.outcome === 'already' && sent !== undefined) return mutations;
  return [...mutations.filter(({ key }) => key !== mutation.key), mutation];
}

function expectedAfter(expected: Expected | null, { after, stepId }: Mutation): Expected {
  const known = expected ?? { connectors: {}, services: {} };
  if (!isOfService(after)) return { ...known, connectors: { ...known.connectors, [nameIn(stepId)]: after.config } };
  const { [after.service]: _before, ...others } = known.traffic ?? {};
  const traffic = after.traffic === undefined ? others : { ...others, [after.service]: after.traffic };
  const { [after.service]: settings, ...otherSettings } = known.content ?? {};
  // A deploy and new bounds make other settings: they are learnt from the next look. Moving traffic leaves them as they are.
  const isSame = after.kind === 'traffic' && after.bounds === undefined;
  const content = isSame && settings !== undefined ? { ...otherSettings, [after.service]: settings } : otherSettings;
  return { ...known, services: { ...known.services, [after.service]: after.generation }, traffic, content };
}

function intendedAfter(intended: IncidentContext['intended'], { stepId, after }: Mutation): IncidentContext['intended'] {
  // Bounds leave the traffic as it is: nothing is meant by it.
  if (after.kind !== 'traffic' || (after.bounds !== undefined && !isRestore(stepId))) return intended;
  const whole = after.traffic.find((target) => target.percent === 100);
  const { [after.service]: _before, ...others } = intended;
  return whole?.revision ? { ...others, [after.service]: whole.revision } : others;
}

/** `connector:NAME` is the key of a connector: its older figures are about the old one. */
function servingSinceAfter(since: IncidentContext['servingSince'], mutation: Mutation): IncidentContext['servingSince'] {
  if (mutation.outcome === 'already') return since;
  const service = serviceIn(mutation.after);
  return service === null || movesUsers(mutation) ? { ...since, [service ?? subjectOfChange(mutation)]: mutation.at } : since;
}

/** The operation has ended: the revision it made. */
export function recordEnd({ context }: Remembering, { revision }: OperationEnd): Change {
  return {
    revision: revision ?? context.revision,
    mutations: withEnd(context.mutations, context.changeKey, { end: 'in-force' }),
  };
}

/** What became of the change that was sent under `key`. */
export function withEnd(mutations: readonly Mutation[], key: string | null, end: Pick<Mutation, 'end' | 'problem'>): readonly Mutation[] {
  return mutations.map((mutation) => (mutation.key === key ? { ...mutation, ...end } : mutation));
}

export function recordBadEnd(scope: Remembering, end: OperationEnd): Change {
  const { reason, message } = end;
  const { mutations, changeKey } = scope.context;
  return {
    ...recordEnd(scope, end),
    mutations: withEnd(mutations, changeKey, { end: 'failed', problem: `${reason ?? 'unknown'}: ${message ?? 'no message'}` }),
    failure: `${currentStep(scope.context)?.title ?? 'a step'} failed: ${reason ?? 'unknown'}: ${message ?? 'no message'}`,
  };
}

/** Traffic is in force from now on: older evidence is not about this revision. */
export function recordTrafficInForce(scope: Scope, end: OperationEnd): Change {
  const service = currentService(scope.context);
  const at = instantOf(scope.event);
  return { ...recordEnd(scope, end), changedAt: at, servingSince: { ...scope.context.servingSince, [service]: at }, streak: NO_STREAK };
}

export function recordRestore({ context, event }: Scope, { mutation, note }: RestoreAnswer): Change {
  const { after } = mutation;
  const back = after.kind === 'traffic' ? [backOf(after)] : [];
  const isOther = ({ service }: { readonly service: string }): boolean => service !== back[0]?.service;
  return {
    attempts: 0,
    unanswered: answered(context, mutation.stepId),
    mutations: remembered(putBack(context.mutations, mutation), { ...mutation, end: 'in-force' }),
    expected: expectedAfter(context.expected, mutation),
    intended: intendedAfter(context.intended, mutation),
    servingSince: servingSinceAfter(context.servingSince, mutation),
    restoreQueue: context.restoreQueue.filter(isOther),
    restored: [...context.restored.filter(isOther), ...back],
    restoredLooks: 0,
    changedAt: movesUsers(mutation) ? instantOf(event) : context.changedAt,
    outbox: [...context.outbox, `${context.target}: ${mutation.title}${note === null ? '' : ` (${note})`}.`],
  };
}

function backOf({ service, traffic, bounds }: Extract<Mutation['after'], { kind: 'traffic' }>): IncidentContext['restored'][number] {
  return bounds === undefined ? { service, traffic } : { service, traffic, bounds };
}

/** Where the traffic of a service is put back, what moved it before is no longer in force. */
function putBack(mutations: readonly Mutation[], back: Mutation): readonly Mutation[] {
  return mutations.map((mutation) => {
    const isMoved = mutation.after.kind === 'traffic' && putsBack(back, mutation);
    return isMoved && mutation.end !== 'failed' && mutation.outcome === 'applied' ? { ...mutation, end: 'put-back' } : mutation;
  });
}

export function recordFailure({ context, event }: Scope): Change {
  return { failure: `${currentStep(context)?.title ?? 'the run'}: ${failureWords(event)}`, attempts: 0 };
}

export function recordRefusal(_: Remembering, { refusals }: PreflightAnswer): Change {
  return { failure: refusals.map(({ check, why, fix }) => `${check}: ${why} Fix: ${fix}`).join(' · ') };
}

export function finishStep({ context, event }: Scope): Change {
  const words = stepDoneWords(context);
  return {
    lastWriteAt: Math.max(context.lastWriteAt, instantOf(event)),
    stepsDone: context.stepId === null ? context.stepsDone : [...context.stepsDone, context.stepId],
    outbox: [...context.outbox, words],
    commentsDue: context.escalation === null ? context.commentsDue : [...context.commentsDue, words].slice(-COMMENT_LIMIT),
  };
}

export function tell(context: IncidentContext, words: string): Change {
  return { outbox: [...context.outbox, words] };
}
