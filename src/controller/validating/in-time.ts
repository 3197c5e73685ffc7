import { sayDuration } from '../../core/duration.ts';
import type { ValidationCheck } from '../../core/model/verdict.ts';
import { usersP95 } from '../../diagnosis/witnesses/users-p95.ts';
import type { Validation } from './options.ts';

/** Cloud Monitoring reads a percentile out of buckets: what lies nearer to the goal may be a bucket's width. Ours to choose. */
const SURELY = 1.5;

/**
 * Users are answered far later than the document's own goal says: that is no recovery, whatever else passes. A check only where it is surely so: by
 * enough requests of users, none of which a revision answered before the last shift. Otherwise there is nothing to check.
 */
export function checkInTime({
  options,
  observation,
  facts,
}: Pick<Validation, 'options' | 'observation' | 'facts'>): readonly ValidationCheck[] {
  const { services, improvement } = options.spec;
  const goal = improvement.goals.p95Ms;
  return services.flatMap(({ name }) => {
    const service = observation.services[name];
    const requests = service?.requests.freshness === 'fresh' ? service.requests.value : null;
    const p95 = service === undefined ? null : usersP95(service);
    if (requests === null || p95 === null || p95 <= SURELY * goal || requests.total < improvement.minSamples) return [];
    if (requests.sinceAt < (facts.servingSince[name] ?? 0)) return [];
    const because = `${name}: users' p95 is ${sayDuration(Math.round(p95))}, goal ${sayDuration(goal)}`;
    return [{ category: 'services', name: `${name} answers in time`, critical: true, verdict: { outcome: 'fail', because } }];
  });
}
