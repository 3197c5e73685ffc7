import type { Counted } from '../../core/model/trial.ts';

/**
 * Fisher's exact test, one-sided: how likely `after` would have at least so many failures if both had the same rate. Exact for
 * any counts, the smallest too; 1 where one side has no requests.
 */
export function chanceOfWorse(before: Counted, after: Counted): number {
  const { total: n1, failed: k1 } = before;
  const { total: n2, failed: k2 } = after;
  const failed = k1 + k2;
  if (n1 === 0 || n2 === 0 || failed === 0) return 1;
  const most = Math.min(failed, n2);
  let term = Math.exp(choose(n2, k2) + choose(n1, failed - k2) - choose(n1 + n2, failed));
  let sum = 0;
  for (let k = k2; k <= most && term > 0; k += 1) {
    sum += term;
    // The ratio of neighbouring terms of the hypergeometric distribution.
    term *= ((n2 - k) * (failed - k)) / ((k + 1) * (n1 - failed + k + 1));
    if (term < sum * 1e-12) break;
  }
  return Math.min(1, sum);
}

/** Logarithm of the binomial coefficient. */
function choose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Exact for small n, Stirling's series beyond: its error is below 1e-9 from 50 on. */
function logFactorial(n: number): number {
  if (n >= 50) return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3);
  let sum = 0;
  for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
  return sum;
}
