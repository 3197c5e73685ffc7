import { restoreId } from '../../../src/steps/put-back.ts';
import { serviceOfSubject } from '../../../src/steps/subjects.ts';
import { failureOf, failureWords } from '../activity-results.ts';
import { doubtful } from '../assigns.ts';
import type { IncidentContext, RestoreItem } from '../context.ts';
import { changedByOthers, driftOf, toldOf } from '../others/drift.ts';
import { instantOf } from '../events.ts';
import { answersQuestion } from '../guards.ts';
import { leftWords, usersWords, whatOf } from '../people/left-in-force.ts';
import { noteForeignChange } from '../people/operator-actions.ts';
import { isRefused, mayBeTriedOn, refusedAgain, SLOW_RETRY_MINUTES } from './refused-for-now.ts';
import { sayInstant } from '../people/say-instant.ts';
import { sharesAlike } from './same-shares.ts';
import { currentService, currentStep } from '../steps.ts';
import { undoLeft } from './trial-guards.ts';
import { restoreIsWorse } from './weigh-restore.ts';

/** What becomes of a putting back that does not work at once: it is tried on, people are told, and a hand may be faster. Pure. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Remembered = Pick<Scope, 'context'>;
type Change = Partial<IncidentContext>;

const MAY_PASS = ['transient', 'outcome-unknown', 'fenced', 'conflict'];

/** What stood in the way may be gone later: users are not left with what was to be put back for want of another try. */
const restoreMayPass = ({ event }: Scope): boolean =>
  MAY_PASS.includes(failureOf(event).kind) || failureOf(event).code === 'PERMISSION_DENIED';
/** So a step that is half made is tried on, too, for half an hour: the next try reads first whether the last one is in force. */
const shiftMayPass = (scope: Scope): boolean => mayBeTriedOn(scope.context) && restoreMayPass(scope);
/** For half an hour by now, and nobody was called for it. */
const restoreRefusedLong = (scope: Scope): boolean =>
  restoreMayPass(scope) && !mayBeTriedOn(scope.context) && scope.context.escalation === null;

/** A yes to a failure after which something is still to be put back: that comes first. */
const answersUndo = (scope: Scope): boolean => answersQuestion(scope) && undoLeft(scope) && !restoreIsWorse(scope);
/** A yes where what serves now is better than what it would be put back to: the step is tried, and stays. */
const answersKept = (scope: Scope): boolean => answersQuestion(scope) && undoLeft(scope);
const answersRestore = (scope: Scope): boolean => answersQuestion(scope) && scope.context.restoreQueue.length > 0 && !restoreIsWorse(scope);

/** Of a step that is half made, people are told what it has come to so far. */
export function noteRefusal(scope: Scope): Change {
  const { context, event } = scope;
  const stands = context.revision === null ? '' : usersWords(context, currentService(context));
  return {
    ...refusedAgain(context, { title: currentStep(context)?.title ?? 'a step', why: failureWords(event), stands }),
    unanswered: doubtful(scope, context.stepId),
  };
}

/** From now on slowly. People are told the first time, with what is in force meanwhile. */
export function noteRestoreRefusal(scope: Scope): Change {
  const { context, event } = scope;
  const [item] = context.restoreQueue;
  const attempts = Math.max(context.attempts, context.settings.attempts) + 1;
  const unanswered = doubtful(scope, restoreId(item?.service ?? ''));
  if (item === undefined || isRefused(context)) return { attempts, unanswered };
  const failure = failureAfter(context, item, event);
  const words = [
    `${context.target}: ${whatOf(item)} could not be put back yet: ${stopped(failureWords(event))}.`,
    ...stoppedAll(leftWords(context)),
    `It is tried again every ${SLOW_RETRY_MINUTES}m while it is to be put back; a retry by people tries it at once.`,
  ];
  return { attempts, unanswered, failure, outbox: [...context.outbox, words.join(' ')] };
}

/** No more tries: a human decides. */
export function recordStuck({ context, event }: Scope): Change {
  const [item] = context.restoreQueue;
  if (item === undefined) return { attempts: 0 };
  const words = [
    `${context.target}: ${whatOf(item)} could not be put back: ${stopped(failureWords(event))}.`,
    ...stoppedAll(leftWords(context)),
    'A human is needed.',
  ];
  return { attempts: 0, failure: failureAfter(context, item, event), outbox: [...context.outbox, words.join(' ')] };
}

function failureAfter({ failure }: IncidentContext, item: RestoreItem, event: object): string {
  return `${failure ?? 'a step failed'}; ${whatOf(item)} could not be put back at ${sayInstant(instantOf(event))}: ${stopped(failureWords(event))}`;
}

const stopped = (words: string): string => words.replace(/\.{1,3}$/, '');
const stoppedAll = (words: string): readonly string[] => (words === '' ? [] : [`${stopped(words)}.`]);

/** What is still to be put back is so again by somebody else's hand, and nothing else of it was changed. */
const putBackByHand = ({ context }: Remembered): boolean => itemByHand(context) !== null;
/** The same, where one step alone was being undone. */
const undoneByHand = ({ context }: Remembered): boolean => context.undoing !== null && itemByHand(context) !== null;

/** Each is one question. */
export const guards = {
  shiftMayPass,
  restoreMayPass,
  restoreRefusedLong,
  answersUndo,
  answersKept,
  answersRestore,
  putBackByHand,
  undoneByHand,
};

function itemByHand(context: IncidentContext): RestoreItem | null {
  const { look, expected, restoreQueue } = context;
  if (look === null || !changedByOthers(context)) return null;
  const subjects = driftOf(context);
  const service = subjects.length === 1 ? serviceOfSubject(subjects.join()) : null;
  const item = restoreQueue.find((each) => each.service === service);
  if (item === undefined || service === null || item.bounds !== undefined) return null;
  const known = expected?.content?.[service];
  const isTrafficAlone =
    toldOf(subjects, look.foreignChange)?.touches?.every((what) => what === 'traffic') ??
    (known !== undefined && known === look.configuration.content?.[service]);
  return isTrafficAlone && sharesAlike(item.traffic, look.configuration.traffic?.[service] ?? []) ? item : null;
}

/** It is theirs from now on, and nothing of it is left to be put back. */
export function notePutBackByHand(scope: Scope): Change {
  const { context } = scope;
  const item = itemByHand(context);
  if (item === null) return {};
  const step = `${context.runId}/${restoreId(item.service)}/`;
  const by = context.look?.foreignChange?.actor ?? 'somebody else';
  const words = `${context.target}: ${whatOf(item)} was put back by ${by}, as it was before: it is not tried any more.`;
  return {
    ...noteForeignChange(scope),
    restoreQueue: context.restoreQueue.filter((each) => each !== item),
    unanswered: context.unanswered.filter((key) => !key.startsWith(step)),
    attempts: 0,
    outbox: [...context.outbox, words],
  };
}
