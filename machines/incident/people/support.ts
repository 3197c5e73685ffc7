import { failureOf, failureWords } from '../activity-results.ts';
import type { CaseEvidence, CaseReading } from './case.ts';
import { caseNews, figureWords, toldNow } from './case-news.ts';
import type { IncidentContext } from '../context.ts';
import { instantOf } from '../events.ts';
import { sayInstant } from './say-instant.ts';
import { inForceNow } from '../trial/in-force.ts';
import { gateOutcome } from '../steps.ts';
import { irreversibleWords, selfHealedWords } from './messages.ts';

/** A support case that is open: what is due to it, what was read of it, and what is told of that. Pure. */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;
type Case = NonNullable<IncidentContext['supportCase']>;

const MINUTE = 60_000;
const COMMENT_LIMIT = 20;
/** A support that does not answer so often in a row is news. */
const TELL_AFTER = 3;
/** Recovery is proven; only the case keeps the run. */
const CLOSE_WITHIN = 60 * MINUTE;
/** Phases may change from look to look. */
const QUIET_FOR = 5 * MINUTE;
const CLOSED = 'CLOSED';
/** States in which Google waits for a human, or has something to tell one. */
const FOR_PEOPLE = ['ACTION_REQUIRED', 'SOLUTION_PROVIDED', CLOSED];

/** Where people find it in the console. */
export function casePage(name: string): string {
  const [, project = '', number = ''] = /^projects\/([^/]+)\/cases\/([^/]+)$/.exec(name) ?? [];
  return number === '' ? name : `https://console.cloud.google.com/support/cases/detail/v2/${number}?project=${project}`;
}

/** Open, as far as it was read, and so it takes comments and files. */
export function caseTakesMore({ context: { supportCase } }: Pick<Scope, 'context'>): boolean {
  return supportCase?.name != null && supportCase.seen?.state !== CLOSED;
}

export const evidenceDue = (scope: Pick<Scope, 'context'>): boolean =>
  caseTakesMore(scope) && scope.context.supportCase?.evidenceDue === true;
export const commentsWaiting = (scope: Pick<Scope, 'context'>): boolean => caseTakesMore(scope) && scope.context.commentsDue.length > 0;

/** Nobody has answered in the time of the support plan, users are still not served, and it was not asked for before. */
export function mayEscalateCase(scope: Pick<Scope, 'context'>): boolean {
  const { supportCase, settings } = scope.context;
  if (!caseTakesMore(scope) || settings.caseAnswerWithinMs === undefined) return false;
  const { seen, urged } = supportCase ?? {};
  return urged === undefined && seen?.escalated !== true && (seen?.byGoogle ?? 0) === 0 && gateOutcome(scope.context, 'all') === 'fail';
}

/** Some refusals are final; a support that is away is waited for, until the hour is over. */
export function mayCloseLater({ context, event }: Scope): boolean {
  const by = context.supportCase?.closeBy ?? instantOf(event) + CLOSE_WITHIN;
  const isFinal = 'error' in event && ['terminal', 'invariant', 'human', 'user'].includes(failureOf(event).kind);
  return context.supportCase?.name != null && !isFinal && instantOf(event) < by;
}

function known(context: IncidentContext): Case {
  return context.supportCase ?? { name: null, text: '', note: null };
}

/** Support has answered: what was told to be away is told to be back. */
function answered(context: IncidentContext, event: object): { readonly supportCase: Case; readonly outbox: readonly string[] } {
  const { away, ...rest } = known(context);
  const back = away?.told === true ? [`${context.target}: Google Cloud Support answers again since ${sayInstant(instantOf(event))}.`] : [];
  return { supportCase: rest, outbox: [...context.outbox, ...back] };
}

export function recordEvidence({ context, event }: Scope, { as, note }: CaseEvidence): Change {
  const { supportCase, outbox } = answered(context, event);
  const { evidenceDue: _due, ...rest } = supportCase;
  const lost = as === 'nothing' ? [`${context.target}: the evidence could not be put on ${rest.name ?? 'the case'}: ${note}.`] : [];
  return { supportCase: rest, outbox: [...outbox, ...lost] };
}

/** It is on the case, or the case does not take it: then that is said, and it is not tried again. */
export function shiftComment({ context, event }: Scope, { note }: { readonly note?: string }): Change {
  const { supportCase, outbox } = answered(context, event);
  const lost = note === undefined ? [] : [`${context.target}: a comment was not taken by ${supportCase.name ?? 'the case'}: ${note}.`];
  return { supportCase, commentsDue: context.commentsDue.slice(1), outbox: [...outbox, ...lost] };
}

export function recordReading({ context, event }: Scope, reading: CaseReading): Change {
  const { supportCase, outbox } = answered(context, event);
  const { answers, news: _news, priority: _priority, ...seen } = reading;
  const words = [...answers.map((answer) => answerWords(context, answer)), ...stateWords(context, reading)];
  return {
    supportCase: { ...supportCase, seen },
    outbox: [...outbox, ...words],
    ...(reading.state === CLOSED ? { commentsDue: [] } : {}),
  };
}

function answerWords({ target, supportCase }: IncidentContext, { at, by, byGoogle, text }: CaseReading['answers'][number]): string {
  const who = byGoogle ? `Google Cloud Support (${by})` : by;
  return `${target}: ${who} wrote into ${supportCase?.name ?? 'the case'}${at === null ? '' : ` at ${sayInstant(at)}`}: "${text}" ${casePage(supportCase?.name ?? '')}`;
}

