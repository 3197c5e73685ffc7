import type { Observation, ServiceState } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { BUDGET_EXHAUSTED, budgetOfService } from '../../diagnosis/infrastructure/connection-budget.ts';
import { signs } from '../../diagnosis/finding.ts';

/** Of the concurrency, where Cloud Run adds an instance when nothing else is asked for (`concurrencyUtilization`, gcp-facts 2.5). */
const FULL_AT = 0.6;

/**
 * Instances that the requests of the last minutes need for being in flight, each at the goal's latency where answers are later now:
 * what is ill answers late, and late answers need more instances than well ones. Their CPU time is not known from outside. null: the
 * requests could not be counted.
 */
export function instancesNeeded(observation: Observation, spec: RemediationSpec, state: ServiceState): number | null {
  const seen = observation.services[state.name];
  if (seen?.requests.freshness !== 'fresh' || seen.requests.value === null) return null;
  const { total, sinceAt, untilAt = seen.requests.measuredAt ?? observation.at } = seen.requests.value;
  const seconds = Math.max(1, (untilAt - sinceAt) / 1_000);
  const goal = spec.improvement.goals.p95Ms;
  const latencyMs = seen.p95Ms.freshness === 'fresh' ? Math.min(seen.p95Ms.value ?? goal, goal) : goal;
  return Math.ceil(((total / seconds) * latencyMs) / 1_000 / (concurrencyOf(state) * FULL_AT));
}

/** 80 with a whole CPU, 1 with less, where it does not say (gcp-facts 2.5). */
function concurrencyOf({ settings, template }: ServiceState): number {
  const { maxInstanceRequestConcurrency: own } = settings.template();
  if (typeof own === 'number' && own > 0) return own;
  const cpu = template.cpu ?? '1';
  return (cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1_000 : Number(cpu)) >= 1 ? 80 : 1;
}

/** Cloud Run itself says that it had no instance for a request of this service. */
export function isTurningAway(observation: Observation, service: string): boolean {
  return signs(observation, 'no-available-instance').some((group) => group.service === service);
}

export interface ConnectionRoom {
  readonly instance: string;
  readonly perInstance: number;
  /** As many may be in use before the database counts as full; null: not known. */
  readonly usable: number | null;
  /** Of `usable`, less what the other services of the document may open and what others were measured to hold; null: not known. */
  readonly left: number | null;
  /** What is not of the document's services, as measured; null: not known. */
  readonly othersHold: number | null;
}

/** What a service's database leaves to all of its instances together; null where the document names no database or no pool of it. */
export function connectionRoom(observation: Observation, spec: RemediationSpec, service: string): ConnectionRoom | null {
  const budget = budgetOfService(observation, spec, service);
  const own = budget?.services.find((each) => each.service === service);
  if (budget === null || own === undefined) return null;
  const { instance, allowance, maxConnections, isFresh } = budget;
  const usable = allowance === null ? null : Math.min(allowance, Math.floor(BUDGET_EXHAUSTED * (maxConnections ?? allowance)));
  // Without the count of one service's instances nobody knows which part of the use is whose.
  const othersHold = isFresh ? budget.othersHold : null;
  const beside = budget.services
    .filter((each) => each !== own)
    .reduce((sum, { instances, perInstance }) => sum + (instances ?? 0) * perInstance, 0);
  const left = usable === null || othersHold === null ? null : Math.max(0, usable - beside - othersHold);
  return { instance, perInstance: own.perInstance, usable, left, othersHold };
}
