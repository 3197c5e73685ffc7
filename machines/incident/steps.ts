import type { Mutation } from '../../src/core/model/mutation.ts';
import type { PlanStep } from '../../src/core/model/plan.ts';
import type { GateName, Outcome } from '../../src/core/model/verdict.ts';
import { fact, idOf, KINDS, nameIn, serviceOf, STEPS, wayOf } from '../../src/steps/index.ts';
import { stillInForce } from '../../src/steps/put-back.ts';
import type { Way } from '../../src/steps/ways.ts';
import type { IncidentContext, RestoreItem, Streak } from './context.ts';

/** Steps of one way that the plan wants applied and that are not done yet, in plan order. */
export function stepsLeft(context: IncidentContext, way: Way): readonly PlanStep[] {
  return allLeft(context).filter(({ kind }) => STEPS[kind].way === way);
}

/** All that are left, in the order of the runbook. */
export function allLeft(context: IncidentContext): readonly PlanStep[] {
  const { stepsDone, wishes } = context;
  const left = (context.plan?.steps ?? []).filter(
    ({ id, decision }) => decision === 'apply' && !stepsDone.includes(id) && !Object.hasOwn(wishes.skipped, id),
  );
  return KINDS.flatMap((kind) => left.filter((step) => step.kind === kind));
}

export function currentStep(context: IncidentContext): PlanStep | null {
  return context.plan?.steps.find((step) => step.id === context.stepId) ?? null;
}

/** The service that the step in hand is about; empty: none alone. */
export function currentService(context: IncidentContext): string {
  const change = currentStep(context)?.change;
  return change ? (serviceOf(change) ?? '') : '';
}

export function serviceSettings(context: IncidentContext, name: string): IncidentContext['settings']['services'][number] | null {
  return context.settings.services.find((service) => service.name === name) ?? null;
}

/** A step is in hand: sent, on trial, or being undone. */
export function isHalfDone({ undoing, restoreQueue, trial, stepId, stepsDone }: IncidentContext): boolean {
  return undoing !== null || restoreQueue.length > 0 || trial !== null || (stepId !== null && !stepsDone.includes(stepId));
}

/** The newest verdict of a gate; no look and no such gate are inconclusive. */
export function gateOutcome(context: IncidentContext, gate: GateName): Outcome {
  return context.look?.gates[gate]?.outcome ?? 'inconclusive';
}

/** Looks in a row in which no witness may speak against a dependency: one that is well in one look has only just been restarted. */
const CLEAR_LOOKS = 3;

/**
 * I3: a service is deployed only after every service it depends on is healthy by evidence, and not where this run's own deploy of
 * such a service has failed: that is for a human to say (a new round forgets what failed). What this run has deployed in one region
 * counts as such for every service of the next: a region is proven before another is touched, and what failed in one is not tried in
 * another.
 */
export function dependenciesHealthy(context: IncidentContext, step: PlanStep): boolean {
  return dependenciesOf(context, step).every(
    (name) => gateOutcome(context, `healthy:${name}`) === 'pass' && !hasFailed(context, name) && isClear(context, name),
  );
}

export function dependenciesOf(context: IncidentContext, { change }: PlanStep): readonly string[] {
  if (change === null || !wayOf(change.kind).startsRevision || STEPS[change.kind].spares !== null) return [];
  const { dependsOn = [], after = [] } = serviceSettings(context, serviceOf(change) ?? '') ?? {};
  return [...dependsOn, ...after.filter((name) => isTried(context, name))];
}

/** This run has given it a new revision, or has failed to. */
function isTried({ stepsDone, undone }: IncidentContext, service: string): boolean {
  return KINDS.some((kind) => {
    const id = idOf(kind, service);
    return wayOf(kind).startsRevision && (stepsDone.includes(id) || Object.hasOwn(undone, id));
  });
}

function hasFailed({ undone }: IncidentContext, service: string): boolean {
  return KINDS.some((kind) => wayOf(kind).startsRevision && Object.hasOwn(undone, idOf(kind, service)));
}

function isClear({ witnessed }: IncidentContext, service: string): boolean {
  return witnessed.slice(-CLEAR_LOOKS).every(({ services }) => !Object.values(services[service] ?? {}).includes('ill'));
}

/** A new revision beside the one before it is known to find no connection of the database free: it waits, the neighbours keep theirs. */
export function hasRoom(context: IncidentContext, { change }: PlanStep): boolean {
  return change === null || !wayOf(change.kind).startsRevision || gateOutcome(context, `room:${serviceOf(change)}`) !== 'fail';
}

