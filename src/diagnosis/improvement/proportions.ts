import type { Counts } from '../../core/model/trend.ts';

/**
 * Two stretches of counts, compared service by service and put together as Cochran, Mantel and Haenszel do: a service that is
 * no longer called, or has no series any more, makes nothing better, and neither does a change of who is called how often.
 */

export interface Comparison {
  /** Share that fails after, divided by the share before; infinite where nothing failed before, null where nothing can be compared. */
  readonly ratio: number | null;
  /** Standard deviations of the change, better counted positive: the smaller of two tests, because each errs in another tail. */
  readonly z: number;
}

const NONE: Comparison = { ratio: null, z: 0 };

export function compareCounts(before: Counts, after: Counts): Comparison {
  let [excess, variance, likelihood, over, under] = [0, 0, 0, 0, 0];
  for (const [index, [n1, e1]] of before.entries()) {
    const [n2, e2] = after[index] ?? [0, 0];
    if (n1 === 0 || n2 === 0) continue;
    const n = n1 + n2;
    const e = e1 + e2;
    excess += e1 - (e * n1) / n;
    variance += (n1 * n2 * e * (n - e)) / (n * n * Math.max(1, n - 1));
    likelihood += sureness(e1, n1) + sureness(e2, n2) - sureness(e, n);
    over += (e2 * n1) / n;
    under += (e1 * n2) / n;
  }
  if (variance <= 0) return NONE;
  const score = excess / Math.sqrt(variance);
  const root = Math.sqrt(2 * Math.max(0, likelihood));
  return { ratio: under === 0 ? Number.POSITIVE_INFINITY : over / under, z: Math.sign(score) * Math.min(Math.abs(score), root) };
}

/** Logarithm of the likelihood of `failed` in `total` at their own rate. */
function sureness(failed: number, total: number): number {
  const well = total - failed;
  return (failed > 0 ? failed * Math.log(failed / total) : 0) + (well > 0 ? well * Math.log(well / total) : 0);
}

/**
 * Interval of the ratio of two shares at `z` standard deviations on the logarithm (Greenland and Robins for several services);
 * half a failure is added where there was none after.
 */
export function ratioInterval(before: Counts, after: Counts, z = 1.96): readonly [number, number] | null {
  let [over, under, spread] = [0, 0, 0];
  for (const [index, [n1, e1]] of before.entries()) {
    const [n2, counted] = after[index] ?? [0, 0];
    if (n1 === 0 || n2 === 0) continue;
    const e2 = counted === 0 ? 0.5 : counted;
    const n = n1 + n2;
    spread += (n1 * n2 * (e1 + e2) - e1 * e2 * n) / (n * n);
    over += (e2 * n1) / n;
    under += (e1 * n2) / n;
  }
  if (over <= 0 || under <= 0) return null;
  const deviation = Math.sqrt(Math.max(0, spread) / (over * under));
  const ratio = over / under;
  return [ratio * Math.exp(-z * deviation), ratio * Math.exp(z * deviation)];
}

/**
 * How much more the parts of a stretch differ among themselves than counting alone explains (Pearson's chi-square by its degrees
 * of freedom); 1 where it explains them. Failures come in bursts, and a burst is one event, not fifty.
 */
export function dispersion(stretches: readonly (readonly Counts[])[]): number {
  let [chi, freedom] = [0, 0];
  for (const parts of stretches) {
    const services = parts[0]?.length ?? 0;
    for (let index = 0; index < services; index++) {
      const counted = parts.map((part) => part[index] ?? ([0, 0] as const)).filter(([total]) => total >= 5);
      const total = counted.reduce((sum, [n]) => sum + n, 0);
      const share = counted.reduce((sum, [, e]) => sum + e, 0) / Math.max(1, total);
      if (share <= 0 || share >= 1 || counted.length < 2) continue;
      for (const [n, e] of counted) chi += (e - n * share) ** 2 / (n * share * (1 - share));
      freedom += counted.length - 1;
    }
  }
  if (freedom < 3) return 1;
  const factor = chi / freedom;
  return factor > 1 + 2 * Math.sqrt(2 / freedom) ? factor : 1;
}

export function totalOf(counts: Counts): readonly [total: number, failed: number] {
  return counts.reduce<readonly [number, number]>(([n, e], [total, failed]) => [n + total, e + failed], [0, 0]);
}

export function shareOf(counts: Counts): number {
  const [total, failed] = totalOf(counts);
  return total === 0 ? 0 : failed / total;
}
