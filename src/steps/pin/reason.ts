import type { Cause } from '../../core/model/diagnosis.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { Counted } from '../../core/model/trial.ts';
import { reachesService } from '../../diagnosis/causes/provider-incident.ts';
import { budgetOfService, BUDGET_WARN } from '../../diagnosis/infrastructure/connection-budget.ts';
import type { ConnectionBudget } from '../../diagnosis/infrastructure/connection-budget.ts';
import { isBelowGoal, riddenBy } from '../../diagnosis/infrastructure/connectors.ts';
import type { SeenConnector } from '../../diagnosis/infrastructure/connectors.ts';
import { usedBy, uses } from '../../diagnosis/infrastructure/databases.ts';
import { diesOfItself, readCrash } from '../../diagnosis/logs/crash.ts';
import { SECOND } from '../../core/duration.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import { wilson } from '../../diagnosis/figures/wilson-interval.ts';
import { effectiveShares } from '../../diagnosis/observation-queries.ts';
import { isLate, lateFrom, lost, sayServed, servedBetter } from '../../diagnosis/witnesses/served.ts';
import { rate } from '../../diagnosis/witnesses/turned-away.ts';
import { dependsOn } from '../subjects.ts';
import { compared, ENOUGH, nearOf, revisionOf, turnedAwayMore } from './compared.ts';
import type { Compared } from './compared.ts';
import { ownRelease } from './own-release.ts';
import type { OwnRelease } from './own-release.ts';
import { causesOf, SATURATION_FROM } from '../../planning/step-decisions.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** Whether all traffic on one revision would serve users better than it is served now; null: what would tell could not be read. */
export interface PinReason {
  readonly helps: boolean | null;
  readonly because: string;
  /** What is left out dies of its own image, or again and again while the others never do. */
  readonly isOwnFault?: true;
  /** The target is known to have served users surely better. */
  readonly isBetter?: true;
  /** Services that this one needs, and whose illness may come from its release. */
  readonly mayMend?: readonly string[];
  /** How the target has served, well enough and often enough: that it would be no better now is not known either. */
  readonly mayTry?: string;
}

/** The start of an instance loses requests: a target with none up must be better by so much of them, */
const COLD_MARGIN = 0.1;
/** and by less where what serves now has failed for long, and will go on: a start loses those of so long, once. */
const START_LOSES = 20 * SECOND;
/** What serves now fails so much that there is little to lose. */
const NEARLY_ALL = 0.5;

/**
 * A pin is no cure of its own: it helps where what is left out dies of itself or is not ready, where the target is known to serve
 * surely better (fewer lost and not far later, or far sooner and not more lost: better in one and worse in the other is a choice for
 * people), or where two revisions double a load that is the trouble (connector, connections). An illness that both share stays, and so
 * may one of a service that this one needs, unless both were counted in the same minutes. A target without an instance up first costs
 * users its start.
 */
export function pinReason(scope: PlanScope, state: ServiceState, target: string): PinReason {
  const left = [...effectiveShares(state).keys()].filter((name) => name !== target);
  const tooSmall = turnedAwayMore(scope, state, target, left);
  if (tooSmall !== null) return no(tooSmall);
  const broken = ownFault(scope, state, left) ?? brokenReason(scope, state, left);
  if (broken !== null) return broken;
  const { own, now, apart, together } = compared(scope, state, target, left);
  const isCold = hasNoInstance(scope, state.name, target);
  const ill = together ? [] : neededNotWell(scope, state.name);
  const released = ill.length === 0 ? null : ownRelease(scope, state, { target, left }, ill);
  const needed = released === null ? neededIll(scope, state.name, ill) : null;
  // That two revisions double a load stays true, whatever one of them fails with.
  if (needed !== null) return (isCold ? null : doubled(scope, state)) ?? needed;
  const better = apart === null ? servedBetter(own, now, isCold ? coldMargin(scope, state.name, left) : 0) : null;
  const say = (counted: Counted): string => sayServed(counted, lateFrom(scope.spec));
  if (better === 'late')
    return ofRelease(
      { ...yes(`${left.join(', ')} answers late, and ${target} does not: ${say(now)} against ${say(own)}`), isBetter: true },
      released,
    );
  if (better === 'lost')
    return ofRelease({ ...yes(`${target} serves users better: ${say(own)} against ${say(now)}`), isBetter: true }, released);
  if (own.total === 0 && now.total > 0 && wilson(now.failed, now.total).lower >= NEARLY_ALL)
    return yes(`there is little to lose: ${say(now)}`);
  if (!together && hasServedWell(scope, own) && isAloneAndUnexplained(scope, state, left))
    return yes(
      `there is little to lose: ${say(nearOf(scope, state, left))} lately, nothing seen explains it, and ${target} served ${say(own)}`,
    );
  const double = isCold ? null : doubled(scope, state);
  if (double !== null) return double;
  const cold = `${target} has no instance up, and nothing says that it serves users so much better than what serves now`;
  const leftOut = no(apart ?? (isCold ? cold : alike(target, say, { own, now })));
  return !together && hasServedWell(scope, own) ? { ...leftOut, mayTry: say(own) } : leftOut;
}

