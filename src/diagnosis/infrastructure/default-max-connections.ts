import { engineOf } from '../../core/model/engine.ts';

/** Least memory (GiB) and the connections PostgreSQL gets by default there: gcp-facts 4. */
const POSTGRESQL: readonly (readonly [number, number])[] = [
  [120, 1_000],
  [60, 800],
  [30, 600],
  [15, 500],
  [7.5, 400],
  [6, 200],
  [3.75, 100],
];

const POSTGRESQL_SHARED: Readonly<Record<string, number>> = { 'db-f1-micro': 25, 'db-g1-small': 50 };

/** Cloud SQL for MySQL: the shared tiers have limits of their own, all others the same (its page "Quotas and limits"). */
const MYSQL_SHARED: Readonly<Record<string, number>> = { 'db-f1-micro': 250, 'db-g1-small': 1_000 };
const MYSQL = 4_000;

/**
 * `max_connections` of an instance without the flag, by its engine (`databaseVersion`) and tier. null where that does not tell:
 * a tier without its memory, an engine that is neither PostgreSQL nor MySQL.
 */
export function defaultMaxConnections(tier: string, version: string): number | null {
  const engine = engineOf(version);
  if (engine === 'mysql') return MYSQL_SHARED[tier] ?? MYSQL;
  if (engine === 'other') return null;
  const shared = POSTGRESQL_SHARED[tier];
  if (shared !== undefined) return shared;
  const mebibytes = /^db-custom-\d+-(\d+)$/.exec(tier)?.[1];
  if (mebibytes === undefined) return null;
  const memory = Number(mebibytes) / 1_024;
  return POSTGRESQL.find(([least]) => memory >= least)?.[1] ?? null;
}
