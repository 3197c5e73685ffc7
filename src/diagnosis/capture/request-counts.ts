import type { RequestStats } from '../../core/model/request-stats.ts';

const MOST_SERVICES = 1_000;

/** Counts requests by service and revision. */
export interface RequestCounts {
  /** Whether there was room for the service; otherwise nothing is counted. */
  add(service: string, revision: string, at: number, failed: boolean): boolean;
  byService(): Readonly<Record<string, RequestStats>>;
}

export function createRequestCounts(): RequestCounts {
  const counts = new Map<
    string,
    { sinceAt: number; total: number; serverErrors: number; byRevision: Record<string, { total: number; serverErrors: number }> }
  >();
  return {
    add(service, revision, at, failed) {
      const stats = counts.get(service) ?? { sinceAt: at, total: 0, serverErrors: 0, byRevision: {} };
      if (!counts.has(service) && counts.size >= MOST_SERVICES) return false;
      counts.set(service, stats);
      stats.sinceAt = Math.min(stats.sinceAt, at);
      const own = (stats.byRevision[revision] ??= { total: 0, serverErrors: 0 });
      for (const each of [stats, own]) {
        each.total += 1;
        each.serverErrors += failed ? 1 : 0;
      }
      return true;
    },
    byService: () => Object.fromEntries(counts),
  };
}
