import type { MessageKind, RunStanding, Announcement, Telling, ToldChange } from '../../../src/core/model/message.ts';
import type { Told } from '../activities.ts';
import { failureWords } from '../activity-results.ts';
import { messageNow, rememberMessage } from './budget.ts';
import { shiftMessage } from './escalating.ts';
import type { IncidentContext } from '../context.ts';
import { answerBy } from '../delays.ts';
import { instantOf } from '../events.ts';
import { heldByHuman } from '../others/holding.ts';
import { ownBoundNeedsPerson } from '../trial/own-bounds.ts';
import { withIncident } from './incident-words.ts';
import { sayInstant } from './say-instant.ts';
import { inForceNow, standingWords } from '../trial/in-force.ts';
import { allLeft } from '../steps.ts';
import { waitNeedsPerson } from './waiting-told.ts';
import { isProgress, lastWords } from './messages.ts';

/**
 * One message with its structure, as of the instant at which it is sent: what happened, why, where the run stands, what comes next and
 * when it speaks again. What each channel makes of it is none of the chart's business; how far each is, the chart only keeps. Pure.
 */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

/** The oldest message that waits. */
export function tellingNow({ context, event }: Scope): Telling {
  const text = complete(context, messageNow(context));
  const { channels = {}, saying } = context;
  const now = { standing: standingOf(context), needsPerson: needsPerson(context) };
  if (context.outbox.length === 0) return { text, saying: null, doubt: false, channels, now };
  return { text, saying: sayingOf(context, event, text), doubt: (saying?.tries ?? 0) > 1, channels, now };
}

/** Last words. What was on its way when the run came to its end goes before them, under its own number: it may have arrived. */
export function lastTelling({ context, event }: Scope): Telling {
  const { outbox, channels = {}, outcome } = context;
  const isOnItsWay = outbox.length > 0 && context.saying?.no === nextNo(context);
  const rest = isOnItsWay ? { ...context, outbox: outbox.slice(1) } : context;
  const text = complete(context, lastWords(rest));
  const saying = {
    ...sayingOf(context, event, text),
    no: nextNo(context) + (isOnItsWay ? 1 : 0),
    kind: outcome === 'recovered' ? ('recovered' as const) : ('ended' as const),
    next: endWords(context),
    nextBy: null,
  };
  const now = { standing: saying.standing, needsPerson: saying.needsPerson };
  return {
    text,
    saying,
    doubt: isOnItsWay,
    channels,
    now,
    ...(isOnItsWay ? { before: sayingOf(context, event, complete(context, messageNow(context))) } : {}),
  };
}

/** As it goes out to people. */
function complete(context: IncidentContext, text: string): string {
  return needsPerson(context) ? withIncident(context, text) : text;
}

function nextNo({ said = 0 }: IncidentContext): number {
  return said + 1;
}

function sayingOf(context: IncidentContext, event: object, text: string): Announcement {
  const { target, settings, plan, diagnosis } = context;
  const at = instantOf(event);
  const leading = diagnosis?.causes[0];
  const waitsForYes = context.askedAt !== null && context.question === null && plan !== null;
  return {
    no: nextNo(context),
    kind: kindOf(context, text),
    at,
    environment: target,
    happened: text.startsWith(`${target}: `) ? text.slice(target.length + 2) : text,
    why: leading === undefined || diagnosis === null ? '' : `${leading.summary} (diagnosis of ${sayInstant(diagnosis.at)})`,
    next: nextWords(context),
    nextBy: context.outbox.length > 1 ? null : at + settings.tellEveryMs,
    standing: standingOf(context),
    needsPerson: needsPerson(context),
    causes: (diagnosis?.causes ?? []).map(({ kind }) => kind),
    ...(waitsForYes ? { planHash: plan.hash } : {}),
    changes: changesOf(context),
  };
}

function kindOf(context: IncidentContext, text: string): MessageKind {
  const standing = standingOf(context);
  if (nextNo(context) === 1) return 'started';
  if (isProgress(text, context)) return 'progress';
  if (standing === 'escalated') return 'escalated';
  if (standing === 'waiting' && needsPerson(context)) return 'needs-you';
  return isChange(context, text) ? 'change' : 'phase';
}

/** A step is done, or something was put back. */
function isChange({ target, mutations }: IncidentContext, text: string): boolean {
  const done = [`${target}: done: `, ...mutations.flatMap(({ title }) => [`${target}: ${title}.`, `${target}: ${title} (`])];
  return done.some((words) => text.startsWith(words));
}

