import type { Observation, ServiceState } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { budgetOfService } from '../../diagnosis/infrastructure/connection-budget.ts';
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

/**
 * Connections that the service may open with so many instances beside what all others hold now, and what the database leaves:
 * null where the document names no database or no pool of this service; `free` null: not known.
 */
export function connectionsWith(
  observation: Observation,
  spec: RemediationSpec,
  service: string,
  instances: number,
): { readonly opened: number; readonly free: number | null } | null {
  const budget = budgetOfService(observation, spec, service);
  const own = budget?.services.find((each) => each.service === service);
  if (budget === null || own === undefined) return null;
  const others = budget.services
    .filter((each) => each !== own)
    .map(({ instances: count, perInstance }) => (count === null ? null : count * perInstance));
  const taken = others.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
  const free = budget.allowance === null || taken === null ? null : Math.max(0, budget.allowance - taken);
  return { opened: instances * own.perInstance, free };
}
