import type { TrafficTarget } from '../../../src/core/model/observation.ts';
import { isOfService } from '../../../src/steps/subjects.ts';
import type { IncidentContext, RestoreItem } from '../context.ts';
import { gateOutcome } from '../steps.ts';

/**
 * A restore is a change like any other: what serves now is held against what the target's revisions did when they last served.
 * Never onto worse evidence; absence of data is no reason. A human's order to roll back is not weighed. Pure.
 */

interface Scope {
  readonly context: IncidentContext;
}

/** `back`: it may be put back. `keep`: what serves is well. `wait`: it cannot be told. `ask`: the target did worse, or others did. */
export type Weight = 'back' | 'keep' | 'wait' | 'ask';

interface Counts {
  readonly total: number;
  readonly failed: number;
  /** Answered 429; missing: not known of all of them. */
  readonly turnedAway?: number | undefined;
  /** Answered well, but later than twice the goal; missing: not known of all of them. */
  readonly late?: number | undefined;
}

const NONE: Counts = { total: 0, failed: 0 };

/** Looks in a row in which what serves must fail: one blip never leads to a restore. */
const AGREED_LOOKS = 2;
/** Standard errors by which the target must have done worse. */
const CLEARLY = 2;
/** Where nearly all fail either way, a few points are no reason to leave users with what we made. */
const LEAST_POINTS = 0.1;
/** Requests beside the new revision that say more than those before it. */
const LEAST_BESIDE = 20;

export function weighRestore(context: IncidentContext, { service, traffic, bounds, undoes }: RestoreItem): Weight {
  const { rollback, trial, failing } = context;
  const serving = servingNow(context, service);
  const target = namesOf(traffic);
  // Bounds move no users by themselves, and yet decide how many are served, here and by whoever shares the database.
  if (rollback !== null || (sameNames(serving, target) && bounds === undefined)) return 'back';
  // Taken up because it turns users away and is not needed any more: its own figures have weighed it.
  if (undoes !== undefined && bounds !== undefined && context.boundTurnsAway?.[service]?.heeded === true) return 'back';
  const [then, now] = [thenOf(context, service, target), nowOf(context, service, leavingOf(serving, target))];
  const isWorse = didWorse(then, now);
  // The watch after the write has agreed over several looks; even then users are not handed to what served them worse.
  if (trial?.conclusion === 'worse' || trial?.conclusion === 'failing') {
    if (!isWorse) return 'back';
    return isOfSmallShare(context, service, leavingOf(serving, target)) ? 'wait' : 'ask';
  }
  const gate = `healthy:${service}`;
  const outcome = gateOutcome(context, gate);
  if (outcome === 'pass') return isOfSmallShare(context, service, leavingOf(serving, target)) ? 'wait' : 'keep';
  if (outcome !== 'fail' || (failing[gate] ?? 0) < AGREED_LOOKS) return 'wait';
  const isForNothing = !didWorse(now, then) && mendedSince(context, service).length > 0;
  return isWorse || isForNothing ? 'ask' : 'back';
}

/**
 * Other services that were ill when this one was changed, and are well: what they share (connections, a connector) may be what the
 * change has freed. Where what was before did no better here, putting it back could cost them that for nothing. A connector that this
 * run has enlarged carries both.
 */
function mendedSince(context: IncidentContext, service: string): readonly string[] {
  if (context.mutations.some(({ before, outcome }) => !isOfService(before) && outcome === 'applied')) return [];
  const changes = context.mutations.filter(({ before }) => isOfService(before) && before.service === service);
  const ill = new Set(changes.flatMap((change) => change.ill ?? []));
  return [...ill].filter((name) => name !== service && gateOutcome(context, `healthy:${name}`) === 'pass');
}

/**
 * The figures reach back to minutes in which the new revision had its small share: how it did then does not tell what it does with
 * all users, so it speaks for nothing until the window has moved on.
 */
