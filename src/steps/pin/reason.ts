import type { Cause } from '../../core/model/diagnosis.ts';
import type { RevisionState, ServiceState } from '../../core/model/observation.ts';
import { budgetOfService, BUDGET_WARN } from '../../diagnosis/connection-budget.ts';
import type { ConnectionBudget } from '../../diagnosis/connection-budget.ts';
import { isBelowGoal, riddenBy } from '../../diagnosis/connectors.ts';
import type { SeenConnector } from '../../diagnosis/connectors.ts';
import { usedBy, uses } from '../../diagnosis/databases.ts';
import { diesOfItself, readCrash } from '../../diagnosis/crash.ts';
import { wilson } from '../../diagnosis/wilson-interval.ts';
import { effectiveShares } from '../../diagnosis/observation-queries.ts';
import { SLOW_FACTOR } from '../../diagnosis/request-evidence.ts';
import { withTurnedAway } from '../../diagnosis/turned-away.ts';
import { dependsOn } from '../subjects.ts';
import { sayServed, servedBy } from './last-healthy.ts';
import type { Counts } from './last-healthy.ts';
import { causesOf, SATURATION_FROM } from '../../planning/step-decisions.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** Whether all traffic on one revision would serve users better than it is served now; null: what would tell could not be read. */
export interface PinReason {
  readonly helps: boolean | null;
  readonly because: string;
  /** What is left out dies of its own image, or again and again while the others never do. */
  readonly isOwnFault?: true;
}

/** The start of an instance loses requests: a target with none up must be better by so much of them. */
const COLD_MARGIN = 0.1;
/** What serves now fails so much that there is little to lose. */
const NEARLY_ALL = 0.5;
/** Requests below which a rate says nothing good of a revision. */
const ENOUGH = 20;

/**
 * A pin is no cure of its own: it helps where what is left out dies of itself or is not ready, where the target is known to serve
 * surely better, or where two revisions double a load that is the trouble (connector, connections). An illness that both share stays,
 * and so may one of a service that this one needs, unless both were counted in the same minutes. A target without an instance up first
 * costs users its start.
 */
export function pinReason(scope: PlanScope, state: ServiceState, target: string): PinReason {
  const left = [...effectiveShares(state).keys()].filter((name) => name !== target);
  const broken = ownFault(scope, state, left) ?? brokenReason(scope, state, left);
  if (broken !== null) return broken;
  const { own, now, apart, together } = compared(scope, state, target, left);
  const isCold = hasNoInstance(scope, state.name, target);
  const needed = together ? null : neededIll(scope, state.name);
  // That two revisions double a load stays true, whatever one of them fails with.
  if (needed !== null) return (isCold ? null : doubled(scope, state)) ?? needed;
  const points = wilson(now.failed, now.total).lower - wilson(own.failed, own.total).upper;
  if (apart === null && own.total > 0 && now.total > 0 && points > (isCold ? COLD_MARGIN : 0))
    return yes(`${target} serves users better: ${sayServed(own)} against ${sayServed(now)}`);
  if (own.total === 0 && now.total > 0 && wilson(now.failed, now.total).lower >= NEARLY_ALL)
    return yes(`there is little to lose: ${sayServed(now)}`);
  if (isCold) return no(`${target} has no instance up, and nothing says that it serves users so much better than what serves now`);
  return doubled(scope, state) ?? slower(scope, state, { left, target, own }) ?? no(apart ?? alike(target, own, now));
}

/** By its own lines, or by who is spared beside it: not by what it meets. */
function ownFault(scope: PlanScope, state: ServiceState, left: readonly string[]): PinReason | null {
  const alone = scope.dying[state.name];
  if (alone !== undefined && left.includes(alone.revision)) return { ...yes(alone.because), isOwnFault: true };
  for (const name of left) {
    const { kind, deaths } = readCrash(scope.observation, state.name, name);
    if (kind === 'application') return { ...yes(dies(name, deaths)), isOwnFault: true };
  }
  return null;
}

/** What a service that this one needs, at any remove, fails with, this one fails with as well, in every revision. null: all of them are well. */
function neededIll({ spec, agreed }: PlanScope, service: string): PinReason | null {
  const needed = spec.services.map(({ name }) => name).filter((name) => name !== service && dependsOn(spec.services, service, name));
  const ill = needed.find((name) => agreed.pin[name]?.verdict === 'ill');
  if (ill !== undefined) return no(`${ill}, which ${service} depends on, is ill: what ${service} fails with may come from there`);
  const suspected = needed.find((name) => agreed.pin[name]?.verdict === 'suspected');
  return suspected === undefined
    ? null
    : { helps: null, because: `whether ${suspected} is ill, which ${service} depends on: what ${service} fails with may come from there` };
}

