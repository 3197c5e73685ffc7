import { WAITING } from '../../../src/core/reminder.ts';
import { newestOfConnectors } from '../../../src/steps/subjects.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import type { Look } from '../activities.ts';
import { sayBouts, sayRevisions } from '../../../src/core/service/users-bouts.ts';
import type { DeathBurst, DeathBursts, UsersBout } from '../../../src/core/model/testimony.ts';
import type { IncidentContext } from '../context.ts';
import { sayInstant } from '../people/say-instant.ts';
import { gateOutcome } from '../steps.ts';

/**
 * What comes again and again with quiet times between: a leak kills its instance every half hour, users fail for minutes, and a soak that
 * happens to lie between would prove nothing. Pure.
 */

const MINUTE = 60_000;
/** Less than this between one look that shows some and the next: the same burst. */
const APART = 5 * MINUTE;
const REMEMBERED = 6;
/** As a multiple of the longest quiet time between two bursts so far. */
const QUIET_FOR = 2;
/** Deaths more often than this are the illness of now, which every look shows. */
const SELDOM = 10 * MINUTE;

/** The first look reads of deaths that are minutes old: they are bursts like those that come, and tell how long a quiet time must be. */
function firstBursts(before: DeathBursts, { at, served }: Pick<Look, 'at' | 'served'>): DeathBursts {
  const found = Object.entries(served).flatMap(([service, revisions]): [string, readonly DeathBurst[]][] => {
    const died = Object.values(revisions).flatMap(({ diedAt }) => (diedAt === undefined || diedAt >= at - APART ? [] : [diedAt]));
    const last = Math.max(...died);
    return before[service] !== undefined || died.length === 0 ? [] : [[service, [{ from: last, until: last }]]];
  });
  return { ...before, ...Object.fromEntries(found) };
}

export function burstsAfter(earlier: DeathBursts, look: Pick<Look, 'at' | 'testimony' | 'served'>): DeathBursts {
  const { at, testimony } = look;
  const before = firstBursts(earlier, look);
  const dying = Object.entries(testimony).filter(([, { deaths }]) => deaths.word === 'ill');
  const added = dying.map(([service, { deaths }]): [string, readonly DeathBurst[]] => {
    const because = shortened(deaths.because.replace(/^containers die: /, ''));
    const known = before[service] ?? [];
    const last = known.at(-1);
    if (last !== undefined && at - last.until <= APART) return [service, [...known.slice(0, -1), { ...last, until: at, because }]];
    return [service, [...known, { from: at, until: at, because }].slice(-REMEMBERED)];
  });
  return { ...before, ...Object.fromEntries(added) };
}

const MOST_WORDS = 160;

function shortened(words: string): string {
  return words.length <= MOST_WORDS ? words : `${words.slice(0, MOST_WORDS - 1)}…`;
}

/** `; the last time: containers die: 2 × a memory limit that was exceeded in shop-00002-bbb`. */
function ofWhat(bursts: readonly DeathBurst[]): string {
  const because = bursts.at(-1)?.because;
  return because === undefined ? '' : `; the last time: ${because}`;
}

/**
 * The soak's word on this look. Where surely too many of the users' requests failed, the soak begins anew, also where the figures come
 * late and the probes are well again by then: an outage of minutes, again and again, must not fit between two looks.
 */
export function soakOutcome(context: IncidentContext): Outcome {
  const outcome = gateOutcome(context, 'all');
  const hasFailed = Object.values(context.look?.testimony ?? {}).some(({ requests }) => requests.word === 'ill');
  return outcome === 'inconclusive' && hasFailed ? 'fail' : outcome;
}

/** What users met, or what containers did. */
type Kind = 'deaths' | 'users';

interface Recurring {
  readonly kind: Kind;
  readonly service: string;
  readonly bursts: readonly { readonly from: number }[];
  readonly words: string;
  /** Until then without another, and it counts as over. */
  readonly quietAt: number;
}

/** By service, what came since anything was changed for it. */
function sinceChange<Burst extends { readonly from: number }>(
  { servingSince, changedAt }: IncidentContext,
  known: Readonly<Record<string, readonly Burst[]>> = {},
): readonly (readonly [string, readonly Burst[]])[] {
  const scaledAt = newestOfConnectors(servingSince);
  return Object.entries(known).map(([service, all]) => {
    const since = Math.max(changedAt, servingSince[service] ?? 0, scaledAt);
    return [service, all.filter(({ from }) => from > since)];
  });
}

