import type { Mutation } from '../../../src/core/model/mutation.ts';
import type { PlanStep } from '../../../src/core/model/plan.ts';
import type { Counted, ServiceTally } from '../../../src/core/model/trial.ts';
import type { IncidentContext } from '../context.ts';
import type { TurnedAwayByBound } from '../kept.ts';
import { wayOf } from '../../../src/steps/index.ts';
import { sayInstant } from '../people/say-instant.ts';
import { inForceNow } from './in-force.ts';
import { allLeft, dependenciesHealthy, hasRoom, isHalfDone } from '../steps.ts';

/** A maximum of instances that this run has set, and that turns users away since: harm by our own hand, told at once. Pure. */

/** So many looks on end must find it. */
const LOOKS = 2;
/** Fewer of the requests than this are no news for people. */
const LEAST_SHARE = 0.02;
/** After so long without it, it is told anew. */
const QUIET_MS = 30 * 60_000;

interface Scope {
  readonly context: IncidentContext;
}

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
    const heeded = looks > 1 && known?.heeded === true ? { heeded: true as const } : {};
    return [service, { until: look.at, looks, told: looks >= LOOKS, ...heeded }];
  });
  const isNew = ({ service }: Found): boolean => seen.some(([name, { looks }]) => name === service && looks === LOOKS);
  const now = { ...Object.fromEntries(kept), ...Object.fromEntries(seen) };
  // What is put back at once is told by that.
  const taken = unneeded({ ...context, boundTurnsAway: now })?.service;
  const news = found.filter((one) => isNew(one) && one.service !== taken);
  return { boundTurnsAway: now, outbox: [...outbox, ...news.map((one) => `${context.target}: ${words(context, one)}`)] };
}

/** The database has room for as many instances again, and no more than that is missing: what the bound was set for is over. */
const MOST_MISSING = 0.5;
/** So many looks on end before people are called: a load that comes and goes within minutes is no reason. */
const LASTING_LOOKS = 10;

/**
 * The bound that is to be put back by itself: it turns users away, and the connections that it saved are free. Not while anything is half done,
 * asked, held or handed over.
 */
function unneeded(context: IncidentContext): Found | null {
  return open(context, LOOKS).find((found) => isUnneeded(context, found)) ?? null;
}

/** Nothing that is left can help those whom the bound turns away: whoever weighs them against the database is called. */
function unhelped(context: IncidentContext): Found | null {
  const left = allLeft(context).filter((step) => wayOf(step.kind).startsRevision === false || isReady(context, step));
  return context.plan === null || left.length > 0
    ? null
    : (open(context, LASTING_LOOKS).find((found) => !isUnneeded(context, found)) ?? null);
}

function isReady(context: IncidentContext, step: PlanStep): boolean {
  return dependenciesHealthy(context, step) && hasRoom(context, step);
}

function isUnneeded({ look }: IncidentContext, { service, requests }: Found): boolean {
  const { total, turnedAway = 0 } = sum(requests.byRevision);
  return look?.gates[`room:${service}`]?.outcome === 'pass' && turnedAway <= MOST_MISSING * total;
}

/** What looks on end have found and nobody has taken up, while the run has nothing else in hand. */
function open(context: IncidentContext, looks: number): readonly Found[] {
  const { writing, held, escalation, question, askedAt, rollback, aborting } = context;
  const isBusy = writing || aborting || held !== null || escalation !== null || question !== null || askedAt !== null || rollback !== null;
  if (isBusy || isHalfDone(context)) return [];
  return turningAway(context).filter(({ service }) => {
    const known = context.boundTurnsAway?.[service];
    return known !== undefined && known.until === context.look?.at && known.looks >= looks && known.heeded !== true;
  });
}

export const ownBoundUnneeded = ({ context }: Scope): boolean => unneeded(context) !== null;
export const ownBoundUnhelped = ({ context }: Scope): boolean => unhelped(context) !== null;

/** The step in hand is the bound again: it is undone like any other step that turns out to do harm. */
export function takeOwnBound({ context }: Scope): Partial<IncidentContext> {
  const found = unneeded(context);
  if (found === null) return {};
  const { service, mutation, requests } = found;
  const { total, turnedAway = 0 } = sum(requests.byRevision);
  const why = `${turnedAway} of ${total} requests of ${service} were answered 429 since ${sayInstant(requests.sinceAt)}, and what it was set for is over: ${context.look?.gates[`room:${service}`]?.because ?? ''}`;
  return { ...heed(context, service), stepId: mutation.stepId, failure: `${mutation.title}: it turns users away: ${why}` };
}

/** A deploy is not waited for that cannot help them. */
export function rememberOwnBound({ context }: Scope): Partial<IncidentContext> {
  const found = unhelped(context);
  if (found === null) return {};
  const left = allLeft(context).map(({ title }) => title);
  const waits = left.length === 0 ? 'no step is left that could help' : `what is left cannot help: ${left.join('; ')}`;
  return { ...heed(context, found.service), failure: `${words(context, found).replace(/\.$/, '')}; ${waits}` };
}

function heed({ boundTurnsAway = {} }: IncidentContext, service: string): Partial<IncidentContext> {
  const known = boundTurnsAway[service];
  return known === undefined ? {} : { boundTurnsAway: { ...boundTurnsAway, [service]: { ...known, heeded: true } } };
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
