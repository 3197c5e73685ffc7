import { SECOND } from '../../core/duration.ts';
import type { Cause } from '../../core/model/diagnosis.ts';
import type { ServiceBounds, ServiceState } from '../../core/model/observation.ts';
import type { PlanStep } from '../../core/model/plan.ts';
import type { ServiceSpec } from '../../core/model/spec.ts';
import { boundsOf, mostInstances, sameBounds } from '../../core/service/bounds.ts';
import { BUDGET_EXHAUSTED, BUDGET_WARN, budgetOfService } from '../../diagnosis/infrastructure/connection-budget.ts';
import type { ConnectionBudget } from '../../diagnosis/infrastructure/connection-budget.ts';
import { curesFor } from '../../diagnosis/cures.ts';
import { instancesServing, percent } from '../../diagnosis/observation-queries.ts';
import {
  apply,
  ask,
  askUnread,
  blankOf,
  causesOf,
  freshState,
  healthOf,
  SATURATION_FROM,
  skip,
  unproven,
  veto,
  wait,
} from '../../planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../planning/step-decisions.ts';
import { instancesCommand, instancesDiff } from './commands.ts';
import { connectionRoom, instancesNeeded, isTurningAway } from './needed.ts';
import type { ConnectionRoom } from './needed.ts';

/** In force at once; what is above the bound ends when its requests do. */
const EXPECTED = 60 * SECOND;

/** Cloud Run's own where nothing states one (gcp-facts 2.5). */
const DEFAULT_MAX_INSTANCES = 100;

/** The step that bounds the instances of one service, or null when the document bounds none. */
export function instancesStep(scope: PlanScope, service: ServiceSpec): Decided | null {
  if (service.instances == null) return null;
  const blank = blankStep(service.name);
  if (scope.diagnosis.healthy) return skip(blank, 'everything is healthy: every goal was measured and is met');
  if (!isConcerned(scope, service)) return skip(blank, nothingSays(service.name));
  const state = freshState(scope, service.name);
  if (state === null) return askUnread(blank, `${service.name} could not be read; its instances are not bounded blindly`);
  const from = boundsOf(state);
  if (from === null) return ask(blank, `a human has fixed the number of instances of ${service.name}: how many shall it have?`);
  const { min, max } = service.instances;
  const to = { minInstances: min ?? from.minInstances, maxInstances: max ?? from.maxInstances };
  const step = stepFor(scope, blank, { serviceState: state, from, to });
  if (sameBounds(from, to)) return skip(step, `already so: ${sayBounds(to)}`);
  const decided = heldByOthers(scope, step, state) ?? decide(scope, step, state, { from, to });
  // Nobody is asked to settle what a bound means that would help nobody.
  return decided.step.decision === 'apply' ? (contradiction(step, state, to) ?? decided) : decided;
}

/** It is not known to be well, or a database that it uses runs short: only then may another number of its instances help anybody. */
function isConcerned(scope: PlanScope, { name, databases }: ServiceSpec): boolean {
  const short = causesOf(scope, 'connection-budget').some(({ subject }) => databases.includes(subject));
  return short || healthOf(scope, name).outcome !== 'pass';
}

function nothingSays(service: string): string {
  return `nothing says that another number of instances of ${service} would help`;
}

/**
 * Connections run short, and others than the services of the document hold so many that none of ours would be few enough: whatever is
 * bound here loses its instances, and brings nobody a connection.
 */
function heldByOthers(scope: PlanScope, step: PlanStep, { name }: ServiceState): Decided | null {
  const budget = budgetOfService(scope.observation, scope.spec, name);
  const short = causesOf(scope, 'connection-budget').find(({ subject }) => subject === budget?.instance);
  const { othersHold = null, maxConnections = null, possibleNow = null, isFresh = false } = budget ?? {};
  if (short === undefined || !isFresh || othersHold === null || maxConnections === null) return null;
  if (othersHold < BUDGET_WARN * maxConnections) return null;
  const who = 'on PostgreSQL `SELECT usename, application_name, client_addr, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3` tells who';
  const why = `${othersHold} of ${maxConnections} connections to ${budget?.instance} are held by others than the services of the document, which by its pools may open ${possibleNow}: no bound of theirs frees what is missing; ${who}`;
  return veto(step, why, short.evidence);
}

