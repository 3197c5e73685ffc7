import { defined } from '../../../core/defined.ts';
import { invalid } from '../../surface/api-error.ts';
import type { Distribution, WorldSeries } from '../../world/contract.ts';

export type Value = number | Distribution;

export interface Point {
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}

/** A series on its way through aggregation; points oldest first. */
export interface Series {
  readonly metricLabels: Readonly<Record<string, string>>;
  readonly resourceType: string;
  readonly resourceLabels: Readonly<Record<string, string>>;
  readonly kind: 'GAUGE' | 'DELTA';
  readonly type: 'INT64' | 'DOUBLE' | 'DISTRIBUTION';
  readonly points: readonly Point[];
}

export const ALIGNERS = [
  'ALIGN_NONE', 'ALIGN_DELTA', 'ALIGN_RATE', 'ALIGN_INTERPOLATE', 'ALIGN_NEXT_OLDER', '5', '6', '7', '8', '9',
  'ALIGN_MIN', 'ALIGN_MAX', 'ALIGN_MEAN', 'ALIGN_COUNT', 'ALIGN_SUM', 'ALIGN_STDDEV', 'ALIGN_COUNT_TRUE', 'ALIGN_FRACTION_TRUE',
  'ALIGN_PERCENTILE_99', 'ALIGN_PERCENTILE_95', 'ALIGN_PERCENTILE_50', 'ALIGN_PERCENTILE_05', '22', 'ALIGN_PERCENT_CHANGE', 'ALIGN_COUNT_FALSE',
] as const; // prettier-ignore

export type Aligner = (typeof ALIGNERS)[number];

/**
 * Puts each series on windows of `periodMs` that end at `end`. Kind and type of the result are those the aligner documents
 * (a rate of a DELTA INT64 is a GAUGE DOUBLE; gcp-facts 5.1). A window without a point has no result. Throws 400 where the
 * aligner does not fit the metric.
 */
export function align(series: WorldSeries, aligner: Aligner, periodMs: number, end: number): Series {
  const { metricKind: kind, valueType: type, ...rest } = series;
  const base = { metricLabels: rest.metricLabels, resourceType: rest.resourceType, resourceLabels: rest.resourceLabels };
  if (aligner === 'ALIGN_NONE') return { ...base, kind, type, points: series.points };
  const rule = ruleFor(aligner, kind, type);
  return { ...base, kind: rule.kind, type: rule.type, points: inWindows(series.points, rule, periodMs, end) };
}

/** Points come oldest first, so that each window is one run of them. */
function inWindows(all: readonly Point[], rule: Rule, periodMs: number, end: number): readonly Point[] {
  const points: Point[] = [];
  for (let from = 0; from < all.length;) {
    const index = Math.floor((end - defined(all[from]).end) / periodMs);
    const inside: Value[] = [];
    let next = from;
    for (; next < all.length && Math.floor((end - defined(all[next]).end) / periodMs) === index; next += 1)
      inside.push(defined(all[next]).value);
    const to = end - index * periodMs;
    points.push({ start: rule.kind === 'DELTA' ? to - periodMs : to, end: to, value: rule.combine(inside, periodMs) });
    from = next;
  }
  return points;
}

interface Rule {
  readonly kind: Series['kind'];
  readonly type: Series['type'];
  combine(values: readonly Value[], periodMs: number): Value;
}

function ruleFor(aligner: Aligner, kind: Series['kind'], type: Series['type']): Rule {
  const numeric = type !== 'DISTRIBUTION';
  const unfit = () =>
    invalid(
      `The aligner ${aligner} cannot be applied to metrics with kind ${kind} and value type ${type}.`,
      'aggregation.perSeriesAligner',
    );
  if (aligner === 'ALIGN_DELTA' && kind === 'DELTA') return { kind: 'DELTA', type, combine: total };
  if (aligner === 'ALIGN_SUM') return { kind, type, combine: total };
  if (aligner === 'ALIGN_RATE' && kind === 'DELTA' && numeric)
    return { kind: 'GAUGE', type: 'DOUBLE', combine: (values, periodMs) => numberOf(total(values)) / (periodMs / 1_000) };
  if (aligner === 'ALIGN_MEAN' && numeric) return { kind, type: 'DOUBLE', combine: mean };
  if (aligner === 'ALIGN_MAX' && numeric) return { kind, type, combine: (values) => Math.max(...values.map(numberOf)) };
  if (aligner === 'ALIGN_MIN' && numeric) return { kind, type, combine: (values) => Math.min(...values.map(numberOf)) };
  if (aligner === 'ALIGN_COUNT' && numeric) return { kind, type: 'INT64', combine: (values) => values.length };
  if (aligner === 'ALIGN_NEXT_OLDER' && kind === 'GAUGE') return { kind, type, combine: (values) => defined(values[values.length - 1]) };
  const share = PERCENTILES[aligner];
  if (share !== undefined && !numeric)
    return { kind: 'GAUGE', type: 'DOUBLE', combine: (values) => percentile(total(values) as Distribution, share) };
  throw unfit();
}

export const PERCENTILES: Readonly<Record<string, number>> = {
  ALIGN_PERCENTILE_99: 0.99,
  ALIGN_PERCENTILE_95: 0.95,
  ALIGN_PERCENTILE_50: 0.5,
  ALIGN_PERCENTILE_05: 0.05,
  REDUCE_PERCENTILE_99: 0.99,
  REDUCE_PERCENTILE_95: 0.95,
  REDUCE_PERCENTILE_50: 0.5,
  REDUCE_PERCENTILE_05: 0.05,
};

/** Sum of numbers, or the merged distribution. */
export function total(values: readonly Value[]): Value {
  return values.reduce((sum, value) =>
    typeof sum === 'number' && typeof value === 'number' ? sum + value : merge(sum as Distribution, value as Distribution),
  );
}

export function mean(values: readonly Value[]): number {
  return values.reduce<number>((sum, value) => sum + numberOf(value), 0) / values.length;
}

export function numberOf(value: Value): number {
  return typeof value === 'number' ? value : value.mean;
}

/** Distributions of one metric share their bounds. */
function merge(one: Distribution, other: Distribution): Distribution {
  const count = one.count + other.count;
  if (count === 0) return one;
  const shift = other.mean - one.mean;
  return {
    count,
    mean: (one.mean * one.count + other.mean * other.count) / count,
    sumOfSquaredDeviation: one.sumOfSquaredDeviation + other.sumOfSquaredDeviation + (shift * shift * one.count * other.count) / count,
    bounds: one.bounds,
    bucketCounts: one.bucketCounts.map((each, index) => each + (other.bucketCounts[index] ?? 0)),
  };
}

/** Linear within the bucket; the open bucket ends where it begins. */
export function percentile({ count, bounds, bucketCounts }: Distribution, share: number): number {
  const rank = share * count;
  let seen = 0;
  for (let index = 0; index < bucketCounts.length; index++) {
    const inside = defined(bucketCounts[index]);
    if (inside > 0 && seen + inside >= rank) {
      const low = index === 0 ? 0 : defined(bounds[index - 1]);
      const high = bounds[index] ?? low;
      return low + (high - low) * Math.max(0, Math.min(1, (rank - seen) / inside));
    }
    seen += inside;
  }
  return bounds[bounds.length - 1] ?? 0;
}