function isOfSmallShare({ trial, look }: IncidentContext, service: string, names: readonly string[]): boolean {
  if ((trial?.stage !== 'all' && trial?.later !== true) || !trial.isNew) return false;
  const windows = names.map((name) => look?.served[service]?.[name]).filter((window) => window !== undefined && window.total > 0);
  return windows.some((window) => window !== undefined && window.sinceAt < trial.sinceAt);
}

/** What would lose its users. */
function leavingOf(serving: readonly string[], target: readonly string[]): readonly string[] {
  const leaving = serving.filter((name) => !target.includes(name));
  return leaving.length === 0 ? serving : leaving;
}

/** What the target did when it last served: beside the new revision, or right before the change; else all that it has served. */
function thenOf(context: IncidentContext, service: string, target: readonly string[]): Counts {
  const { trial } = context;
  const beside = trial?.after[service]?.beside;
  if (beside !== undefined && beside.total >= LEAST_BESIDE) return beside;
  const before = trial?.before[service]?.requests;
  return before != null && before.total > 0 ? before : countsOf(context, service, target);
}

/** Clearly, and by more than chance, where both have answered requests. Who was turned away or was late counts where it is known of both. */
function didWorse(target: Counts, now: Counts): boolean {
  if (target.total === 0 || now.total === 0) return false;
  const areCounted = target.turnedAway !== undefined && now.turnedAway !== undefined;
  const areTimed = target.late !== undefined && now.late !== undefined;
  const lost = ({ failed, turnedAway = 0, late = 0 }: Counts): number => failed + (areCounted ? turnedAway : 0) + (areTimed ? late : 0);
  const [then, present] = [lost(target) / target.total, lost(now) / now.total];
  return then - present > LEAST_POINTS && isBeyondChance({ share: then, of: target.total }, { share: present, of: now.total });
}

interface Share {
  readonly share: number;
  /** Requests that it was counted from. */
  readonly of: number;
}

/** Whether the first share is greater than the second by more than chance may bring. */
export function isBeyondChance(one: Share, other: Share): boolean {
  const variance = ({ share, of }: Share): number => (share * (1 - share)) / of;
  return one.share - other.share > CLEARLY * Math.sqrt(variance(one) + variance(other));
}

function servingNow({ expected, intended }: IncidentContext, service: string): readonly string[] {
  const known = namesOf(expected?.traffic?.[service] ?? []);
  const wanted = intended[service];
  return known.length > 0 || wanted === undefined ? known : [wanted];
}

function namesOf(traffic: readonly TrafficTarget[]): readonly string[] {
  return [...new Set(traffic.flatMap(({ revision, percent }) => (revision !== null && percent > 0 ? [revision] : [])))].sort();
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length > 0 && one.join(' ') === other.join(' ');
}

function countsOf({ revisions }: IncidentContext, service: string, names: readonly string[]): Counts {
  return summed(names.map((name) => revisions[service]?.[name]));
}

/** What was counted before the change of one that has served before is no word on how it serves since. */
function countsSince(context: IncidentContext, service: string, names: readonly string[]): Counts {
  const { trial, revisions } = context;
  const isOld = (name: string): boolean => (revisions[service]?.[name]?.countedUntil ?? Infinity) <= (trial?.sinceAt ?? 0);
  return countsOf(context, service, trial === null ? names : names.filter((name) => !isOld(name)));
}

/**
 * The newest look's window where it holds requests, else all that the revisions have served since the change. The windows of a
 * revision that has served beside what it replaces, or had a smaller share, reach back to then: of such a one only what was counted
 * since the change.
 */
function nowOf(context: IncidentContext, service: string, names: readonly string[]): Counts {
  const { trial } = context;
  if (trial?.isNew === false && trial.services.includes(service)) return trial.after[service]?.requests ?? NONE;
  // How it did with a smaller share tells nothing of this one.
  const own = trial?.later === true ? trial.after[service] : undefined;
  if (trial?.later === true && trial.services.includes(service))
    return own === undefined || own.untilAt <= trial.sinceAt ? NONE : own.requests;
  const seen = summed(names.map((name) => context.look?.served[service]?.[name]));
  return seen.total > 0 ? seen : countsSince(context, service, names);
}