/** What the two levels of bounds say against each other: which of them holds is not published. */
function contradiction(step: PlanStep, { name, template }: ServiceState, { minInstances, maxInstances }: ServiceBounds): Decided | null {
  if (maxInstances === null) return null;
  if (minInstances > maxInstances)
    return ask(step, `${name} is to keep ${minInstances} instances and to have ${maxInstances} at most: which of the two is meant?`);
  const kept = template.minInstances ?? 0;
  if (kept <= maxInstances) return null;
  return ask(
    step,
    `each revision of ${name} keeps ${kept} instances by its own setting, more than ${maxInstances}: bound it all the same?`,
  );
}

interface Bounded {
  readonly from: ServiceBounds;
  readonly to: ServiceBounds;
}

function decide(scope: PlanScope, step: PlanStep, state: ServiceState, bounds: Bounded): Decided {
  const most = mostInstances(state, 1) ?? Infinity;
  const isLess = (bounds.to.maxInstances ?? Infinity) < most;
  const isMore =
    bounds.to.minInstances > bounds.from.minInstances || (bounds.to.maxInstances ?? Infinity) > (bounds.from.maxInstances ?? Infinity);
  return (
    (isLess ? tooFew(scope, step, state, bounds.to) : null) ??
    (isMore ? withinRoom(scope, step, state, bounds) : null) ??
    (isLess ? fewer(scope, step, state, bounds.to) : null) ??
    (isMore ? more(scope, step, state) : null) ??
    skip(step, ownMaximum(state, bounds.to) ?? nothingSays(state.name))
  );
}

/** A revision's own maximum holds beside that of its service, which does not raise it; null: it is not the lower one. */
function ownMaximum({ name, template }: ServiceState, { maxInstances }: ServiceBounds): string | null {
  const own = template.maxInstances;
  if (own === null || maxInstances === null || own >= maxInstances) return null;
  return `each revision of ${name} has ${own} ${own === 1 ? 'instance' : 'instances'} at most by its own setting, which a bound of the service does not raise: only a new revision does`;
}

/** Whoever needs more instances than that is turned away with 429. */
function tooFew(scope: PlanScope, step: PlanStep, state: ServiceState, { maxInstances }: ServiceBounds): Decided | null {
  const most = maxInstances ?? Infinity;
  const seen = scope.observation.services[state.name];
  const running = seen === undefined ? null : instancesServing(seen);
  const atMaximum = running !== null && running >= (mostInstances(state, 1) ?? Infinity);
  if (atMaximum && isTurningAway(scope.observation, state.name))
    return veto(step, `${state.name} turns requests away for want of an instance already: with ${most} at most it would turn away more`);
  const needed = instancesNeeded(scope.observation, scope.spec, state);
  if (needed === null)
    return wait(step, `how many requests ${state.name} gets could not be counted, so neither how many instances they need`);
  return needed <= most
    ? null
    : veto(step, `its requests in flight need about ${needed} instances: with ${most} at most users are turned away (429)`);
}

/**
 * More instances open more connections: no more than the database has left for them. Where some of what the document asks for fit, those
 * are what is raised to.
 */
function withinRoom(scope: PlanScope, step: PlanStep, state: ServiceState, bounds: Bounded): Decided | null {
  const { to } = bounds;
  const most = Math.max(to.minInstances, mostInstances({ template: state.template, bounds: to }, 1) ?? DEFAULT_MAX_INSTANCES);
  const room = connectionRoom(scope.observation, scope.spec, state.name);
  if (room === null) return null;
  const { left, perInstance } = room;
  if (left === null) return wait(step, `how many connections the database has left for ${state.name} is not known`);
  if (most * perInstance <= left) return null;
  const fitting = Math.floor(left / perInstance);
  const isSome = to.maxInstances !== null && fitting > (mostInstances(state, 1) ?? Infinity) && fitting >= to.minInstances;
  const why = `${most} instances may open ${most * perInstance} connections, and ${sayRoom(room)}`;
  if (!isSome) return veto(step, `${why}: the database refuses the rest`);
  const fitted = { ...bounds, to: { ...to, maxInstances: fitting } };
  const decided = more(scope, stepFor(scope, blankStep(state.name), { serviceState: state, ...fitted }), state);
  if (decided?.step.decision !== 'apply') return decided;
  return { ...decided, step: { ...decided.step, reason: `${decided.step.reason}; ${why}: ${fitting} of them fit` } };
}

function sayRoom({ left, instance, usable, othersHold }: ConnectionRoom): string {
  const others = othersHold === 0 ? '' : ` (${othersHold} are held by others than the services of the document)`;
  return `${instance} leaves it ${left} of ${usable}${others}`;
}