function standingOf({ outcome, escalation, held, askedAt, inVainSince }: IncidentContext): RunStanding {
  if (outcome === 'recovered') return 'recovered';
  if (escalation !== null) return 'escalated';
  if (outcome !== null) return 'ended';
  return askedAt !== null || held !== null || inVainSince != null ? 'waiting' : 'underway';
}

/** Who holds it by their own word has it in hand. */
function needsPerson(context: IncidentContext): boolean {
  const { askedAt, held, escalation, outcome, inVainSince } = context;
  if (outcome === 'recovered') return false;
  if (heldByHuman(context)) return false;
  return (
    askedAt !== null ||
    held !== null ||
    escalation !== null ||
    inVainSince != null ||
    ownBoundNeedsPerson(context) ||
    waitNeedsPerson(context) ||
    (outcome !== null && outcome !== 'aborted')
  );
}

function changesOf(context: IncidentContext): readonly ToldChange[] {
  return context.mutations
    .filter(({ outcome, end }) => outcome === 'applied' && end !== undefined)
    .map((mutation) => ({ key: mutation.key, title: mutation.title, at: mutation.at, standing: standingWords(context, mutation) }));
}

function nextWords(context: IncidentContext): string {
  const { escalation, held, askedAt, question, plan, outbox, settings, inVainSince } = context;
  if (outbox.length > 1) return 'more follows at once.';
  if (held !== null && heldByHuman(context)) return `nothing is changed before it is resumed (held by ${held.by}).`;
  if (held !== null) return 'nothing is changed before somebody decides: adopt, resume or abort.';
  if (escalation !== null) return 'nothing more is changed; it is looked at until it is well, or the follow-up ends.';
  if (askedAt !== null)
    return `${question === null ? 'a yes or no to the plan' : 'an answer'} is needed until ${sayInstant(answerBy(context))}; nothing is changed meanwhile, and without an answer it is handed to people.`;
  if (inVainSince != null) return 'nothing more is changed; it is looked at until it is well, or nobody has come.';
  if (plan === null) return 'look, find the cause, plan.';
  const [step] = allLeft(context);
  if (step !== undefined) return `${step.title}.`;
  return `proof: validation, then ${Math.round(settings.soakForMs / 60_000)} min well without a break, then it is called recovered.`;
}

/** Whoever reads this message alone knows what is left to do. */
function endWords(context: IncidentContext): string {
  const { outcome } = context;
  const isChanged = inForceNow(context).length > 0;
  if (outcome === 'recovered' && !isChanged) return 'nothing: this was the last message.';
  if (outcome === 'recovered')
    return 'nothing is urgent. Take what is in force over into what defines your environment, or the next deploy from there may undo it; `firebreak report` has all of it. This was the last message.';
  const stands = isChanged ? ' What of it is in force, and how it is undone, stands above.' : '';
  return `nothing more is done by this run.${stands} \`firebreak report\` has all of it, for whoever goes on. This was its last message.`;
}

/** A try of the oldest message begins; 0: there is none, and channels are brought up to date. */
export function beginNotification({ context }: Scope): Change {
  const no = context.outbox.length === 0 ? 0 : nextNo(context);
  const tries = context.saying?.no === no ? context.saying.tries + 1 : 1;
  return { saying: { no, tries } };
}

/** The oldest message is told, where it was that and not only what channels had missed: another may have come to wait meanwhile. */
export function recordTold({ context, event }: Scope, told: Told): Change {
  const kept: Change = { unheard: null, ...(told.channels === undefined ? {} : { channels: told.channels }) };
  const isSaid = context.outbox.length > 0 && (context.saying === undefined || context.saying.no === nextNo(context));
  if (!isSaid) return kept;
  return {
    ...kept,
    ...rememberMessage({ context, event }),
    ...shiftMessage({ context }, told),
    said: nextNo(context),
  };
}

/** No channel took it: since when, and why. */
export function noteUndelivered({ context, event }: Scope): Change {
  const why = 'error' in event ? failureWords(event) : 'no channel answered in time';
  return { unheard: { since: context.unheard?.since ?? instantOf(event), why } };
}

/** A channel lacks something, and trying again soon makes sense. */
export function channelLacks({ context }: { readonly context: IncidentContext }): boolean {
  return Object.values(context.channels ?? {}).some(({ missed, problem }) => missed.length > 0 && problem?.lasting !== true);
}