/** Why the next deploy cannot go on. */
export function blockedWords(context: IncidentContext): string {
  const [next] = stepsLeft(context, 'revision');
  const why = next === undefined || dependenciesHealthy(context, next) ? roomWords(context, next) : dependencyWords(context, next);
  return `${next?.title ?? 'the next deploy'} cannot go on: ${why}`;
}

function dependencyWords(context: IncidentContext, next: PlanStep): string {
  const open = dependenciesOf(context, next).filter(
    (name) => gateOutcome(context, `healthy:${name}`) !== 'pass' || hasFailed(context, name) || !isClear(context, name),
  );
  const said = open.map((name) => context.look?.gates[`healthy:${name}`]?.because ?? name);
  const isNeeded = open.some((name) => serviceSettings(context, nameIn(next.id))?.dependsOn.includes(name));
  return `${isNeeded ? 'what it depends on' : 'what this run has deployed in the region before'} is not healthy (${said.join('; ')})`;
}

function roomWords({ look }: IncidentContext, next: PlanStep | undefined): string {
  return look?.gates[`room:${next?.change == null ? '' : serviceOf(next.change)}`]?.because ?? 'what it waits for could not be told';
}

/** The gates that close the capacity phase: those of the steps that were really applied. */
export function capacityGates(context: IncidentContext): readonly GateName[] {
  const applied = (context.plan?.steps ?? []).filter((step) => context.stepsDone.includes(step.id));
  return applied.flatMap(({ change }) => (change === null ? [] : fact(change, 'closes')));
}

const MINUTE = 60_000;

/** I5: whether this look began soon enough after the last one that passed: at most two ticks may be lost; how long it took does not count. */
export function followsLastPass({ settings, streak, look }: IncidentContext): boolean {
  const longest = Math.max(3 * settings.tickMs, 2 * MINUTE);
  return streak.lastPassAt === null || (look !== null && look.at - streak.lastPassAt <= longest);
}

/** Time between two passing looks counts as healthy, unless nobody looked in between. */
export function judgeStreak(streak: Streak, outcome: Outcome, at: number, isUnbroken = true): Streak {
  if (outcome === 'pass') {
    const added = streak.lastPassAt === null || !isUnbroken ? 0 : Math.max(0, at - streak.lastPassAt);
    return { healthyMs: streak.healthyMs + added, lastPassAt: at, relapses: streak.relapses };
  }
  if (outcome === 'fail') {
    const relapsed = streak.lastPassAt !== null || streak.healthyMs > 0;
    return { healthyMs: 0, lastPassAt: null, relapses: streak.relapses + (relapsed ? 1 : 0) };
  }
  return { ...streak, lastPassAt: null };
}

/**
 * What must be put back, newest change first: per service the vector it had before our first change. By itself the run keeps a
 * service that passed its own stability gate: undoing it would take a healthy revision out of service (I6); a human may want
 * even that. What a human has changed since is theirs, and what has been put back is done.
 */
export function restoreList(context: IncidentContext): readonly RestoreItem[] {
  const kept = new Set(context.rollback !== null ? [] : context.stepsDone.filter(isKept).map(nameIn));
  const first = new Map<string, RestoreItem>();
  for (const { before } of ownMoves(context))
    if (!kept.has(before.service)) first.set(before.service, withBounds(first.get(before.service) ?? itemOf(before), before));
  return [...first.values()].reverse();
}

/** It has passed a gate of its own. */
function isKept(stepId: string): boolean {
  return KINDS.some((kind) => wayOf(kind).keptWhenDone && stepId === idOf(kind, nameIn(stepId)));
}

/** What undoes one step and nothing else: the vector that its service had before the step's first write; null: it wrote none. */
export function undoOf(context: IncidentContext, undone: string): RestoreItem | null {
  const first = ownMoves(context).find(({ stepId }) => stepId === undone);
  return first === undefined ? null : { ...itemOf(first.before), undoes: undone };
}

type Traffic = Extract<Mutation['before'], { kind: 'traffic' }>;

/** What this run has sent since a human last changed the same service, and what nothing has put back; with what there was before. */
function ownMoves({ mutations, adopted }: IncidentContext): readonly { readonly stepId: string; readonly before: Traffic }[] {
  return stillInForce(mutations).flatMap(({ stepId, before, outcome, at }) =>
    before.kind === 'traffic' && outcome !== 'already' && at > (adopted[`traffic:${before.service}`] ?? 0) ? [{ stepId, before }] : [],
  );
}

function itemOf({ service, traffic, bounds }: Traffic): RestoreItem {
  return bounds === undefined ? { service, traffic } : { service, traffic, bounds };
}

/** The first change of the instances may come after the first of the traffic. */
function withBounds(item: RestoreItem, { bounds }: Traffic): RestoreItem {
  return item.bounds !== undefined || bounds === undefined ? item : { ...item, bounds };
}
