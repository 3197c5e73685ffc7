/** Least memory (GiB) and the connections PostgreSQL gets by default there: gcp-facts 4. */
const BY_MEMORY: readonly (readonly [number, number])[] = [
  [120, 1_000],
  [60, 800],
  [30, 600],
  [15, 500],
  [7.5, 400],
  [6, 200],
  [3.75, 100],
];

const SHARED: Readonly<Record<string, number>> = { 'db-f1-micro': 25, 'db-g1-small': 50 };

/** `max_connections` of a PostgreSQL instance without the flag, by its tier; null for a tier that does not tell its memory. */
export function defaultMaxConnections(tier: string): number | null {
  const shared = SHARED[tier];
  if (shared !== undefined) return shared;
  const mebibytes = /^db-custom-\d+-(\d+)$/.exec(tier)?.[1];
  if (mebibytes === undefined) return null;
  const memory = Number(mebibytes) / 1_024;
  return BY_MEMORY.find(([least]) => memory >= least)?.[1] ?? null;
}
