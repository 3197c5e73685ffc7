import type { ServiceObservation } from '../../core/model/observation.ts';

/** Of all requests: with more than these of our own, the slowest twentieth may be ours alone. */
const OURS_AT_MOST = 0.05;

/**
 * The 95th percentile as far as it is the users': Cloud Monitoring counts our own requests in it, and no percentile can be
 * corrected for them. null: not fresh, or our own requests are many enough, and were slow enough, to be the figure themselves.
 */
export function usersP95({ p95Ms, requests }: ServiceObservation): number | null {
  const value = p95Ms.freshness === 'fresh' ? p95Ms.value : null;
  const { ours = 0, oursSlowestMs = 0, total = 0 } = requests.value ?? {};
  const mayBeOurs = ours > OURS_AT_MOST * (total + ours) && value !== null && oursSlowestMs >= value;
  return mayBeOurs ? null : value;
}
