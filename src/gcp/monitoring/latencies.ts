import type { LateIn, LatencyStats } from '../../core/model/request-stats.ts';
import { countAbove, percentileOf } from './distribution.ts';
import type { Series } from './time-series.ts';

/** Answered well: a failure that took long has failed, and who was turned away has waited for nothing. */
const WELL = ['2xx', '3xx'];

/**
 * Of one service's `request_latencies` by revision and class of answer: the percentile over all of them, because a percentile of
 * percentiles would be none, and how many good answers were late. null: no distribution in it could be read.
 */
export function latencyStats(
  series: readonly Series[],
  { periodMs, lateFromMs }: { readonly periodMs: number; readonly lateFromMs: number },
): LatencyStats | null {
  const all = series.flatMap(({ points }) => points.flatMap(({ distribution }) => (distribution == null ? [] : [distribution])));
  const p95Ms = percentileOf(all, 0.95);
  if (p95Ms === null) return null;
  const late: Record<string, readonly LateIn[]> = {};
  for (const { labels, points } of series) {
    if (!WELL.includes(labels.response_code_class ?? '')) continue;
    const steps = points.flatMap(({ at, distribution }) =>
      distribution == null ? [] : [{ at: at - periodMs, count: Math.round(countAbove(distribution, lateFromMs)) }],
    );
    const revision = labels.revision_name ?? '';
    late[revision] = [...(late[revision] ?? []), ...steps];
  }
  return { p95Ms, lateFromMs, late };
}
