import { newestOfConnectors } from '../../../src/steps/subjects.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import type { Look } from '../activities.ts';
import type { DeathBurst, DeathBursts, IncidentContext } from '../context.ts';
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
/** More often than this it is the illness of now, which every look shows. */
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

interface Recurring {
  readonly service: string;
  readonly bursts: readonly DeathBurst[];
  /** From the begin of one burst to that of the next, ms; the longest. */
  readonly everyMs: number;
  /** Until then without a death, and it counts as over. */
  readonly quietAt: number;
}

/** The bursts of each service since anything was changed for it. */
function sinceChange({
  deathBursts = {},
  servingSince,
  changedAt,
}: IncidentContext): readonly (readonly [string, readonly DeathBurst[]])[] {
  const scaledAt = newestOfConnectors(servingSince);
  return Object.entries(deathBursts).map(([service, all]) => {
    const since = Math.max(changedAt, servingSince[service] ?? 0, scaledAt);
    return [service, all.filter(({ from }) => from > since)];
  });
}

/** Services that have died at least twice since then, with a quiet time between. */
function recurring(context: IncidentContext): readonly Recurring[] {
  return sinceChange(context).flatMap(([service, bursts]) => {
    const gaps = bursts.slice(1).map(({ from }, index) => from - bursts[index]!.from);
    const everyMs = Math.max(0, ...gaps);
    return everyMs < SELDOM ? [] : [{ service, bursts, everyMs, quietAt: bursts.at(-1)!.until + QUIET_FOR * everyMs }];
  });
}

/** Nothing dies again and again: a quiet time is only proof when it is longer than those between the deaths. */
export function isQuietEnough(context: IncidentContext): boolean {
  const at = context.look?.at ?? 0;
  return recurring(context).every(({ quietAt }) => at >= quietAt);
}

/** What keeps the quiet time from being proof, for people; '' where nothing does. */
export function recurringWords(context: IncidentContext): string {
  const at = context.look?.at ?? 0;
  return recurring(context)
    .filter(({ quietAt }) => at < quietAt)
    .map(({ service, bursts, everyMs, quietAt }) => {
      const when = bursts.map(({ from }) => sayInstant(from)).join(', ');
      return `containers of ${service} die again and again (${when}: up to ${Math.round(everyMs / MINUTE)} min apart${ofWhat(bursts)}): quiet is proof only from ${sayInstant(quietAt)}`;
    })
    .join('; ');
}

/** When the newest of what dies again and again began; 0: nothing does. */
export function newestBurstAt(context: IncidentContext): number {
  return Math.max(0, ...recurring(context).map(({ bursts }) => bursts.at(-1)!.from));
}

/** A recovery is told with what died on the way to it; '' where nothing did. */
export function diedWords(context: IncidentContext): string {
  const died = sinceChange(context).filter(([, bursts]) => bursts.length > 0);
  const said = died.map(
    ([service, bursts]) =>
      `containers of ${service} were seen to die at ${bursts.map(({ from }) => sayInstant(from)).join(', ')}${ofWhat(bursts)}`,
  );
  return said.length === 0 ? '' : ` Mind: ${said.join('; ')}; not since.`;
}

/** Told once, when they die for the second time, where nobody is asked or called already. */
export function tellRecurring(before: IncidentContext, after: IncidentContext): readonly string[] {
  const known = new Set(recurring(before).map(({ service }) => service));
  const isNew = recurring(after).some(({ service }) => !known.has(service));
  if (!isNew || after.question !== null || after.escalation !== null) return after.outbox;
  return [...after.outbox, `${after.target}: ${recurringWords(after)}.`];
}