function stateWords({ target, supportCase }: IncidentContext, { at, state, escalated }: CaseReading): readonly string[] {
  const { seen, name } = supportCase ?? {};
  if (name == null || seen === undefined || (state === seen.state && escalated === seen.escalated)) return [];
  const wants = FOR_PEOPLE.includes(state) ? ` Somebody should look: ${casePage(name)}` : '';
  const ended = state === CLOSED ? ' This run has not closed it, and adds no comments while it is closed.' : '';
  return [
    `${target}: ${name} is ${state}${escalated ? ', escalated' : ''} (read at ${sayInstant(at)}; before: ${seen.state}).${ended}${wants}`,
  ];
}

export function recordEscalated(
  { context, event }: Scope,
  { escalated, note }: { readonly escalated: boolean; readonly note: string | null },
): Change {
  const { supportCase, outbox } = answered(context, event);
  const name = supportCase.name ?? 'the case';
  const words = escalated ? `was escalated at ${sayInstant(instantOf(event))}` : 'was not escalated';
  const urged = `${words}${note === null ? '' : ` (${note})`}`;
  const seen = supportCase.seen === undefined ? {} : { seen: { ...supportCase.seen, escalated } };
  const why = escalated ? `: ${justification(context)}` : '.';
  return { supportCase: { ...supportCase, ...seen, urged }, outbox: [...outbox, `${context.target}: ${name} ${urged}${why}`] };
}

/** Why Google should look at it with more weight: what it waits for, and what users get. */
export function justification(context: IncidentContext): string {
  const { supportCase, settings, look } = context;
  const minutes = Math.round((settings.caseAnswerWithinMs ?? 0) / MINUTE);
  const opened = supportCase?.openedAt === undefined ? '' : `, opened at ${sayInstant(supportCase.openedAt)},`;
  const seen = look === null ? '' : ` Seen ${sayInstant(look.at)}: ${look.headline}; ${figureWords(look.indicators, null)}.`;
  return `the case${opened} has no answer of Google, read last at ${sayInstant(supportCase?.seen?.at ?? 0)}; the first one is due within ${minutes} min.${seen}`;
}

/** Support did not answer: what is due stays due. Told once, when it lasts. */
export function countAway({ context, event }: Scope): Change {
  const { supportCase, outbox, commentsDue, target } = context;
  const now = instantOf(event);
  const before = supportCase?.away ?? { since: now, tries: 0, told: false };
  const tries = before.tries + 1;
  const isNews = !before.told && tries >= TELL_AFTER;
  const why = 'error' in event ? failureWords(event) : 'no answer in time';
  const due = `${commentsDue.length} ${commentsDue.length === 1 ? 'comment is' : 'comments are'} kept and sent when it answers`;
  const words = `${target}: Google Cloud Support has not answered since ${sayInstant(before.since)} (${why}). ${due}; the rest of the run goes on.`;
  return {
    supportCase: { ...known(context), away: { since: before.since, tries, told: before.told || isNews } },
    outbox: isNews ? [...outbox, words] : outbox,
  };
}

/** The regular comment: silent where there is nothing new to tell. */
export function dueComment(scope: Scope): Change {
  const news = caseNews(scope.context, scope.context.supportCase?.toldOf);
  return news === '' ? {} : commented(scope, news);
}

/** The run has come to another phase: told with what has changed, unless the case was told something minutes ago. */
export function tellCasePhase(scope: Scope, { what }: { readonly what: string }): Change {
  const { escalation, supportCase } = scope.context;
  if (escalation === null || instantOf(scope.event) - (supportCase?.toldOf?.at ?? 0) < QUIET_FOR) return {};
  const news = caseNews(scope.context, scope.context.supportCase?.toldOf);
  return commented(scope, news === '' ? what : `${what}\n${news}`);
}

function commented({ context, event }: Scope, words: string): Change {
  if (!caseTakesMore({ context })) return {};
  const now = instantOf(event);
  return {
    commentsDue: [...context.commentsDue, `As of ${sayInstant(now)}: ${words}`].slice(-COMMENT_LIMIT),
    supportCase: { ...known(context), toldOf: toldNow(context, now) },
  };
}

/** What came of it, for the last comment. */
export function resolutionWords(context: IncidentContext, event: object): string {
  const { look, settings } = context;
  const soak = Math.round(settings.soakForMs / MINUTE);
  const inForce = inForceNow(context).map(({ title }) => title);
  return [
    `As of ${sayInstant(instantOf(event))}: resolved. All checks have passed for ${soak} min without a break, after an end-to-end validation.${selfHealedWords(context)}`,
    ...(look === null ? [] : [`Seen ${sayInstant(look.at)}: ${look.headline}; ${figureWords(look.indicators, null)}.`]),
    inForce.length === 0 ? 'Nothing that this run has changed is in force.' : `In force, changed by this run: ${inForce.join('; ')}.`,
    irreversibleWords(context),
    'This case is closed by the run that opened it.',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

export function recordNotClosed({ context, event }: Scope): Change {
  const now = instantOf(event);
  const supportCase = known(context);
  const by = supportCase.closeBy ?? now + CLOSE_WITHIN;
  const why = 'error' in event ? failureWords(event) : 'no answer in time';
  const tries = (supportCase.away?.tries ?? 0) + 1;
  const words = `${context.target}: recovery is proven; ${supportCase.name ?? 'the case'} could not be closed yet (${why}). It is tried until ${sayInstant(by)}.`;
  return {
    supportCase: { ...supportCase, closeBy: by, away: { since: supportCase.away?.since ?? now, tries, told: true } },
    outbox: supportCase.closeBy === undefined ? [...context.outbox, words] : context.outbox,
  };
}

export function recordClosed({ context }: Scope, { closed }: { readonly closed: boolean }): Change {
  return context.supportCase === null || !closed ? {} : { supportCase: { ...context.supportCase, closed: true } };
}
