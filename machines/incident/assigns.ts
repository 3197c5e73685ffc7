import type { Mutation } from '../../src/core/model/mutation.ts';
import { answerOf, failureOf, failureWords } from './answers.ts';
import type { Expected } from './activities.ts';
import { NO_STREAK } from './context.ts';
import type { IncidentContext } from './context.ts';
import { instantOf } from './events.ts';
import { serviceInHand, stepInHand } from './steps.ts';
import { stepDoneWords } from './words.ts';

/** How the run remembers the answers of its activities. Pure: context and event in, changed part of the context out. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

const COMMENT_LIMIT = 20;

export function recordLook({ context, event }: Scope): Change {
  const look = answerOf<'observe'>(event);
  const { indicators, progress } = look;
  return {
    look,
    blindLooks: 0,
    baseline: context.baseline ?? indicators,
    best: context.best === null || progress.improved ? indicators : context.best,
    expected: filledIn(context, look.configuration),
  };
}

/** What was not known yet is learnt from the look; what we know stays ours to compare with. */
function filledIn(context: IncidentContext, seen: Expected): Expected {
  const known = context.expected;
  if (known === null) return seen;
  if (context.writing || (context.look?.at ?? 0) < context.lastWriteAt) return known;
  const services = Object.fromEntries(
    Object.entries(seen.services).map(([name, generation]) => [name, known.services[name] ?? generation]),
  );
  return { connector: known.connector ?? seen.connector, services };
}

export function newStep(stepId: string | null): Change {
  return { stepId, operation: null, changeKey: null, revision: null, attempts: 0, streak: NO_STREAK };
}

/** A try of a write failed. Unless it is known that nothing was sent, the next try must reckon with it being in force. */
export function noteAttempt({ context, event }: Scope): Change {
  const { stepId, unanswered } = context;
  const { kind, code } = failureOf(event);
  const notSent = 'error' in event && ['transient', 'fenced', 'conflict'].includes(kind) && code !== 'busy-maybe-ours';
  const doubtful = notSent || stepId === null || unanswered.includes(stepId) ? unanswered : [...unanswered, stepId];
  return { attempts: context.attempts + 1, unanswered: doubtful };
}

/** A write has been sent and answered: what changed, by which operation, and that it was ours. */
export function recordChange({ context, event }: Scope): Change {
  const { mutation, operation } = answerOf<'scaleConnector'>(event);
  return {
    operation,
    changeKey: mutation.key,
    attempts: 0,
    mutations: remembered(context.mutations, mutation),
    expected: expectedAfter(context.expected, mutation),
    intended: intendedAfter(context.intended, mutation),
    servingSince: servingSinceAfter(context.servingSince, mutation),
  };
}

function remembered(mutations: readonly Mutation[], mutation: Mutation): readonly Mutation[] {
  return [...mutations.filter(({ key }) => key !== mutation.key), mutation];
}

function expectedAfter(expected: Expected | null, { after }: Mutation): Expected {
  const known = expected ?? { connector: null, services: {} };
  if (after.kind === 'connector') return { ...known, connector: after.config };
  return { ...known, services: { ...known.services, [after.service]: after.generation } };
}

function intendedAfter(intended: IncidentContext['intended'], { after }: Mutation): IncidentContext['intended'] {
  if (after.kind !== 'traffic') return intended;
  const whole = after.traffic.find((target) => target.percent === 100);
  const { [after.service]: _before, ...others } = intended;
  return whole?.revision ? { ...others, [after.service]: whole.revision } : others;
}

/** `connector` is the key of the connector: its older figures are about the old one. */
function servingSinceAfter(since: IncidentContext['servingSince'], mutation: Mutation): IncidentContext['servingSince'] {
  if (mutation.outcome === 'already') return since;
  if (mutation.after.kind === 'connector') return { ...since, connector: mutation.at };
  return mutation.after.kind === 'traffic' ? { ...since, [mutation.after.service]: mutation.at } : since;
}

