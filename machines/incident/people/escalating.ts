import { sentence } from '../../../src/core/sentence.ts';
import type { Cause, CauseKind } from '../../../src/core/model/diagnosis.ts';
import { isOfService } from '../../../src/steps/subjects.ts';
import type { Told } from '../activities.ts';
import { failureOf, failureWords } from '../activity-results.ts';
import type { CaseAnswer, PreparedCase } from './case.ts';
import { toldNow } from './case-news.ts';
import type { IncidentContext } from '../context.ts';
import { instantOf } from '../events.ts';
import { leftWords } from './left-in-force.ts';
import { onlyProbesFail, onlyProbesSpeak } from '../health/probes-alone.ts';
import { sayInstant } from './say-instant.ts';
import { casePage } from './support.ts';
import { ownEvidence } from './own-evidence.ts';
import { onlyUnmeasured, unmeasuredWords } from '../health/unmeasured.ts';
import { deniedWords } from './waiting-told.ts';
import { caseWordsNow, escalationFacts, progressWords } from './messages.ts';

/** Who is called, with what, and who has it. Pure: context and event in, changed part of the context out. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

/** Begins what a human may have to paste; whoever looks for it finds it by this. */
export const CASE_TEXT = 'Text for the case:';

/** Google's own doing or want: called at once. */
const GOOGLES: readonly CauseKind[] = ['provider-incident', 'quota-or-regional-shortage'];
/** The customer's own: people mend it, and Google could only say so. */
const OWN: readonly CauseKind[] = ['application-crash', 'configuration', 'connection-budget', 'revision-contention'];
const SURE = 0.6;
const LOOKS = 5;
/** What is unknown points nowhere: a cause beside it, from such a share of the harm on, does. */
const NAMED_FROM = 0.2;
/** How an operation ends, or a request is refused, when the infrastructure does not do what was rightly asked of it. */
const INFRASTRUCTURE = /\b(?:stockout|quota|internal|overdue|RESOURCE_EXHAUSTED|ZONE_RESOURCE_POOL\w*)\b/i;

/**
 * Google Cloud Support is called for what only Google can mend: an incident of Google's, a quota or a shortage of the region, a connector
 * that fails although it was asked for rightly; and, when the window has passed without improvement, for everything but what is surely
 * the customer's own or somebody else's, and not where only our own probes fail, nor where nothing that can be seen is ill, or our account may not read it, nor while a change of somebody else's holds the run: that the
 * window passed is then no sign of what Google could mend.
 */
export function googleCanMend({ context }: { readonly context: IncidentContext }): boolean {
  const leading = context.diagnosis?.causes[0];
  if (leading !== undefined && GOOGLES.includes(leading.kind) && !isOthers(leading)) return true;
  if (infrastructureFailed(context)) return true;
  if (isHeldForChange(context) || isBlind(context) || ownEvidence(context)) return false;
  if (context.escalation?.afterWindow !== true || onlyProbesFail({ context }) || onlyProbesSpeak({ context })) return false;
  const known = context.diagnosis?.causes.find(({ kind, share }) => kind !== 'unknown' && share >= NAMED_FROM);
  if (known === undefined && onlyUnmeasured(context)) return false;
  const named = known ?? leading;
  if (named === undefined) return true;
  return !isOthers(named) && !(OWN.includes(named.kind) && named.confidence >= SURE);
}

/** Google refuses our own account what it reads, and nothing that can be seen is ill: whoever grants rights mends that. */
function isBlind({ look, witnessed }: IncidentContext): boolean {
  const words = witnessed.slice(-LOOKS).flatMap(({ services }) => Object.values(services).flatMap((said) => Object.values(said)));
  const isIll = words.includes('ill') || Object.values(look?.gates ?? {}).some(({ outcome }) => outcome === 'fail');
  return (look?.denied ?? []).length > 0 && !isIll;
}

/** A human who holds it by their own word has it in hand, and may want Google all the same. */
function isHeldForChange({ held }: IncidentContext): boolean {
  return held !== null && held.human !== true && held.change !== null;
}

/** However sure it is: nobody at Google can make somebody else's API answer, or give more ports to a customer's gateway. */
function isOthers({ cures = [] }: Pick<Cause, 'cures'>): boolean {
  return cures.length > 0 && cures.every((cure) => cure === 'third-party' || cure === 'way-out');
}

