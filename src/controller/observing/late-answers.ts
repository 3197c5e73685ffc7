import type { Measured } from '../../core/model/measured.ts';
import type { LateIn, LatencyStats, RequestStats } from '../../core/model/request-stats.ts';

/**
 * Request counts with the late answers of each revision in their window. A latency that was not read, or of a revision that answered
 * nobody well, adds nothing: that is unknown, and not none.
 */
export function withLate(stats: RequestStats, untilAt: number, latency: Measured<LatencyStats>): RequestStats {
  if (latency.value === null || latency.freshness === 'late') return stats;
  const { late, lateFromMs } = latency.value;
  const byRevision = Object.entries(stats.byRevision).map(([revision, counts]) => {
    const within = (late[revision] ?? []).filter(({ at }) => at >= stats.sinceAt && at < untilAt);
    return [revision, within.length === 0 ? counts : { ...counts, late: within }] as const;
  });
  return { ...stats, lateFromMs, byRevision: Object.fromEntries(byRevision) };
}

/** Without our own that were late: of each revision at most so many as we sent in that minute. */
export function lessLate(late: readonly LateIn[], own: readonly number[], stepMs: number): readonly LateIn[] {
  return late.map(({ at, count }) => ({ at, count: Math.max(0, count - own.filter((sent) => sent >= at && sent < at + stepMs).length) }));
}
