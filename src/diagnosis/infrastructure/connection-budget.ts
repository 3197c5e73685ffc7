import { engineOf } from '../../core/model/engine.ts';
import type { Observation } from '../../core/model/observation.ts';
import { databasesOf, uses } from './databases.ts';
import type { SeenDatabase } from './databases.ts';
import { mostInstances } from '../../core/service/bounds.ts';
import type { PoolSpec, RemediationSpec, ServiceSpec } from '../../core/model/spec.ts';

/** PostgreSQL keeps 3 of `max_connections` for superusers and Cloud SQL a couple for its own agent (gcp-facts 4); MySQL's one for SUPER comes on top. */
const RESERVED = { postgresql: 5, mysql: 0, other: 0 } as const;
/** Alert thresholds of the incident's documents: 75–80 % (DESIGN section 2). */
export const BUDGET_WARN = 0.8;
export const BUDGET_EXHAUSTED = 0.95;

/** Connections that the services may open, against what the database allows. null: could not be computed. */
export interface ConnectionBudget {
  readonly instance: string;
  readonly maxConnections: number | null;
  /** `maxConnections` less what the database keeps for itself. */
  readonly allowance: number | null;
  readonly reserved: number;
  readonly used: number | null;
  /** `used` was seen lately. */
  readonly isFresh: boolean;
  /** used / maxConnections. */
  readonly utilization: number | null;
  /** Of a service without a pool of its own. */
  readonly perInstance: number;
  /** Σ instances × (pool + overflow) at this minute. */
  readonly possibleNow: number | null;
  /** The same with every service at its maximum, which holds for each warm revision by itself. */
  readonly possibleAtMax: number | null;
  /** In use, and more than the instances of this minute may hold: others do, as far as the pools are what the document says. */
  readonly othersHold: number | null;
  readonly services: readonly ServiceBudget[];
}

interface ServiceBudget {
  readonly service: string;
  readonly instances: number | null;
  readonly maxInstances: number | null;
  /** Its own pool and overflow, else the document's. */
  readonly perInstance: number;
}

/** One for each database of the document. */
export function connectionBudgets(observation: Observation, spec: RemediationSpec): readonly ConnectionBudget[] {
  return databasesOf(observation, spec).map((database) => connectionBudget(observation, spec, database));
}

/** Of the databases that a service uses the one that is fullest; null: it uses none. */
export function budgetOfService(observation: Observation, spec: RemediationSpec, service: string): ConnectionBudget | null {
  const own = connectionBudgets(observation, spec).filter(({ instance }) => uses(spec, service, instance));
  return own.toSorted((one, other) => (other.utilization ?? 0) - (one.utilization ?? 0))[0] ?? null;
}

/** Of the services that use it: front ends are taken to hold no pool unless one is written for them. */
export function connectionBudget(observation: Observation, spec: RemediationSpec, { wanted, seen }: SeenDatabase): ConnectionBudget {
  const { instance, pool } = wanted;
  const state = seen?.state.value ?? null;
  const reserved = RESERVED[engineOf(state?.version ?? '')];
  const maxConnections = state?.maxConnections ?? null;
  const used = seen?.connections.value ?? null;
  const services = spec.services
    .filter(({ databases }) => databases.includes(instance))
    .map((service) => serviceBudget(observation, service, pool));
  const possibleNow = total(services.map(({ instances, perInstance }) => (instances === null ? null : instances * perInstance)));
  return {
    instance,
    maxConnections,
    allowance: maxConnections === null ? null : Math.max(0, maxConnections - reserved),
    reserved,
    used,
    isFresh: seen?.connections.freshness === 'fresh',
    utilization: used === null || maxConnections === null || maxConnections === 0 ? null : used / maxConnections,
    perInstance: sizeOf(pool),
    possibleNow,
    othersHold: used === null || possibleNow === null ? null : Math.max(0, used - possibleNow),
    possibleAtMax: total(services.map(({ maxInstances, perInstance }) => (maxInstances === null ? null : maxInstances * perInstance))),
    services,
  };
}

function serviceBudget(observation: Observation, service: ServiceSpec, pool: PoolSpec): ServiceBudget {
  const seen = observation.services[service.name];
  const byRevision = seen?.instances.value ?? null;
  const instances = byRevision === null ? null : Object.values(byRevision).reduce((sum, count) => sum + count, 0);
  const warm = Object.values(byRevision ?? {}).filter((count) => count > 0).length;
  const state = seen?.state.value ?? null;
  const maxInstances = state === null ? null : mostInstances(state, warm);
  return { service: service.name, instances, maxInstances, perInstance: sizeOf(service.pool ?? pool) };
}

function sizeOf({ size, overflow }: PoolSpec): number {
  return size + overflow;
}

function total(parts: readonly (number | null)[]): number | null {
  return parts.some((part) => part === null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}