function infrastructureFailed({ mutations, failure }: IncidentContext): boolean {
  const isConnectors = mutations.some(({ before, problem }) => !isOfService(before) && INFRASTRUCTURE.test(problem ?? ''));
  return isConnectors || INFRASTRUCTURE.test(failure ?? '');
}

export function decideNoImprovement({ context, event }: Scope): Change {
  const within = `within ${context.settings.windowMs / 60_000} minutes`;
  const reason = onlyUnmeasured(context) ? `no proof ${within}: ${unmeasuredWords(context)}` : `no improvement ${within}`;
  const now = instantOf(event);
  const again = context.escalation === null ? {} : { againAt: now };
  return { escalation: { reason, at: context.escalation?.at ?? now, afterWindow: true, ...again } };
}

export function decideEscalation({ event }: Scope): Change {
  const reason = 'reason' in event && typeof event.reason === 'string' ? event.reason : 'the runbook has no move left';
  return { escalation: { reason, at: instantOf(event) } };
}

export function inputOfCall(context: IncidentContext, event: object): { readonly reason: string; readonly facts: string } {
  return { reason: context.escalation?.reason ?? '', facts: escalationFacts(context, instantOf(event)) };
}

/** The text is on disk; whoever had an older one is not yet known to have this. */
export function recordPrepared({ context }: Pick<Scope, 'context'>, { text, keptAt, evidenceAt = null, page }: PreparedCase): Change {
  return { supportCase: { ...known(context), text, keptAt, evidenceAt, ...(page === undefined ? {} : { page }) } };
}

export function prepareByMemory({ context, event }: Scope): Change {
  const { reason, facts } = inputOfCall(context, event);
  return { supportCase: { ...known(context), text: `${context.target}\nWhy we call: ${sentence(reason)}\n${facts}`, keptAt: null } };
}

type Called = NonNullable<IncidentContext['supportCase']>;

function known({ supportCase }: IncidentContext): Called {
  return supportCase ?? { name: null, text: '', note: null };
}

/** Support has answered since: what an unanswered request became is known. */
function sure(context: IncidentContext): Called {
  const { unsure: _unsure, ...rest } = known(context);
  return rest;
}

export function handToPeople({ context, event }: Scope): Change {
  const note = isHeldForChange(context)
    ? `a change by ${context.held?.by ?? 'somebody else'} held the run since ${sayInstant(context.held?.at ?? 0)}, and nobody had decided about it at ${sayInstant(instantOf(event))}`
    : isBlind(context)
      ? deniedWords(context.look?.denied ?? []).slice(0, -1)
      : onlyUnmeasured(context)
        ? 'nothing that can be seen is ill: there is nothing that Google is known to have to mend'
        : 'by all evidence it is not for Google to mend';
  return handed(context, event, note, 'never');
}

/** It is open: it was read back. What is known of it is what that reading has shown. */
export function recordCase({ context, event }: Scope, answer: CaseAnswer): Change {
  const { caseName, note, retry = 'slowly', state, escalated, priority, classification } = answer;
  if (caseName === null) return handed({ ...context, supportCase: sure(context) }, event, note ?? 'no answer', retry);
  const now = instantOf(event);
  const readAt = answer.readAt ?? now;
  const shown = [
    ...(state === undefined ? [] : [`state ${state}`]),
    ...(priority == null ? [] : [`priority ${priority}`]),
    ...(classification == null ? [] : [`classified "${classification}"`]),
    ...(note === null ? [] : [note]),
  ].join(', ');
  const read = shown === '' ? '' : ` Read back at ${sayInstant(readAt)}: ${shown}.`;
  const said = `${context.target}: escalated to Google Cloud Support as ${caseName}: ${(context.escalation?.reason ?? '').replace(/\.{1,3}$/, '')}.${read} ${casePage(caseName)}`;
  return {
    supportCase: {
      ...sure(context),
      name: caseName,
      note,
      retry: 'never',
      openedAt: readAt,
      evidenceDue: true,
      toldOf: toldNow(context, now),
      ...(state === undefined ? {} : { seen: { at: readAt, state, escalated, others: 0, byGoogle: 0 } }),
    },
    toldAt: now,
    outbox: [...context.outbox, said],
  };
}

