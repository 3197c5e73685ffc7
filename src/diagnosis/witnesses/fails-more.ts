import { FAILS_MORE } from '../../core/evidence-asked.ts';
import { MINUTE, sayMinute } from '../../core/duration.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Counted } from '../../core/model/trial.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';
import { wilson } from '../figures/wilson-interval.ts';
import { percent, servingRevisions } from '../observation-queries.ts';
import { together } from './served.ts';
import { rate } from './turned-away.ts';

/** One of several serving revisions fails its users surely, and many times, more than another in the same minutes. */
export interface FailsMore {
  readonly revision: string;
  readonly sinceAt: number;
  /** The ends of the minutes of the newest window, and of the steps before it, in which they failed. */
  readonly minutes: readonly number[];
  /** `users of shop-00002 fail, and of shop-00001 beside it do not: 91 of 2010 requests (4.5 %) against 0 of 2043, 13:45–14:00`. */
  readonly because: string;
}

/**
 * What separates two revisions of one service is not of what both meet, and decides by itself: a share of the users may fail every request
 * while the whole is within its goal. Told by windows that do not overlap, the newest and the steps of the hour before it: each by
 * itself, and all of them beyond what many looks and many pairs bring by chance; and only beyond the goal of the service. `since`: older requests
 * are not about what serves now. Pure; null: not seen to be so.
 */
export function failsMore(observation: Observation, spec: RemediationSpec, service: string, since: number): FailsMore | null {
  const seen = observation.services[service];
  const newest = seen?.requests.freshness === 'fresh' ? seen.requests.value : null;
  if (seen === undefined || newest === null) return null;
  const from = Math.max(since, observation.at - FAILS_MORE.withinMs);
  const steps = (seen.hour?.value ?? []).filter((step) => step.sinceAt >= from && (step.untilAt ?? Infinity) <= newest.sinceAt);
  const serving = servingRevisions(seen);
  const windows = (name: string): readonly [Counted, Counted] => [countedIn([newest], name), countedIn(steps, name)];
  const [worst, ...others] = serving.toSorted((one, other) => rate(together(windows(other))) - rate(together(windows(one))));
  if (worst === undefined) return null;
  const own = windows(worst);
  const isBeyond = wilson(together(own).failed, together(own).total).lower > spec.improvement.goals.errorRate;
  const spared = others.find((name) => isApart(windows(name), own));
  if (!isBeyond || spared === undefined) return null;
  const [all, beside] = [together(own), together(windows(spared))];
  const sinceAt = steps[0]?.sinceAt ?? newest.sinceAt;
  const figures = `${all.failed} of ${all.total} requests (${percent(rate(all))}) against ${beside.failed} of ${beside.total}`;
  const until = newest.untilAt ?? seen.requests.measuredAt ?? observation.at;
  const because = `users of ${worst} fail, and of ${spared} beside it hardly: ${figures}, ${sayMinute(sinceAt)}–${sayMinute(until)}`;
  return { revision: worst, sinceAt, minutes: failedIn(newest, steps, worst), because };
}

function failedIn(newest: RequestStats, steps: readonly RequestStats[], revision: string): readonly number[] {
  const ofSteps = steps.filter(({ byRevision }) => (byRevision[revision]?.serverErrors ?? 0) > 0);
  const ofMinutes = (newest.minutes ?? []).filter(({ serverErrors }) => serverErrors > 0);
  return [...ofSteps.flatMap(({ untilAt }) => untilAt ?? []), ...ofMinutes.map(({ at }) => at + MINUTE)];
}

function isApart(other: readonly Counted[], own: readonly Counted[]): boolean {
  const { times, leastRequests, leastFailed, chanceEach, chance } = FAILS_MORE;
  const inEach = own.every((failing, index) => {
    const beside = other[index] ?? { total: 0, failed: 0 };
    const isEnough = beside.total >= leastRequests && failing.failed >= leastFailed;
    return isEnough && rate(beside) * times <= rate(failing) && chanceOfWorse(beside, failing) < chanceEach;
  });
  return inEach && chanceOfWorse(together(other), together(own)) < chance;
}

function countedIn(steps: readonly RequestStats[], name: string): Counted {
  return together(
    steps.flatMap(({ byRevision }) => {
      const counted = byRevision[name];
      return counted === undefined ? [] : [{ total: counted.total, failed: counted.serverErrors }];
    }),
  );
}
