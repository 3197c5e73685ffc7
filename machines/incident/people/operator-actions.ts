import { nameIn } from '../../../src/steps/index.ts';
import { serviceOfSubject, serviceTakenOver, subjectFor, takenOverBy } from '../../../src/steps/subjects.ts';
import { withEnd } from '../assigns.ts';
import { deployedElsewhere } from '../others/changes-seen.ts';
import { mayBeWritten } from '../others/concern.ts';
import { NO_STREAK } from '../context.ts';
import type { IncidentContext } from '../context.ts';
import { accepted, driftOf, isAbout, isTheirs, notedIn, toldOf, touchedBy } from '../others/drift.ts';
import { instantOf } from '../events.ts';
import { waitedFor } from '../health/relapse.ts';
import { takenOverFrom } from '../trial/in-force.ts';
import { rollbackWarnings } from '../trial/weigh-restore.ts';
import { askedBefore, timesAsked } from './asked-again.ts';
import { irreversibleWords } from './messages.ts';

/** What people's words, and what they do by hand, change in what the run remembers. Pure. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

/** I1: somebody wants the run to stand still. */
export function hold({ context, event }: Scope): Change {
  const held = { by: textOf(event, 'by'), reason: textOf(event, 'reason'), at: instantOf(event), human: true, change: null };
  return { held, streak: NO_STREAK, outbox: [...context.outbox, `${context.target}: held by ${held.by}: ${held.reason}`] };
}

/** `adopt --from ACTOR`: what that actor changes from now on holds this run no more. */
export function adoptFrom({ context, event }: Scope): Change {
  const from = textOf(event, 'from');
  if (from === '' || context.adoptsFrom.includes(from)) return {};
  const words = `${context.target}: ${textOf(event, 'by')} adopts what ${from} changes during this run; a step is never written against it without a yes.`;
  return { adoptsFrom: [...context.adoptsFrom, from].slice(-20), outbox: [...context.outbox, words] };
}

/**
 * None of this run's business: told once, known from then on, and nothing is held for it. What the document lets the run change is theirs from
 * then on: a step on it asks for a yes.
 */
export function noteElsewhere({ context, event }: Scope): Change {
  const { look, expected, target, plan, adopted, changedBy } = context;
  const names = notedIn(context);
  if (look === null || expected === null || names.length === 0) return {};
  const subjects = names.map(subjectFor);
  const told = toldOf(subjects, look.foreignChange);
  const lines = (told?.diff ?? []).filter((line) => !/generation:/.test(line)).join(' ');
  const deployed = deployedElsewhere(context);
  const by = told?.actor ?? deployed.map((subject) => context.changesSeen?.[subject]?.by ?? null).find((each) => each !== null) ?? null;
  const theirs = deployed.filter((subject) => plan !== null && mayBeWritten(plan, serviceOfSubject(subject) ?? '')).map(takenOverBy);
  const words = `${target}: noted, not held for: ${subjects.join(', ')} was changed by ${by ?? 'somebody else'}, ${notedBecause(deployed, theirs)}${lines === '' ? '' : `: ${lines}`}.`;
  return {
    expected: accepted(expected, look.configuration, subjects),
    adopted: { ...adopted, ...Object.fromEntries(theirs.map((what) => [what, instantOf(event)])) },
    changedBy: { ...changedBy, ...Object.fromEntries(theirs.map((what) => [what, { by, at: look.at }])) },
    outbox: [...context.outbox, words],
  };
}

/** What the run was held for turns out to be apart from all that is left to do: it is noted after all. */
export function releaseElsewhere({ context, event }: Scope): Change {
  const held = context.held === null ? null : { ...context.held, change: null };
  return { ...release({ context: { ...context, held }, event }), ...noteElsewhere({ context, event }) };
}

function notedBecause(deployed: readonly string[], theirs: readonly string[]): string {
  if (deployed.length === 0) return 'in nothing that this run writes, reads as evidence or depends on';
  return theirs.length === 0
    ? 'by more than its labels; no step of this run changes it or depends on it, so it goes on looking'
    : 'by more than its labels; it is well, and nothing that is to be done is about it, what it calls or what calls it, so the run goes on, and asks before a step of its own on it';
}

/**
 * A human lets the run go on. The change it was held for, as it was shown and no more, is what we know from now on. It stays
 * theirs (`adopted`); steps of ours that it has undone are no longer done; a soak starts again.
 */