/** Support could not be reached: people have the text meanwhile, and it is tried again. */
export function recordNoCase({ context, event }: Scope): Change {
  const why = 'error' in event ? failureWords(event) : 'support did not answer in time';
  const kind = 'error' in event ? failureOf(event).kind : 'outcome-unknown';
  const isForNow = ['transient', 'outcome-unknown', 'fenced', 'conflict'].includes(kind);
  const unsure = kind === 'outcome-unknown' ? { ...context, supportCase: { ...known(context), unsure: true as const } } : context;
  return handed(unsure, event, why, isForNow ? 'soon' : 'slowly');
}

/** The first time people get the text at once; a further failure to open the case is no news. */
function handed(context: IncidentContext, event: object, note: string, retry: NonNullable<Called['retry']>): Change {
  const { supportCase, outbox } = context;
  const before = known(context);
  const isFirst = supportCase?.handedAt === undefined;
  const next = { ...before, note, retry, handedAt: supportCase?.handedAt ?? instantOf(event) };
  return {
    supportCase: next,
    caseAttempts: context.caseAttempts + 1,
    ...(isFirst ? { toldAt: instantOf(event), outbox: [...outbox, textWords({ ...context, supportCase: next }, note)] } : {}),
  };
}

/** The whole text, for whoever must act on it. Read it with `firebreak status` too; `firebreak hold` says that somebody has it. */
function textWords(context: IncidentContext, note: string): string {
  const { text, keptAt, evidenceAt, page, retry, unsure } = known(context);
  const open = unsure === true ? 'Whether a support case was opened is not known' : 'No support case is open';
  const beside = evidenceAt == null ? '' : `, the evidence to it at ${evidenceAt}`;
  const kept = keptAt == null ? '' : ` It is kept at ${keptAt}${beside}.`;
  const again = retry === 'soon' || retry === 'slowly' ? ' The run tries again to open one.' : '';
  const paste = page === undefined ? '' : ` To open one by hand, paste the text at ${page}.`;
  const left = leftWords(context);
  const stands = left === '' ? '' : ` ${left}.`;
  return `${context.target}: a human is needed: ${(context.escalation?.reason ?? 'escalated').replace(/\.{1,3}$/, '')}.${stands} ${open} (${note}).${again}${kept}${paste} \`firebreak hold\` says that you have it. ${CASE_TEXT}\n${text}`;
}

/** Nobody has acknowledged it: once more, as of now. */
export function tellTextAgain({ context, event }: Scope): Change {
  const { supportCase, outbox, held } = context;
  if (supportCase === null || supportCase.name !== null || held !== null) return { toldAt: instantOf(event) };
  return {
    toldAt: instantOf(event),
    outbox: [...outbox, `${caseWordsNow(context, event, progressWords(context))} ${textWords(context, supportCase.note ?? '')}`],
  };
}

/** Someone has it: a case is open, or a channel took the text. */
export function somebodyHasIt({ supportCase }: IncidentContext): boolean {
  return supportCase?.name != null || supportCase?.reached === true;
}

/** A channel took the oldest message. */
export function shiftMessage({ context }: Pick<Scope, 'context'>, told: Told): Change {
  return { outbox: context.outbox.slice(1), ...reachedBy(context, told) };
}

/** Last words are out, or nobody took them (null: they were not even said): then they are counted among what nobody was told. */
export function recordLastWords({ context }: Pick<Scope, 'context'>, answer: Told | null): Change {
  const told = answer?.told ?? 0;
  const reached = { ...context, ...reachedBy(context, answer) };
  const isUnreached = context.outcome === 'escalated' && !somebodyHasIt(reached);
  return {
    ...reachedBy(context, answer),
    untold: told > 0 ? 0 : context.outbox.length + 1,
    ...(isUnreached ? { outcome: 'escalated-but-unreached' as const } : {}),
  };
}

function reachedBy({ supportCase }: IncidentContext, answer: Told | null): Change {
  if (supportCase === null || supportCase.text === '' || answer === null) return {};
  return answer.told > 0 && answer.text.includes(CASE_TEXT) ? { supportCase: { ...supportCase, reached: true } } : {};
}