/** The operation has ended: the revision it made, and the generation it left behind. */
export function recordEnd({ context, event }: Scope): Change {
  const end = answerOf<'awaitRevision'>(event);
  const change = stepInHand(context)?.change;
  const service = change && change.kind !== 'connector' ? change.service : null;
  const known = context.expected;
  const expected =
    service === null || known === null || end.generation === null
      ? known
      : { ...known, services: { ...known.services, [service]: end.generation } };
  return { revision: end.revision ?? context.revision, expected };
}

export function recordBadEnd(scope: Scope): Change {
  const end = answerOf<'awaitRevision'>(scope.event);
  return {
    ...recordEnd(scope),
    failure: `${stepInHand(scope.context)?.title ?? 'a step'} failed: ${end.reason ?? 'unknown'}: ${end.message ?? 'no message'}`,
  };
}

/** Traffic is in force from now on: older evidence is not about this revision. */
export function recordTrafficInForce(scope: Scope): Change {
  const service = serviceInHand(scope.context);
  return { ...recordEnd(scope), servingSince: { ...scope.context.servingSince, [service]: instantOf(scope.event) }, streak: NO_STREAK };
}

export function recordRestore({ context, event }: Scope): Change {
  const { mutation, note } = answerOf<'restoreTraffic'>(event);
  const after = mutation.after.kind === 'traffic' ? mutation.after.service : '';
  return {
    attempts: 0,
    mutations: remembered(context.mutations, mutation),
    expected: expectedAfter(context.expected, mutation),
    intended: intendedAfter(context.intended, mutation),
    servingSince: servingSinceAfter(context.servingSince, mutation),
    restoreQueue: context.restoreQueue.filter(({ service }) => service !== after),
    outbox: [...context.outbox, `${context.target}: ${mutation.title}${note === null ? '' : ` (${note})`}.`],
  };
}

export function recordFailure({ context, event }: Scope): Change {
  return { failure: `${stepInHand(context)?.title ?? 'the run'}: ${failureWords(event)}`, attempts: 0 };
}

export function recordRefusal({ event }: Scope): Change {
  const { refusals } = answerOf<'preflight'>(event);
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

/** I2: somebody else's change, or somebody's wish, holds the run. */
export function hold({ context, event }: Scope): Change {
  const at = instantOf(event);
  if ('by' in event && 'reason' in event) {
    const held = { by: String(event.by), reason: String(event.reason), at };
    return { held, outbox: [...context.outbox, `${context.target}: held by ${held.by}: ${held.reason}`] };
  }
  const change = context.look?.foreignChange;
  const held = {
    by: change?.actor ?? 'somebody else',
    reason: `${change?.subject ?? 'something'} was changed, not by this run: ${change?.diff.join(' ') ?? ''}`,
    at,
  };
  return { held, outbox: [...context.outbox, `${context.target}: held: ${held.reason}. Decide: adopt, resume or abort.`] };
}

export function recordCase({ context, event }: Scope): Change {
  const { caseName, text, note } = answerOf<'openCase'>(event);
  const said =
    caseName === null
      ? `${context.target}: escalated by hand; support could not take the case (${note ?? 'no answer'}). Text for the case:\n${text}`
      : `${context.target}: escalated to Google Cloud Support as ${caseName}: ${context.escalation?.reason ?? ''}.`;
  return { supportCase: { name: caseName, text, note }, attempts: 0, outbox: [...context.outbox, said] };
}

/** Support could not be reached at all: a human gets the words. */
export function recordNoCase({ context, event }: Scope): Change {
  const note = failureWords(event);
  const text = `${context.target}: ${context.escalation?.reason ?? 'escalated'}. ${context.look?.headline ?? ''}`;
  return {
    supportCase: { name: null, text, note },
    attempts: 0,
    outbox: [
      ...context.outbox,
      `${context.target}: escalated by hand; support could not be reached (${note}). Text for the case:\n${text}`,
    ],
  };
}

export function tell(context: IncidentContext, words: string): Change {
  return { outbox: [...context.outbox, words] };
}
