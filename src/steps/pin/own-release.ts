import { sayMinute } from '../../core/duration.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { Counted } from '../../core/model/trial.ts';
import { wilson } from '../../diagnosis/figures/wilson-interval.ts';
import { percent } from '../../diagnosis/observation-queries.ts';
import { badly, isLate } from '../../diagnosis/witnesses/served.ts';
import { rate } from '../../diagnosis/witnesses/turned-away.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';
import { ENOUGH, nearOf } from './compared.ts';
import { servedBy } from './last-healthy.ts';
import { countedOf, FROM_THE_START, releaseOf } from './release.ts';
import type { Release, Sides } from './release.ts';

/** So much of what a needed service fails now it must have failed before the release, for that to be the same illness; */
const AS_ILL = 0.75;
/** and by so much more requests are served badly than are by all that is needed, for the rest to be nobody's but its own. */
const MORE = 1.2;

/** Why what a service fails with is its own release's, though what it needs is ill as well. */
export interface OwnRelease {
  readonly because: string;
  /** Needed services that fell ill no earlier than the release, as far as is known: what they fail with may come from it. */
  readonly mayMend: readonly string[];
}

/**
 * A service was released when its trouble began: the revision before it served well to the end, and what followed has served badly from
 * its first requests on. What it needs does not explain that: either each needed service that is ill was as ill before, while that older
 * revision served well; or more requests of this service are served badly than of all of those together, and one bad call spoils one
 * request at most. null: not known to be so.
 */
export function ownRelease(scope: PlanScope, state: ServiceState, sides: Sides, ill: readonly string[]): OwnRelease | null {
  const release = releaseOf(scope, state.name, sides);
  if (release === null || !isSince(scope, state, sides, release)) return null;
  const until = `${sides.target} served well until ${sayMinute(release.since)}`;
  const before = ill.map((name) => illBefore(scope, name, release.since));
  if (before.every((said) => said !== null)) return { because: `${until}, while ${before.join(' and ')}`, mayMend: [] };
  const own = badly(nearOf(scope, state, sides.left));
  const needed = ill.map((name) => ({ name, counted: presentOf(scope, name) }));
  if (needed.some(({ counted }) => counted === null)) return null;
  const bad = needed.reduce((sum, { counted }) => sum + (counted?.failed ?? 0), 0);
  if (wilson(own.failed, own.total).lower * own.total <= MORE * bad) return null;
  const said = needed.map(({ name, counted }) => `${counted?.failed ?? 0} of ${counted?.total ?? 0} requests to ${name}`).join(' and ');
  return {
    because: `${until}, and since then more of its own requests are served badly (${own.failed} of ${own.total}) than what it needs can spoil (${said})`,
    mayMend: ill.filter((_, index) => before[index] === null),
  };
}

/** Failing from its first requests on; or late in nearly all its time, where the target was not. */
function isSince(scope: PlanScope, state: ServiceState, { target, left }: Sides, { isWell, began, lately }: Release): boolean {
  if (!isWell || lately.total < ENOUGH) return false;
  const { upper } = wilson(began.failed, began.total);
  const { lower } = wilson(lately.failed, lately.total);
  if (lower > scope.spec.improvement.goals.errorRate && upper >= FROM_THE_START * rate(lately)) return true;
  const records = scope.revisions[state.name] ?? {};
  const [own, all, near] = [servedBy([target], records), servedBy(left, records), nearOf(scope, state, left)];
  return own.total >= ENOUGH && own.late !== undefined && !isLate(own) && isLate(near) && rate(badly(all)) >= AS_ILL * rate(badly(near));
}

/** In the step before the release it failed nearly as many of its users as now: in words, or null. */
function illBefore({ observation, spec }: PlanScope, service: string, since: number): string | null {
  const { hour, requests } = observation.services[service] ?? {};
  const step = (hour?.value ?? []).findLast(({ untilAt, total }) => (untilAt ?? since + 1) <= since && total > 0);
  if (step === undefined || requests?.freshness !== 'fresh' || requests.value === null) return null;
  const [then, now] = [step, requests.value].map((stats) => countedOf(stats, Object.keys(stats.byRevision))) as [Counted, Counted];
  const { lower } = wilson(then.failed, then.total);
  if (then.total < ENOUGH || lower <= spec.improvement.goals.errorRate || lower < AS_ILL * rate(now)) return null;
  return `${service} failed already (${percent(rate(then))} of ${then.total})`;
}

/** Everyone whom it serves badly now, whatever revision; null: not counted. */
function presentOf(scope: PlanScope, service: string): Counted | null {
  const { requests, state } = scope.observation.services[service] ?? {};
  if (requests?.freshness !== 'fresh' || requests.value === null || !state?.value) return null;
  return badly(nearOf(scope, state.value, Object.keys(requests.value.byRevision)));
}