export function release({ context, event }: Scope): Change {
  const { runId, held, expected, adopted, changedBy, intended, servingSince, stepsDone, restoreQueue, restored, unanswered } = context;
  const at = instantOf(event);
  const heldMs = held === null ? 0 : at - held.at;
  const phaseEndsAt = waitedFor(context, heldMs, at);
  // What a human has held back is given time to show what it does.
  const shownBy = held?.human === true ? at + Math.min(context.settings.windowMs, context.settings.questionWithinMs) : 0;
  const windowEndsAt = Math.max(context.windowEndsAt, shownBy);
  const waited = { held: null, waitedMs: context.waitedMs + heldMs, phaseEndsAt, windowEndsAt, streak: NO_STREAK };
  const change = held?.change ?? null;
  if (change === null) return waited;
  const theirs = change.touches;
  const services = theirs.flatMap((what) => serviceTakenOver(what) ?? []);
  const isOurs = ({ service }: { readonly service: string }): boolean => !services.includes(service);
  return {
    ...waited,
    expected: accepted(expected, change.seen, change.subjects),
    // A write of ours to something else may be in force all the same.
    unanswered: unanswered.filter((key) => !isAbout(key.slice(runId.length + 1).split('/', 1)[0] ?? '', change.subjects)),
    // What we make of a resource that a human has changed is another change than the one we were making.
    round: isAbout(context.stepId ?? '', change.subjects) ? context.round + 1 : context.round,
    adopted: { ...adopted, ...Object.fromEntries(theirs.map((what) => [what, at])) },
    changedBy: { ...changedBy, ...Object.fromEntries(theirs.map((what) => [what, { by: change.by ?? null, at: held?.at ?? at }])) },
    // A yes from before a human's change is no yes to changing it (I8).
    approvedChanges: Object.fromEntries(Object.entries(context.approvedChanges).filter(([id]) => !isTheirs(id, theirs))),
    intended: Object.fromEntries(Object.entries(intended).filter(([service]) => !services.includes(service))),
    servingSince: { ...servingSince, ...Object.fromEntries(theirs.map((what) => [what.replace('traffic:', ''), at])) },
    stepsDone: stepsDone.filter((id) => !isTheirs(id, theirs)),
    restoreQueue: restoreQueue.filter(isOurs),
    restored: restored.filter(isOurs),
    restoredLooks: 0,
  };
}

/** With Google called in, people are expected to change things: it is noted, told, and known from then on. It is theirs. */
export function noteForeignChange({ context, event }: Scope): Change {
  const { look, adopted, changedBy, servingSince } = context;
  if (look === null) return {};
  const subjects = driftOf(context);
  const told = look.foreignChange;
  const theirs = touchedBy(subjects, told);
  const at = instantOf(event);
  const by = told?.actor ?? null;
  const words = `${context.target}: ${subjects.join(', ')} was changed, not by this run (by ${told?.actor ?? 'somebody else'}): ${told?.diff.join(' ') ?? ''}`;
  return {
    expected: accepted(context.expected, look.configuration, subjects),
    adopted: { ...adopted, ...Object.fromEntries(theirs.map((what) => [what, at])) },
    changedBy: { ...changedBy, ...Object.fromEntries(theirs.map((what) => [what, { by, at: look.at }])) },
    servingSince: { ...servingSince, ...Object.fromEntries(theirs.map((what) => [what.replace('traffic:', ''), at])) },
    intended: Object.fromEntries(Object.entries(context.intended).filter(([service]) => !theirs.includes(`traffic:${service}`))),
    stepsDone: context.stepsDone.filter((id) => !isTheirs(id, theirs)),
    outbox: [...context.outbox, words],
    commentsDue: [...context.commentsDue, words].slice(-20),
  };
}

export function rememberSkip({ context, event }: Scope): Change {
  const reason = `skipped by ${textOf(event, 'by')}: ${textOf(event, 'reason')}`;
  const step = textOf(event, 'step');
  return {
    wishes: { ...context.wishes, skipped: { ...context.wishes.skipped, [step]: reason } },
    failure: null,
    outbox: [...context.outbox, `${context.target}: ${step}: ${reason}`],
  };
}

/** A yes to the question: the same one is not asked again. */
export function recordYes({ context }: Scope): Change {
  const ids = context.question?.id.split(' ') ?? [];
  return { wishes: { ...context.wishes, allowed: [...new Set([...context.wishes.allowed, ...ids])] } };
}

/** Try again as something new: what was tried before is no longer taken for this try. */
export function newRound({ context }: Scope): Change {
  return { round: context.round + 1, conflicts: {}, attempts: 0, refused: null, unanswered: [], revision: null, undone: {} };
}

