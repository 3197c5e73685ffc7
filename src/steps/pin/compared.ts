import { MINUTE, sayMinute } from '../../core/duration.ts';
import type { CauseKind } from '../../core/model/diagnosis.ts';
import type { RevisionState, ServiceState } from '../../core/model/observation.ts';
import type { Counted } from '../../core/model/trial.ts';
import { onceBetter } from '../../diagnosis/changes/best-stretch.ts';
import { wilson } from '../../diagnosis/figures/wilson-interval.ts';
import { effectiveShares, percent } from '../../diagnosis/observation-queries.ts';
import { badly, isLate, lateFrom, sayServed, servedOf, together } from '../../diagnosis/witnesses/served.ts';
import { rate } from '../../diagnosis/witnesses/turned-away.ts';
import { causesOf, SATURATION_FROM } from '../../planning/step-decisions.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';
import { servedBy } from './last-healthy.ts';

/** Requests below which a rate says nothing good of a revision. */
export const ENOUGH = 20;
/** Where what serves now has served so much less badly over all its time than in these minutes, it has served well itself. */
const HAS_SERVED_WELL = 0.75;
/** What turns users away, or is late, may do so for its load: another has shown more only where it has carried about as much. */
const SAME_LOAD = 0.8;
/** Causes that every revision meets: they make one late or short of room as well as another. */
const SHARED: readonly CauseKind[] = [
  'connector-saturation',
  'database-unreachable',
  'connection-budget',
  'name-resolution',
  'quota-or-regional-shortage',
  'provider-incident',
];
/** The first minutes of a revision are those of its starts. */
const STARTS_MS = 2 * MINUTE;

export interface Compared {
  readonly own: Counted;
  readonly now: Counted;
  /** Why what is known of the two is no comparison; null: it is one. */
  readonly apart: string | null;
  /** Both were counted in the same minutes: what both depend on is the same for both. */
  readonly together: boolean;
}

/**
 * How the target and what else serves have served: in the same minutes where those are counted. Else by their records, which are of
 * different times: an outage that came after either proves nothing, so what serves now must have served badly all its time, and be newer
 * than a target that serves no more; and who is turned away or late counts only against a target that carried the same load well, and
 * while nothing is known that both would meet.
 */
export function compared(scope: PlanScope, state: ServiceState, target: string, left: readonly string[]): Compared {
  const [ownNear, leftNear] = [nearOf(scope, state, [target]), nearOf(scope, state, left)];
  // In the same minutes whoever is turned away with 429 has failed as well, whether by the platform or by the application.
  if (ownNear.total > 0 && leftNear.total > 0) return { own: ownNear, now: leftNear, apart: null, together: true };
  const isTold = carriedWell(scope, state, target) && causesOf(scope, ...SHARED).every(({ confidence }) => confidence < SATURATION_FROM);
  const known = isTold ? (counted: Counted): Counted => counted : failuresAlone;
  const [own, now] = [known(countsOf(scope, state, [target])), known(countsOf(scope, state, left))];
  if (own.total === 0 || now.total === 0) return { own, now, apart: null, together: false };
  const lately = known(leftNear);
  const before = betterBefore(scope, state, left);
  if (lately.total >= ENOUGH && (before !== null || rate(badly(now)) < HAS_SERVED_WELL * rate(badly(lately)))) {
    const say = (counted: Counted): string => sayServed(counted, lateFrom(scope.spec));
    const apart = `${left.join(', ')} has served better itself (${before ?? `${say(now)} in all`}, ${say(lately)} lately): another revision is not known to`;
    return { own, now, apart, together: false };
  }
  const createdAt = revisionOf(state, target)?.createdAt ?? Number.POSITIVE_INFINITY;
  const isNewer = effectiveShares(state).has(target) || left.every((name) => (revisionOf(state, name)?.createdAt ?? 0) > createdAt);
  return {
    own,
    now,
    apart: isNewer ? null : `${target} came after ${left.join(', ')}, and they have not served in the same minutes`,
    together: false,
  };
}

/** One of what serves now has once served its users far better than it does: in words, or null. */
function betterBefore(scope: PlanScope, state: ServiceState, left: readonly string[]): string | null {
  const records = scope.revisions[state.name] ?? {};
  const [best] = left.flatMap((name) => onceBetter(records[name] ?? {}, nearOf(scope, state, [name])) ?? []);
  return best === undefined ? null : `at its best ${best.failed} of ${best.total} served badly, up to ${sayMinute(best.untilAt)}`;
}

export function revisionOf(state: ServiceState, name: string): RevisionState | undefined {
  return state.revisions.find((revision) => revision.name === name);
}

function failuresAlone({ total, failed }: Counted): Counted {
  return { total, failed };
}

/**
 * The target is known to have turned away a surely larger share of its users than is served badly now: its users would be worse off, whatever
 * else it did well. In words, or null.
 */
export function turnedAwayMore(scope: PlanScope, state: ServiceState, target: string, left: readonly string[]): string | null {
  const [own, now] = [servedBy([target], scope.revisions[state.name] ?? {}), badly(nearOf(scope, state, left))];
  const turnedAway = { total: own.total, failed: own.turnedAway ?? 0 };
  if (now.total < ENOUGH || wilson(turnedAway.failed, turnedAway.total).lower <= wilson(now.failed, now.total).upper) return null;
  const image = revisionOf(state, target)?.image ?? 'its image';
  return `${target} turned away ${turnedAway.failed} of ${turnedAway.total} requests with 429 (${percent(rate(turnedAway))}), more than are served badly now (${percent(rate(now))}): it is too small for these users. What may serve them is ${image} with more instances allowed`;
}

/** By the day's steps: it has had about the load of now, and when it last served, its answers were in time and hardly anybody was turned away. */
function carriedWell({ observation, spec }: PlanScope, state: ServiceState, target: string): boolean {
  const service = observation.services[state.name];
  const present = service?.requests.freshness === 'fresh' ? service.requests.value : null;
  const steps = (service?.day?.value ?? []).flatMap(({ sinceAt, untilAt, byRevision }) => {
    const served = byRevision[target];
    return served === undefined || served.total < ENOUGH || untilAt === undefined ? [] : [{ served, overMs: untilAt - sinceAt }];
  });
  const last = steps.at(-1)?.served;
  if (present === null || last === undefined || isLate(servedOf(last))) return false;
  if ((last.turnedAway ?? 0) > spec.improvement.goals.errorRate * last.total) return false;
  const windowMs = (present.untilAt ?? service?.requests.measuredAt ?? observation.at) - present.sinceAt;
  const most = Math.max(...steps.map(({ served, overMs }) => served.total / overMs));
  return windowMs > 0 && most >= (SAME_LOAD * present.total) / windowMs;
}

/** How revisions have served: by the record, and where that has nothing of them, by the last minutes. */
function countsOf(scope: PlanScope, state: ServiceState, revisions: readonly string[]): Counted {
  const recorded = servedBy(revisions, scope.revisions[state.name] ?? {});
  return recorded.total > 0 ? recorded : nearOf(scope, state, revisions);
}

export function nearOf(scope: PlanScope, state: ServiceState, revisions: readonly string[]): Counted {
  const requests = scope.observation.services[state.name]?.requests;
  const near = requests?.freshness === 'fresh' ? (requests.value?.byRevision ?? {}) : {};
  return together(
    revisions.flatMap((name) => {
      const stats = near[name];
      return stats === undefined ? [] : [servedOf(stats, (revisionOf(state, name)?.createdAt ?? 0) + STARTS_MS)];
    }),
  );
}
