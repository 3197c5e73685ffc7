import type { RequestStats } from '../../core/model/request-stats.ts';
import type { Counted } from '../../core/model/trial.ts';
import { wilson } from '../../diagnosis/figures/wilson-interval.ts';
import { lost, together } from '../../diagnosis/witnesses/served.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** What fails from its first requests on has failed nearly as much of its first step as it fails lately: a container may answer a few before it dies. */
export const FROM_THE_START = 0.85;

export interface Sides {
  /** The revision that may get the traffic back. */
  readonly target: string;
  /** Those that serve now. */
  readonly left: readonly string[];
}

/** How the traffic went from one revision to those that serve now. */
export interface Release {
  readonly since: number;
  /** The target lost no more of its users than the goal allows when it served last. */
  readonly isWell: boolean;
  /** Failed, or turned away, of the first requests of what serves now, and lately. */
  readonly began: Counted;
  readonly lately: Counted;
}

/** By steps of the requests; null: the one did not follow the other, as far as they tell, or the present is not counted. */
export function releaseOf({ observation, spec }: PlanScope, service: string, { target, left }: Sides): Release | null {
  const { hour, day, requests } = observation.services[service] ?? {};
  const of = (names: readonly string[]) => (step: RequestStats) => countedOf(step, names).total > 0;
  const near = hour?.value ?? [];
  // The steps of the hour are short; where they do not reach back to it, those of the day are all there is.
  const steps = near.some(of([target])) && near.some(of(left)) ? near : (day?.value ?? []);
  const [last, first] = [steps.findLast(of([target])), steps.find(of(left))];
  if (last === undefined || first === undefined || requests?.freshness !== 'fresh' || requests.value === null) return null;
  if ((last.untilAt ?? last.sinceAt) < first.sinceAt) return null;
  const own = countedOf(last, [target]);
  const isWell = wilson(own.failed, own.total).lower <= spec.improvement.goals.errorRate;
  return { since: first.sinceAt, isWell, began: countedOf(first, left), lately: countedOf(requests.value, left) };
}

/** Failed, or turned away. */
export function countedOf({ byRevision }: RequestStats, names: readonly string[]): Counted {
  const parts = names.flatMap((name): readonly Counted[] => {
    const seen = byRevision[name];
    return seen === undefined ? [] : [{ total: seen.total, failed: seen.serverErrors, turnedAway: seen.turnedAway ?? 0 }];
  });
  return lost(together(parts));
}