function brokenReason(scope: PlanScope, state: ServiceState, left: readonly string[]): PinReason | null {
  for (const name of left) {
    const crash = readCrash(scope.observation, state.name, name);
    if (diesOfItself(crash)) return yes(dies(name, crash.deaths));
    if (revisionOf(state, name)?.ready === 'no') return yes(`${name} is not ready`);
  }
  return null;
}

function dies(name: string, deaths: number): string {
  return `${name} dies of itself (${deaths} deaths)`;
}

/** More than one revision serves or is kept warm, and what they share is at its limit. */
function doubled(scope: PlanScope, state: ServiceState): PinReason | null {
  if (!causesOf(scope, 'revision-contention').some(({ subject }) => subject === state.name)) return null;
  const limits = causesOf(scope, 'connector-saturation', 'connection-budget').filter(({ confidence }) => confidence >= SATURATION_FROM);
  const ridden = riddenBy(scope.observation, scope.spec, [state.name]);
  const used = budgetOfService(scope.observation, scope.spec, state.name);
  const limit = limits.find((cause) => isAbout(scope, cause, state.name, ridden) && !isRelieved(scope, cause, ridden));
  if (limit?.kind === 'connector-saturation' && isFromBefore(scope, limit, ridden))
    return { helps: null, because: `two revisions double the load, and the connector’s cpu is not measured since our last change` };
  if (limit !== undefined) return yes(`two revisions double the load: ${limit.summary}`);
  if (connectionsRunShort(used)) return yes('two revisions double the load, and the connections to the database run short');
  const unread = limitsUnread(scope, state.name, ridden);
  return unread.length === 0
    ? null
    : { helps: null, because: `two revisions double the load of what could not be read: ${unread.join(', ')}` };
}

/** A connector that this service does not ride, or a database that it does not use, is no limit of its revisions. */
function isAbout({ spec }: PlanScope, { kind, subject }: Cause, service: string, ridden: readonly SeenConnector[]): boolean {
  if (kind === 'connector-saturation') return ridden.length === 0 || ridden.some(({ wanted }) => wanted.name === subject);
  return !spec.databases.some(({ instance }) => instance === subject) || uses(spec, service, subject);
}

/** Time-outs stay in the log for a while after what they came from is over; its own figure says how it is. */
function isRelieved({ spec }: PlanScope, { kind, subject }: Cause, ridden: readonly SeenConnector[]): boolean {
  return kind === 'connector-saturation' && ridden.some((one) => one.wanted.name === subject && isBelowGoal(one, spec));
}

function isFromBefore({ changedAt }: PlanScope, { subject }: Cause, ridden: readonly SeenConnector[]): boolean {
  return ridden.some(({ wanted, seen }) => wanted.name === subject && (seen?.cpuP99.measuredAt ?? changedAt) < changedAt);
}

/** Figures that the document names and that would tell whether what both revisions share is at its limit. */
function limitsUnread({ observation, spec }: PlanScope, service: string, ridden: readonly SeenConnector[]): readonly string[] {
  const isUnread = (measured: { readonly freshness: string } | undefined): boolean => measured?.freshness !== 'fresh';
  return [
    ...ridden.filter(({ seen }) => isUnread(seen?.cpuP99)).map(({ wanted }) => `the cpu of ${wanted.name}`),
    ...usedBy(observation, spec, [service])
      .filter(({ seen }) => isUnread(seen?.connections))
      .map(({ wanted }) => `the connections to ${wanted.instance}`),
  ];
}

/** The instances that are up may open more than the database allows, and most of it is in use. */
function connectionsRunShort(budget: ConnectionBudget | null): boolean {
  if (budget === null || budget.possibleNow === null || budget.allowance === null || budget.utilization === null) return false;
  return budget.isFresh && budget.utilization >= BUDGET_WARN && budget.possibleNow > budget.allowance;
}

