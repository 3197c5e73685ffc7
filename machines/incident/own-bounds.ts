import type { Mutation } from '../../src/core/model/mutation.ts';
import type { Counted, ServiceTally } from '../../src/core/model/trial.ts';
import type { IncidentContext, TurnedAwayByBound } from './context.ts';
import { sayInstant } from './say-instant.ts';
import { inForceNow } from './in-force.ts';

/** A maximum of instances that this run has set, and that turns users away since: harm by our own hand, told at once. Pure. */

/** So many looks on end must find it. */
const LOOKS = 2;
/** Fewer of the requests than this are no news for people. */
const LEAST_SHARE = 0.02;
/** After so long without it, it is told anew. */
const QUIET_MS = 30 * 60_000;

interface Found {
  readonly service: string;
  readonly mutation: Mutation;
  readonly most: number;
  readonly requests: NonNullable<ServiceTally['requests']>;
}

/** What the newest look adds to it, and what people are told: once, when two looks agree. */
export function tellOwnBounds(context: IncidentContext): Required<Pick<IncidentContext, 'boundTurnsAway' | 'outbox'>> {
  const { look, boundTurnsAway = {}, outbox } = context;
  if (look === null) return { boundTurnsAway, outbox };
  const found = turningAway(context);
  const kept = Object.entries(boundTurnsAway).filter(([, { until, told }]) => told && look.at - until <= QUIET_MS);
  const seen = found.map(({ service }): readonly [string, TurnedAwayByBound] => {
    const known = boundTurnsAway[service];
    const looks = known === undefined || look.at - known.until > QUIET_MS ? 1 : known.looks + 1;
    return [service, { until: look.at, looks, told: looks >= LOOKS }];
  });
  const isNew = ({ service }: Found): boolean => seen.some(([name, { looks }]) => name === service && looks === LOOKS);
  const told = found.filter(isNew).map((one) => `${context.target}: ${words(context, one)}`);
  return { boundTurnsAway: { ...Object.fromEntries(kept), ...Object.fromEntries(seen) }, outbox: [...outbox, ...told] };
}

/** Whether the newest look shows it and people were told: nobody but a person weighs users against the database. */
export function ownBoundNeedsPerson({ look, boundTurnsAway = {} }: Pick<IncidentContext, 'look' | 'boundTurnsAway'>): boolean {
  return Object.values(boundTurnsAway).some(({ until, told }) => told && until === look?.at);
}

/** The same for last words and a case; '' where no bound of ours does. */
export function ownBoundWords(context: IncidentContext): string {
  if (!ownBoundNeedsPerson(context)) return '';
  return turningAway(context)
    .map((found) => words(context, found))
    .join(' ');
}

/**
 * Services below a maximum that this run has lowered, whose users' requests speak against them, and of which Cloud Run has logged since
 * the change that it had no instance.
 */
function turningAway(context: IncidentContext): readonly Found[] {
  const { look } = context;
  return inForceNow(context).flatMap((mutation): readonly Found[] => {
    const { before, after, at } = mutation;
    if (before.kind !== 'traffic' || after.kind !== 'traffic') return [];
    const most = after.bounds?.maxInstances ?? null;
    if (most === null || most >= (before.bounds?.maxInstances ?? Infinity)) return [];
    const { service } = after;
    const { requests = null, noInstance } = look?.tallies?.[service] ?? {};
    const isIll = look?.testimony[service]?.requests.word === 'ill';
    // A window that reaches back before the bound counts who was turned away without it.
    if (!isIll || requests === null || requests.sinceAt < at) return [];
    const saidAt = Math.max(0, ...Object.values(noInstance ?? {}));
    const { total, turnedAway = 0 } = sum(requests.byRevision);
    if (saidAt <= Math.max(at, requests.sinceAt) || turnedAway < LEAST_SHARE * total) return [];
    return [{ service, mutation, most, requests }];
  });
}

function words(context: IncidentContext, { service, mutation, most, requests: { sinceAt, untilAt, byRevision } }: Found): string {
  const { total, turnedAway = 0 } = sum(byRevision);
  const room = context.look?.gates[`room:${service}`];
  const database = room === undefined || room.outcome === 'pass' ? '' : ` Mind the database: ${room.because}.`;
  return (
    `our bound of ${service} (at most ${most}, set ${sayInstant(mutation.at)}) turns users away: ${turnedAway} of ${total} requests ` +
    `since ${sayInstant(sinceAt)} were answered 429 (counted until ${sayInstant(untilAt)}), and Cloud Run says that it had no instance. ` +
    `The run does not raise it by itself. To undo: ${mutation.undo}.${database}`
  );
}

function sum(byRevision: Readonly<Record<string, Counted>>): Counted {
  const all = Object.values(byRevision);
  return {
    total: all.reduce((whole, { total }) => whole + total, 0),
    failed: all.reduce((whole, { failed }) => whole + failed, 0),
    turnedAway: all.reduce((whole, { turnedAway = 0 }) => whole + turnedAway, 0),
  };
}