/**
 * What serves now fails nearly all its users lately; no mechanism is known by logs that were read, no other service is ill, and Google has
 * published nothing: it may be its own. Where nobody could read the logs, that they name nothing is no word.
 */
function isAloneAndUnexplained(scope: PlanScope, state: ServiceState, left: readonly string[]): boolean {
  const { diagnosis, spec, agreed, observation } = scope;
  const lately = nearOf(scope, state, left);
  const isIll = ({ name }: { readonly name: string }): boolean =>
    name !== state.name && ['ill', 'suspected'].includes(agreed.pin[name]?.verdict ?? '');
  return (
    lately.total >= ENOUGH &&
    wilson(lately.failed, lately.total).lower >= NEARLY_ALL &&
    observation.logs.freshness === 'fresh' &&
    diagnosis.causes.every(({ kind }) => kind === 'unknown') &&
    !(observation.incidents.value ?? []).some((one) => reachesService(one, state.name, spec)) &&
    !spec.services.some(isIll)
  );
}

/** Enough of its users, and by no more of them lost than the goal allows. */
function hasServedWell({ spec }: PlanScope, own: Counted): boolean {
  return own.total >= ENOUGH && rate(lost(own)) <= spec.improvement.goals.errorRate && !isLate(own);
}

/** What serves now is compared as a whole only where it has been ill all its time: so long has it failed, and at least so long it would go on. */
function coldMargin({ observation }: PlanScope, service: string, left: readonly string[]): number {
  const { day, hour } = observation.services[service] ?? {};
  const has = ({ byRevision }: RequestStats): boolean => left.some((name) => (byRevision[name]?.total ?? 0) > 0);
  const began = [hour?.value?.find(has)?.sinceAt, day?.value?.find(has)?.untilAt].filter((at) => at !== undefined);
  const lasted = observation.at - Math.min(observation.at, ...began);
  return Math.min(COLD_MARGIN, START_LOSES / Math.max(1, lasted));
}

/** By its own lines, or by who is spared beside it: not by what it meets. */
function ownFault(scope: PlanScope, state: ServiceState, left: readonly string[]): PinReason | null {
  const alone = scope.illAlone[state.name];
  if (alone !== undefined && left.includes(alone.revision)) return { ...yes(alone.because), isOwnFault: true };
  for (const name of left) {
    const { kind, deaths } = readCrash(scope.observation, state.name, name);
    if (kind === 'application') return { ...yes(dies(name, deaths)), isOwnFault: true };
  }
  return null;
}

/** Services that this one needs, at any remove, and that are ill or may be. */
function neededNotWell({ spec, agreed }: PlanScope, service: string): readonly string[] {
  const needed = spec.services.map(({ name }) => name).filter((name) => name !== service && dependsOn(spec.services, service, name));
  return needed.filter((name) => ['ill', 'suspected'].includes(agreed.pin[name]?.verdict ?? ''));
}

/** What a service that this one needs fails with, this one fails with as well, in every revision. null: all of them are well. */
function neededIll({ agreed }: PlanScope, service: string, needed: readonly string[]): PinReason | null {
  const ill = needed.find((name) => agreed.pin[name]?.verdict === 'ill');
  if (ill !== undefined) return no(`${ill}, which ${service} depends on, is ill: what ${service} fails with may come from there`);
  const [suspected] = needed;
  return suspected === undefined
    ? null
    : { helps: null, because: `whether ${suspected} is ill, which ${service} depends on: what ${service} fails with may come from there` };
}

function ofRelease(reason: PinReason, released: OwnRelease | null): PinReason {
  return released === null ? reason : { ...reason, because: `${released.because}; ${reason.because}`, mayMend: released.mayMend };
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

function alike(target: string, say: (counted: Counted) => string, { own, now }: Pick<Compared, 'own' | 'now'>): string {
  const known = own.total === 0 ? `it is not known how ${target} serves users` : `${target}: ${say(own)}`;
  if (now.total === 0) return `whether ${target} would serve users better is not known: how they are served now is not counted (${known})`;
  return `nothing says that ${target} would serve users better: ${known}; now ${say(now)}`;
}

/** Known only where the instances were counted and others are up. */
function hasNoInstance(scope: PlanScope, service: string, revision: string): boolean {
  const counted = scope.observation.services[service]?.instances;
  if (counted?.value == null || counted.freshness !== 'fresh') return false;
  return (counted.value[revision] ?? 0) === 0;
}

function yes(because: string): PinReason {
  return { helps: true, because };
}

function no(because: string): PinReason {
  return { helps: false, because };
}
