import { SECOND, sayDuration } from '../../core/duration.ts';
import type { Observation } from '../../core/model/observation.ts';
import { percent } from '../observation-queries.ts';
import { usersP95 } from '../witnesses/users-p95.ts';
import { LEAST_FAILURES } from '../witnesses/request-evidence.ts';
import { privateTimeouts } from './timeouts.ts';

/** Nobody gives up on a connection sooner: whoever fails by one that is not made waits longer. Ours to choose. */
const QUICK = SECOND;
/** Twice what the p95 leaves out: of such a share at least half failed within it. */
const SURE_SHARE = 0.1;
/** Fewer time-outs than this part of the failures are strays. */
const STRAY = 0.1;

/**
 * Why what users of a service meet cannot be a full connector's doing, in words: that fails them slowly, and clients log it in numbers
 * that are like the failures'. Here the failures come quickly, with few time-outs or none beside them. null: it can be, or is not known:
 * requests, latency or lines were not read, or so few fail that the 95th percentile says nothing of them.
 */
export function failsTooQuickly(observation: Observation, service: string): string | null {
  const { at, logs, services } = observation;
  const seen = services[service];
  const requests = seen?.requests.freshness === 'fresh' ? seen.requests.value : null;
  const p95 = seen === undefined ? null : usersP95(seen);
  if (requests === null || p95 === null || p95 >= QUICK || logs.freshness !== 'fresh') return null;
  const { total, serverErrors: failed, sinceAt, untilAt = at } = requests;
  if (failed < LEAST_FAILURES) return null;
  const windowMs = untilAt - sinceAt;
  const timeouts = privateTimeouts(observation)
    .filter((group) => group.service === service)
    .reduce((sum, { count, firstAt }) => sum + count * Math.min(1, windowMs / Math.max(1, at - firstAt)), 0);
  if (timeouts > (failed >= SURE_SHARE * total ? STRAY * failed : 0)) return null;
  const beside = timeouts === 0 ? 'no time-out' : `about ${Math.ceil(timeouts)} time-outs`;
  return `${service} fails ${failed} of ${total} requests (${percent(failed / total)}) with a p95 of ${sayDuration(p95)} and ${beside} beside them`;
}
