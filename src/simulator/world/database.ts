import type { DatabaseDescription } from './description/description.ts';
import { drawn } from './random.ts';
import type { Database, Instance, Revision, WorldState } from './state.ts';
import { everyRevision } from './state.ts';

/** PostgreSQL's default `max_connections` by memory in MiB (gcp-facts 4). */
const BY_MEMORY: readonly (readonly [number, number])[] = [
  [122_880, 1_000],
  [61_440, 800],
  [30_720, 600],
  [15_360, 500],
  [7_680, 400],
  [6_144, 200],
  [3_840, 100],
  [0, 50],
];
const SHARED_CORE: Readonly<Record<string, number>> = { 'db-f1-micro': 25, 'db-g1-small': 50 };
/** Cloud SQL for MySQL; 4,000 on every other tier. */
const MYSQL_SHARED_CORE: Readonly<Record<string, number>> = { 'db-f1-micro': 250, 'db-g1-small': 1_000 };

/** The flag when it is set, else by the tier. */
export function maxConnectionsOf(description: DatabaseDescription): number {
  const flag = description.flags.find((one) => one.name === 'max_connections');
  if (flag !== undefined) return Number(flag.value);
  if (description.version.startsWith('MYSQL_')) return MYSQL_SHARED_CORE[description.tier] ?? 4_000;
  const shared = SHARED_CORE[description.tier];
  if (shared !== undefined) return shared;
  const memory = Number(/^db-(?:custom|perf-optimized-N)-\d+-(\d+)$/.exec(description.tier)?.[1] ?? 3_840);
  return BY_MEMORY.find(([least]) => memory >= least)?.[1] ?? 50;
}

/** Slots of `max_connections` that applications never get. */
export function reservedOf({ reservedConnections, version }: DatabaseDescription): number {
  return reservedConnections ?? (version.startsWith('MYSQL_') ? 0 : RESERVED_BY_POSTGRESQL);
}

/** Who is away in this step, and what is held now; the refusals of the step before are forgotten. */
export function stepDatabases(state: WorldState): void {
  for (const database of state.databases.values()) {
    database.used = database.description.otherConnections;
    database.refused = 0;
    database.away = database.description.outages.some(({ from, for: length }) => {
      const into = state.at - state.startAt - from;
      return into >= 0 && into < length;
    });
  }
  for (const revision of everyRevision(state)) {
    const database = databaseOf(state, revision);
    if (database === null) continue;
    for (const instance of revision.instances) {
      if (database.away) instance.connections = 0;
      database.used += instance.connections;
    }
  }
}

/** The database that a revision's application uses, or null. */
export function databaseOf(state: WorldState, revision: Revision): Database | null {
  const pool = revision.service.application.database;
  return pool === undefined ? null : (state.databases.get(pool.instance) ?? null);
}

/** The instance opens its start-up connections, all or none. A stopped database refuses too. */
export function openPool(database: Database, instance: Instance, wanted: number): boolean {
  if (!answers(database) || database.used + wanted > usable(database)) {
    database.refused += 1;
    return false;
  }
  holdConnections(database, instance, wanted);
  return true;
}

/** The instance holds this many from now on. */
export function holdConnections(database: Database | null, instance: Instance, count: number): void {
  if (database !== null) database.used += count - instance.connections;
  instance.connections = count;
}

/** Share of requests of running instances that fail for want of a connection: none until the slots run out. */
export function starvation(database: Database | null): number {
  if (database === null) return 0;
  if (!answers(database)) return 1;
  return database.refused > 0 || database.used >= usable(database) ? 0.25 : 0;
}

/** In operation, not stopped, and not away. */
export function answers(database: Database): boolean {
  return !database.away && database.description.state === 'RUNNABLE' && database.description.activationPolicy === 'ALWAYS';
}

/** 3 for superusers, 2 for the platform (gcp-facts 4); MySQL keeps its one for an administrator on top of `max_connections`. */
const RESERVED_BY_POSTGRESQL = 5;

/** Handshake over a free path, and the first wait of TCP for an answer to its SYN, which doubles each time. */
const HANDSHAKE_MS = 60;
const FIRST_RETRY_MS = 1_000;
const MOST_RETRIES = 6;

/** See `WorldDatabases.admission`. The path is that of the busiest connector, as those who ride it meet it. */
export function admission(
  state: WorldState,
  database: Database,
  own: number,
  attempt: number,
): { readonly afterMs: number | null; readonly free: number; readonly maxConnections: number } {
  const free = usable(database) - database.used - own;
  const { maxConnections } = database;
  const paths = [...state.connectors.values()].map(({ path }) => path);
  const slowdown = Math.max(1, ...paths.map((path) => path.slowdown));
  const loss = Math.max(0, ...paths.map((path) => path.loss));
  let afterMs = HANDSHAKE_MS * slowdown;
  let retries = 0;
  for (; retries < MOST_RETRIES && drawn(state.seed, state.at, 'connect', attempt, retries) < loss; retries += 1)
    afterMs += FIRST_RETRY_MS * 2 ** retries;
  const answered = answers(database) && retries < MOST_RETRIES;
  return { afterMs: answered ? Math.round(afterMs) : null, free, maxConnections };
}

function usable({ maxConnections, description }: Database): number {
  return maxConnections - reservedOf(description);
}
