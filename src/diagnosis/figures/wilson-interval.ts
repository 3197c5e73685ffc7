/** 95 % two-sided. */
const Z = 1.96;

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Wilson's score interval at 95 % for a share: `failed` of `total` samples. Without samples it is everything.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209–212.
 */
export function wilson(failed: number, total: number): Interval {
  if (total <= 0) return { lower: 0, upper: 1 };
  const share = failed / total;
  const zz = (Z * Z) / total;
  const middle = (share + zz / 2) / (1 + zz);
  const half = (Z * Math.sqrt((share * (1 - share)) / total + zz / (4 * total))) / (1 + zz);
  return { lower: failed === 0 ? 0 : Math.max(0, middle - half), upper: failed === total ? 1 : Math.min(1, middle + half) };
}

/** How many samples without a failure bring the upper bound down to `bound`: z² (1 − bound) / bound. */
export function samplesToTell(bound: number): number {
  return Math.ceil((Z * Z * (1 - bound)) / bound);
}