/**
 * With a case open a human wants the runbook tried once more: it may write again, and the window begins anew. A rollback is over
 * with that, and the steps that it has undone are no longer done.
 */
export function workAgain(scope: Scope): Change {
  const { context, event } = scope;
  const undone = context.restored.map(({ service }) => `traffic:${service}`);
  const isOpen = context.supportCase?.name != null;
  return {
    ...newRound(scope),
    escalation: null,
    rollback: null,
    restored: [],
    stepsDone: context.stepsDone.filter((id) => !isTheirs(id, undone)),
    failure: null,
    windowEndsAt: instantOf(event) + context.settings.windowMs,
    phaseEndsAt: {},
    windowGrants: [],
    restingSince: null,
    supportCase: isOpen ? context.supportCase : null,
    caseAttempts: 0,
    outbox: [
      ...context.outbox,
      `${context.target}: ${textOf(event, 'by')} wants the runbook tried again${isOpen ? '; the case stays open' : ''}`,
    ],
  };
}

export function wantRollback({ event }: Scope): Change {
  return { rollback: { by: textOf(event, 'by'), reason: textOf(event, 'reason'), begun: false } };
}

/** The wish is an order of a human: it ends a hold, too. */
export function beginRollback(scope: Scope): Change {
  const { rollback } = scope.context;
  if (rollback === null) return {};
  const { by, reason } = rollback;
  return {
    ...(scope.context.held === null ? {} : release(scope)),
    rollback: { by, reason, begun: true },
    failure: `rolled back by ${by}: ${reason}`,
  };
}

export function tellRestoring({ context }: Scope): Change {
  const names = context.restoreQueue.map(({ service }) => service).join(', ');
  const moved = context.mutations.flatMap((mutation) =>
    mutation.outcome === 'applied' && mutation.before.kind === 'traffic' && takenOverFrom(context, mutation) !== null
      ? [mutation.before.service]
      : [],
  );
  const none =
    moved.length === 0
      ? 'There is no traffic to put back.'
      : `Nothing is put back: others have changed ${[...new Set(moved)].join(', ')} since, and that stands.`;
  const what = names === '' ? none : `Putting traffic back as it was: ${names}.`;
  const warnings = context.rollback === null ? [] : rollbackWarnings(context);
  const words = [`${context.target}: ${context.failure ?? 'a step failed'}.`, what, ...warnings, irreversibleWords(context)]
    .filter((part) => part !== '')
    .join(' ');
  return { outbox: [...context.outbox, words] };
}

export function tellWrongPlan({ context, event }: Scope): Change {
  const given = textOf(event, 'plan') || 'no plan';
  const hash = context.plan?.hash.slice(0, 8) ?? 'none';
  return {
    outbox: [
      ...context.outbox,
      `${context.target}: the approval of ${textOf(event, 'by')} was for ${given}; the plan that waits is ${hash}. Not taken.`,
    ],
  };
}

/** A question is open from now on. */
export function beginQuestion({ event }: Scope): Change {
  return { askedAt: instantOf(event) };
}

export function endQuestion({ context, event }: Scope): Change {
  const { askedAt, waitedMs } = context;
  const now = instantOf(event);
  const waited = askedAt === null ? 0 : now - askedAt;
  const isAnswer = 'by' in event;
  const unanswered = isAnswer
    ? null
    : { ms: askedBefore(context, askedAt ?? now) + waited, until: now, ...timesAsked(context, askedAt ?? now) };
  return { askedAt: null, waitedMs: waitedMs + waited, phaseEndsAt: waitedFor(context, waited, now), unansweredFor: unanswered };
}

/** What was put back was seen in force once more; anything else begins the count anew. */
export function countRestoredLook({ context }: Scope): Change {
  return { restoredLooks: context.restoredLooks + 1 };
}

/** A connector may be as it was, or as we wanted it: what the next look shows is what we know. */
export function doubtConnector({ context }: Scope): Change {
  const { mutations, changeKey, failure, stepId } = context;
  const isOpen = mutations.some(({ key, end }) => key === changeKey && end === undefined);
  const { [nameIn(stepId ?? '')]: _doubted, ...connectors } = context.expected?.connectors ?? {};
  return {
    expected: context.expected === null ? null : { ...context.expected, connectors },
    ...(isOpen ? { mutations: withEnd(mutations, changeKey, { end: 'unknown', problem: `overdue: ${failure ?? 'no answer'}` }) } : {}),
  };
}

function textOf(event: object, field: string): string {
  const value: unknown = field in event ? Reflect.get(event, field) : '';
  return typeof value === 'string' ? value : '';
}