/** Connections run short, and instances of this service that go give theirs back. */
function fewer(scope: PlanScope, step: PlanStep, state: ServiceState, to: ServiceBounds): Decided | null {
  const budget = budgetOfService(scope.observation, scope.spec, state.name);
  const [short] = causesOf(scope, 'connection-budget').filter(
    ({ confidence, subject }) => confidence >= SATURATION_FROM && subject === budget?.instance,
  );
  const own = budget?.services.find(({ service }) => service === state.name);
  if (short === undefined || budget === null || own === undefined) return null;
  if (!budget.isFresh || budget.utilization === null)
    return wait(step, `how many connections to the database are in use could not be read`);
  if (budget.utilization < BUDGET_WARN) return skip(step, `connections do not run short: ${percent(budget.utilization)} in use`);
  const seen = scope.observation.services[state.name];
  const running = seen === undefined ? null : instancesServing(seen);
  if (running === null) return wait(step, `how many instances of ${state.name} run could not be counted`);
  if (running <= (to.maxInstances ?? Infinity))
    return skip(step, `${running} instances of ${state.name} run: a bound of ${to.maxInstances} takes none away`);
  const starved = budget.services.filter(({ service }) => scope.agreed.bound[service]?.verdict === 'ill');
  if (starved.length === 0) return unproven(scope, 'bound', step, state.name);
  const freed = (running - (to.maxInstances ?? running)) * own.perInstance;
  const left = stillUsed(scope, budget);
  if (left !== null && left >= BUDGET_EXHAUSTED * (budget.maxConnections ?? Infinity))
    return veto(
      step,
      `it may free ${freed} connections to ${budget.instance}, and at least ${left} of ${budget.maxConnections} stay in use: too few to help`,
      short.evidence,
    );
  const why = `${short.summary}; ${running} instances of ${state.name} run, ${to.maxInstances} may open ${freed} fewer (up to ${own.perInstance} each)`;
  return apply(step, why, short.evidence);
}

/** In use at the least once every bound of the document is in force and all that ends has given back what it may hold. null: not known. */
function stillUsed({ observation, spec }: PlanScope, { used, services }: ConnectionBudget): number | null {
  const freed = services.map(({ service, perInstance }) => {
    const max = spec.services.find(({ name }) => name === service)?.instances?.max ?? null;
    const seen = observation.services[service];
    const running = seen === undefined ? null : instancesServing(seen);
    return max === null || running === null ? 0 : Math.max(0, running - max) * perInstance;
  });
  return used === null ? null : Math.max(0, used - freed.reduce((sum, part) => sum + part, 0));
}

/** Requests are turned away, and Cloud Run says that it is for want of an instance. */
function more(scope: PlanScope, step: PlanStep, state: ServiceState): Decided | null {
  const health = healthOf(scope, state.name);
  if (health.outcome === 'pass') return skip(step, `already healthy: ${health.because}`);
  const missing = unproven(scope, 'bound', step, state.name);
  if (missing !== null) return missing;
  const atLimit = scope.diagnosis.causes.find((cause) => cause.subject === state.name && isOwnLimit(cause));
  return atLimit === undefined ? null : apply(step, atLimit.summary, atLimit.evidence);
}

function isOwnLimit(cause: Cause): boolean {
  return cause.kind === 'configuration' && curesFor(cause).includes('resources');
}

function sayBounds({ minInstances, maxInstances }: ServiceBounds): string {
  const most = maxInstances === null ? 'no maximum' : `at most ${maxInstances}`;
  return minInstances === 0 ? most : `at least ${minInstances}, ${most}`;
}

function blankStep(service: string): PlanStep {
  return blankOf('instances', service, {
    title: `Bound the instances of ${service}`,
    class: 'reversible',
    blastRadius: `every instance of ${service}: what is above the bound ends when its requests do, what is missing starts; no new revision`,
    expectedMs: EXPECTED,
    rollback: 'put back the recorded bounds',
  });
}

function stepFor(
  { spec }: PlanScope,
  blank: PlanStep,
  { serviceState: { name }, from, to }: { readonly serviceState: ServiceState; readonly from: ServiceBounds; readonly to: ServiceBounds },
): PlanStep {
  return {
    ...blank,
    title: `Bound the instances of ${name}: ${sayBounds(to)}`,
    change: { kind: 'instances', service: name, from, to },
    diff: instancesDiff(from, to),
    rollback: `${blank.rollback}: ${instancesCommand(name, from, spec)}`,
    commands: [instancesCommand(name, to, spec)],
  };
}
