import { HOUR, sayDuration } from '../../core/duration.ts';
import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { samplesToTell } from '../figures/wilson-interval.ts';
import { ACCEPTABLE, NO_SERIES, sayRate } from './request-evidence.ts';
import { percent } from '../observation-queries.ts';

/**
 * Said before anything is waited for: of each service that few call, how long its users' requests take to tell. Services whose
 * requests tell within one look, and those whose figures could not be read, need no word. Pure.
 */
export function timesToKnow(observation: Observation, spec: RemediationSpec): readonly string[] {
  const bound = Math.max(spec.improvement.goals.errorRate, ACCEPTABLE);
  return spec.services.flatMap(({ name }) => {
    const service = observation.services[name];
    const seen = service === undefined ? null : lately(service, observation.at);
    if (seen === null) return [];
    if (seen.total === 0)
      return [`${name}: no request in the last ${sayDuration(seen.windowMs)}: probes, container deaths and readiness decide`];
    const needed = samplesToTell(bound);
    if (seen.nearly >= needed) return [];
    const perHour = (seen.total * HOUR) / seen.windowMs;
    return [
      `${name}: at ${sayRate(perHour)} requests an hour an error rate of ${percent(bound)} can be told after ~${sayDuration((needed / perHour) * HOUR)} ` +
        `(${needed} requests without a failure, 95 % Wilson); probes, container deaths and readiness decide meanwhile`,
    ];
  });
}

interface Lately {
  readonly total: number;
  readonly windowMs: number;
  /** Of the newest window alone. */
  readonly nearly: number;
}

/** Users' requests of the longest stretch that was read; null: not read. */
function lately({ requests, hour }: ServiceObservation, now: number): Lately | null {
  const near = requests.freshness === 'fresh' ? requests.value : null;
  if (near === null && requests.problem !== NO_SERIES) return null;
  const steps = (hour?.value ?? []).filter((step) => near === null || (step.untilAt ?? 0) <= near.sinceAt);
  const since = Math.min(steps[0]?.sinceAt ?? now, near?.sinceAt ?? now);
  if (since >= now) return null;
  const nearly = near?.total ?? 0;
  return { total: steps.reduce((sum, { total }) => sum + total, nearly), windowMs: now - since, nearly };
}
