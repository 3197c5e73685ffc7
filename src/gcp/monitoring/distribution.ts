/**
 * Values in buckets, as Cloud Monitoring counts them (`Distribution`, gcp-facts 5.1): below the first bound, between two, and from the
 * last one on. Inside a bucket values are taken to lie evenly, as in Google's own percentiles.
 */
export interface Distribution {
  readonly bounds: readonly number[];
  /** One more than bounds; trailing zeros may be missing. */
  readonly counts: readonly number[];
}

export interface DistributionJson {
  readonly count?: string | number;
  readonly bucketCounts?: readonly (string | number)[];
  readonly bucketOptions?: {
    readonly explicitBuckets?: { readonly bounds?: readonly number[] };
    readonly exponentialBuckets?: { readonly numFiniteBuckets?: number; readonly growthFactor?: number; readonly scale?: number };
    readonly linearBuckets?: { readonly numFiniteBuckets?: number; readonly width?: number; readonly offset?: number };
  };
}

/** null: it has no buckets, or none that can be read. */
export function readDistribution({ bucketCounts, bucketOptions }: DistributionJson): Distribution | null {
  const bounds = boundsOf(bucketOptions);
  const counts = (Array.isArray(bucketCounts) ? bucketCounts : []).map(Number);
  if (bounds === null || counts.length === 0 || counts.length > bounds.length + 1) return null;
  return [...bounds, ...counts].every((value) => Number.isFinite(value)) ? { bounds, counts } : null;
}

/** The value that `share` of all lie below; null: there are none. A value beyond the last bound counts as that bound. */
export function percentileOf(distributions: readonly Distribution[], share: number): number | null {
  const buckets = mergedBuckets(distributions);
  const rank = share * buckets.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { low, high, count } of buckets) {
    if (seen + count >= rank) return low + (high - low) * Math.max(0, Math.min(1, (rank - seen) / count));
    seen += count;
  }
  return null;
}

/** How many lie above `limit`; of those beyond the last bound only as far as that bound is above it. */
export function countAbove(distribution: Distribution, limit: number): number {
  return bucketsOf(distribution).reduce((sum, { low, high, count }) => {
    if (low >= limit) return sum + count;
    return high <= limit ? sum : sum + (count * (high - limit)) / (high - low);
  }, 0);
}

interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** Those with values in them; the open one at the end has no width. */
function bucketsOf({ bounds, counts }: Distribution): readonly Bucket[] {
  return counts.flatMap((count, index) => {
    const low = index === 0 ? 0 : (bounds[index - 1] ?? 0);
    return count > 0 ? [{ low, high: bounds[index] ?? low, count }] : [];
  });
}

function mergedBuckets(distributions: readonly Distribution[]): readonly Bucket[] {
  const merged = new Map<string, Bucket>();
  for (const bucket of distributions.flatMap(bucketsOf)) {
    const key = `${bucket.low} ${bucket.high}`;
    merged.set(key, { ...bucket, count: bucket.count + (merged.get(key)?.count ?? 0) });
  }
  return [...merged.values()].sort((a, b) => a.low - b.low || a.high - b.high);
}

function boundsOf(options: DistributionJson['bucketOptions']): readonly number[] | null {
  const { explicitBuckets, exponentialBuckets, linearBuckets } = options ?? {};
  if (Array.isArray(explicitBuckets?.bounds)) return explicitBuckets.bounds.map(Number);
  if (exponentialBuckets !== undefined) {
    const { numFiniteBuckets = 0, growthFactor = Number.NaN, scale = Number.NaN } = exponentialBuckets;
    return boundsBy(numFiniteBuckets, (index) => scale * growthFactor ** index);
  }
  const { numFiniteBuckets = 0, width = Number.NaN, offset = 0 } = linearBuckets ?? {};
  return linearBuckets === undefined ? null : boundsBy(numFiniteBuckets, (index) => offset + width * index);
}

/** No question makes more of them than Google allows: 200 buckets. */
function boundsBy(finite: number, bound: (index: number) => number): readonly number[] | null {
  return finite > 0 && finite <= MOST_BUCKETS ? Array.from({ length: finite + 1 }, (_, index) => bound(index)) : null;
}

const MOST_BUCKETS = 200;