function summed(parts: readonly (Counts | undefined)[]): Counts {
  const known = parts.filter((part) => part !== undefined);
  const of = (part: 'total' | 'failed' | 'turnedAway' | 'late'): number => known.reduce((sum, each) => sum + (each[part] ?? 0), 0);
  const areTold = known.every(({ turnedAway }) => turnedAway !== undefined);
  const areTimed = known.length > 0 && known.every(({ late }) => late !== undefined);
  return {
    total: of('total'),
    failed: of('failed'),
    ...(areTold ? { turnedAway: of('turnedAway') } : {}),
    ...(areTimed ? { late: of('late') } : {}),
  };
}

/** Both stories side by side, each with its figures. */
export function storiesOf(context: IncidentContext, { service, traffic }: RestoreItem): string {
  const serving = servingNow(context, service);
  const target = namesOf(traffic);
  const why = context.look?.gates[`healthy:${service}`]?.because ?? 'no look could be taken';
  const mended = mendedSince(context, service);
  const others = mended.length === 0 ? '' : `. Ill when it was changed, and well now: ${mended.join(', ')}`;
  return (
    `${service}: now ${serving.join(', ') || 'not known'} serves: ${figures(nowOf(context, service, leavingOf(serving, target)))}; ${why}. ` +
    `Before, ${target.join(', ') || 'not known'} served: ${figures(thenOf(context, service, target))}${others}`
  );
}

function figures({ total, failed, turnedAway = 0, late = 0 }: Counts): string {
  if (total === 0) return 'no request of it was counted';
  return `${failed} of ${total} requests failed${turnedAway === 0 ? '' : `, ${turnedAway} were turned away (429)`}${late === 0 ? '' : `, ${late} took longer than twice the goal`}`;
}

type Change = Partial<IncidentContext>;

/** What serves is well: it is not put back, and that is said. */
export function keepServing({ context }: Scope): Change {
  const [item, ...rest] = context.restoreQueue;
  if (item === undefined) return {};
  const words = `${context.target}: not put back, because what serves now is well. ${storiesOf(context, item)}.`;
  return { restoreQueue: rest, outbox: [...context.outbox, words] };
}

export function tellWeighing({ context }: Scope): Change {
  const [item] = context.restoreQueue;
  if (item === undefined) return {};
  const words = `${context.target}: nothing is put back while it cannot be told how what serves now does; looking on. ${storiesOf(context, item)}.`;
  return { outbox: [...context.outbox, words] };
}

export function rememberWeighed({ context }: Scope): Change {
  const [item] = context.restoreQueue;
  if (item === undefined) return {};
  return {
    failure: `${context.failure ?? 'a step failed'}. Nothing is put back by itself. ${storiesOf(context, item)}. Say rollback to put it back all the same`,
  };
}

/** A human's order is carried out, with a word where what serves is well, or what was before did no better. */
export function rollbackWarnings(context: IncidentContext): readonly string[] {
  return context.restoreQueue.flatMap((item) => {
    const weight = weighRestore({ ...context, rollback: null, trial: null }, item);
    if (weight === 'keep') return [`Mind that what serves now is well: ${storiesOf(context, item)}.`];
    return weight === 'ask' ? [`Mind that what was before did no better: ${storiesOf(context, item)}.`] : [];
  });
}

const weightOf = (context: IncidentContext): Weight | null => {
  const [item] = context.restoreQueue;
  return item === undefined ? null : weighRestore(context, item);
};
export const restoreNotNeeded = ({ context }: Scope): boolean => weightOf(context) === 'keep';
export const restoreUntold = ({ context }: Scope): boolean => weightOf(context) === 'wait';
export const restoreTold = (scope: Scope): boolean => !restoreUntold(scope);
export const restoreIsWorse = ({ context }: Scope): boolean => weightOf(context) === 'ask';