/** What has come at least twice since then, with a quiet time between. */
function recurring(context: IncidentContext): readonly Recurring[] {
  return [...deathsAgain(context), ...usersAgain(context)];
}

function deathsAgain(context: IncidentContext): readonly Recurring[] {
  return sinceChange(context, context.deathBursts).flatMap(([service, bursts]) => {
    const everyMs = longest(bursts.slice(1).map(({ from }, index) => from - bursts[index]!.from));
    if (everyMs < SELDOM) return [];
    const when = bursts.map(({ from }) => sayInstant(from)).join(', ');
    const words = `containers of ${service} die again and again (${when}: up to ${minutes(everyMs)} min apart${ofWhat(bursts)})`;
    return [{ kind: 'deaths', service, bursts, words, quietAt: bursts.at(-1)!.until + QUIET_FOR * everyMs }];
  });
}

function usersAgain(context: IncidentContext): readonly Recurring[] {
  return sinceChange(context, context.usersBouts).flatMap(([service, bursts]) => {
    if (bursts.length < 2) return [];
    const quietMs = longest(bursts.slice(1).map(({ from }, index) => from - bursts[index]!.until));
    const by = sayRevisions(bursts);
    const words = `users of ${service} fail again and again (${sayBouts(bursts)}: up to ${minutes(quietMs)} min without between them${by === '' ? '' : `; ${by}`}${lastOf(bursts)})`;
    return [{ kind: 'users', service, bursts, words, quietAt: bursts.at(-1)!.until + QUIET_FOR * quietMs }];
  });
}

function longest(gaps: readonly number[]): number {
  return Math.max(0, ...gaps);
}

function minutes(ms: number): number {
  return Math.round(ms / MINUTE);
}

function lastOf(bouts: readonly UsersBout[]): string {
  const because = bouts.at(-1)?.because;
  return because === undefined ? '' : `; the last time: ${shortened(because)}`;
}

/** Nothing comes again and again: a quiet time is only proof when it is longer than those between. */
export function isQuietEnough(context: IncidentContext): boolean {
  return open(context).length === 0;
}

function open(context: IncidentContext): readonly Recurring[] {
  const at = context.look?.at ?? 0;
  return recurring(context).filter(({ quietAt }) => at < quietAt);
}

/** What keeps the quiet time from being proof, for people; '' where nothing does. */
export function recurringWords(context: IncidentContext): string {
  return open(context)
    .map(({ words, quietAt }) => `${words}: quiet is proof only from ${sayInstant(quietAt)}`)
    .join('; ');
}

/** When the newest of what comes again and again began; 0: nothing does. */
export function newestBurstAt(context: IncidentContext): number {
  return longest(recurring(context).map(({ bursts }) => bursts.at(-1)!.from));
}

/** A recovery is told with what came and went on the way to it; '' where nothing did. */
export function diedWords(context: IncidentContext): string {
  const died = sinceChange(context, context.deathBursts).flatMap(([service, bursts]) =>
    bursts.length === 0
      ? []
      : [`containers of ${service} were seen to die at ${bursts.map(({ from }) => sayInstant(from)).join(', ')}${ofWhat(bursts)}`],
  );
  const failed = sinceChange(context, context.usersBouts).flatMap(([service, bouts]) =>
    bouts.length === 0 ? [] : [`users of ${service} failed ${sayBouts(bouts)}${lastOf(bouts)}`],
  );
  const said = [...died, ...failed];
  return said.length === 0 ? '' : ` Mind: ${said.join('; ')}; not since.`;
}

/** Told once, when it comes for the second time, where nobody is asked or called already. */
export function tellRecurring(before: IncidentContext, after: IncidentContext): readonly string[] {
  const nameOf = ({ kind, service }: Recurring): string => `${kind} ${service}`;
  const known = new Set(recurring(before).map(nameOf));
  const isNew = recurring(after).some((one) => !known.has(nameOf(one)));
  const words = recurringWords(after);
  if (!isNew || words === '' || after.question !== null || after.escalation !== null) return after.outbox;
  return [...after.outbox, `${after.target}: ${WAITING}${words}.`];
}