/** Late answers since a newer revision serves, and one before it that served well is up. */
function slower(
  scope: PlanScope,
  state: ServiceState,
  { left, target, own }: { readonly left: readonly string[]; readonly target: string; readonly own: Counts },
): PinReason | null {
  const p95 = scope.observation.services[state.name]?.p95Ms;
  const goal = scope.spec.improvement.goals.p95Ms;
  if (p95?.value == null || p95.freshness !== 'fresh' || p95.value <= goal * SLOW_FACTOR || own.total < ENOUGH) return null;
  const createdAt = revisionOf(state, target)?.createdAt ?? Number.POSITIVE_INFINITY;
  const newer = left.length > 0 && left.every((name) => (revisionOf(state, name)?.createdAt ?? 0) > createdAt);
  return newer ? yes(`${left.join(', ')} came after ${target} and answers late (p95 ${Math.round(p95.value)} ms)`) : null;
}

function alike(target: string, own: Counts, now: Counts): string {
  const known = own.total === 0 ? `it is not known how ${target} serves users` : `${target}: ${sayServed(own)}`;
  return `nothing says that ${target} would serve users better: ${known}; now ${now.total === 0 ? 'not counted' : sayServed(now)}`;
}

/** Where what serves now has failed so much less over all its time than it fails in these minutes, it has served well itself. */
const HAS_SERVED_WELL = 0.75;

interface Compared {
  readonly own: Counts;
  readonly now: Counts;
  /** Why what is known of the two is no comparison; null: it is one. */
  readonly apart: string | null;
  /** Both were counted in the same minutes: what both depend on is the same for both. */
  readonly together: boolean;
}

/**
 * How the target and what else serves have served: in the same minutes where those are counted. Else by their records, which are of
 * different times: an outage that came after either proves nothing, so what serves now must have failed all its time, and be newer
 * than a target that serves no more.
 */
function compared(scope: PlanScope, state: ServiceState, target: string, left: readonly string[]): Compared {
  const [ownNear, leftNear] = [nearOf(scope, state, [target]), nearOf(scope, state, left)];
  // In the same minutes whoever is turned away with 429 has failed as well, whether by the platform or by the application.
  if (ownNear.total > 0 && leftNear.total > 0)
    return { own: withTurnedAway(ownNear), now: withTurnedAway(leftNear), apart: null, together: true };
  const [own, now] = [countsOf(scope, state, [target]), countsOf(scope, state, left)];
  if (own.total === 0 || now.total === 0) return { own, now, apart: null, together: false };
  if (leftNear.total >= ENOUGH && now.failed / now.total < HAS_SERVED_WELL * (leftNear.failed / leftNear.total))
    return {
      own,
      now,
      apart: `${left.join(', ')} has served better itself (${sayServed(now)} in all, ${sayServed(leftNear)} lately): another revision is not known to`,
      together: false,
    };
  const createdAt = revisionOf(state, target)?.createdAt ?? Number.POSITIVE_INFINITY;
  const isNewer = effectiveShares(state).has(target) || left.every((name) => (revisionOf(state, name)?.createdAt ?? 0) > createdAt);
  return {
    own,
    now,
    apart: isNewer ? null : `${target} came after ${left.join(', ')}, and they have not served in the same minutes`,
    together: false,
  };
}

/** How revisions have served: by the record, and where that has nothing of them, by the last minutes. */
function countsOf(scope: PlanScope, state: ServiceState, revisions: readonly string[]): Counts {
  const recorded = servedBy(revisions, scope.revisions[state.name] ?? {});
  return recorded.total > 0 ? recorded : nearOf(scope, state, revisions);
}

function nearOf(scope: PlanScope, state: ServiceState, revisions: readonly string[]): Counts & { readonly turnedAway: number } {
  const requests = scope.observation.services[state.name]?.requests;
  const near = requests?.freshness === 'fresh' ? (requests.value?.byRevision ?? {}) : {};
  return revisions.reduce(
    (sum, name) => ({
      total: sum.total + (near[name]?.total ?? 0),
      failed: sum.failed + (near[name]?.serverErrors ?? 0),
      turnedAway: sum.turnedAway + (near[name]?.turnedAway ?? 0),
    }),
    { total: 0, failed: 0, turnedAway: 0 },
  );
}

/** Known only where the instances were counted and others are up. */
function hasNoInstance(scope: PlanScope, service: string, revision: string): boolean {
  const counted = scope.observation.services[service]?.instances;
  if (counted?.value == null || counted.freshness !== 'fresh') return false;
  return (counted.value[revision] ?? 0) === 0;
}

function revisionOf(state: ServiceState, name: string): RevisionState | undefined {
  return state.revisions.find((revision) => revision.name === name);
}

function yes(because: string): PinReason {
  return { helps: true, because };
}

function no(because: string): PinReason {
  return { helps: false, because };
}
