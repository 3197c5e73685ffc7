import { HOUR, MINUTE, sayDuration } from '../../core/duration.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { DeploySpec } from '../../core/model/spec.ts';
import type { Counted } from '../../core/model/trial.ts';
import { chanceOfWorse } from '../../diagnosis/figures/two-proportions.ts';
import { onceBetter } from '../../diagnosis/changes/best-stretch.ts';
import { effectiveShares } from '../../diagnosis/observation-queries.ts';
import { badly, lateFrom, sayServed, servedOf, together } from '../../diagnosis/witnesses/served.ts';
import { rate } from '../../diagnosis/witnesses/turned-away.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** Fewer say nothing of a rate. */
const ENOUGH = 100;
/** So long ago it was as now: */
const LONG = HOUR;
/** of that, what lies before the newest half hour is compared with now, */
const BEFORE = 30 * MINUTE;
/** and missed the goal already, by a share that is surely worse lately only beyond these: a few minutes have few failures, and vary. */
const AS_BAD = 0.75;
const CHANCE = 1e-4;
/** Instances that hang fail (nearly) all they get, and began to at some time: from here on a new start may help, however long it has been so. */
const MANY = 0.5;

/**
 * Why a new revision of what serves already would serve as it does: the deploy brings no image and no setting, and what serves has failed the
 * same small share of its users for an hour and longer, in no stretch less. A new start mends what differs from its image; this does not. null: it may help.
 */
export function alwaysSo(scope: PlanScope, state: ServiceState, deploy: DeploySpec): string | null {
  if (deploy.image !== null || deploy.like !== null || Object.keys(deploy.env).length > 0) return null;
  const service = scope.observation.services[state.name];
  if (service?.requests.freshness !== 'fresh' || service.requests.value === null) return null;
  const { at } = scope.observation;
  const serving = [...effectiveShares(state).keys()];
  const lately = countedIn([service.requests.value], serving);
  const day = (service.day?.value ?? []).filter((step) => serving.some((name) => step.byRevision[name] !== undefined));
  const sinceAt = Math.min(at, ...day.map((step) => step.sinceAt));
  const before = countedIn(
    day.filter(({ untilAt }) => untilAt !== undefined && untilAt <= at - BEFORE),
    serving,
  );
  if (lately.total < ENOUGH || before.total < ENOUGH || at - sinceAt < LONG) return null;
  const [was, is] = [badly(before), badly(lately)];
  const records = scope.revisions[state.name] ?? {};
  const wasBetter = serving.some((name) => onceBetter(records[name] ?? {}, lately) !== null);
  const differs = isSurelyLess(was, is) || isSurelyLess(is, was);
  if (rate(was) <= scope.spec.improvement.goals.errorRate || Math.max(rate(was), rate(is)) >= MANY || differs || wasBetter) return null;
  const say = (counted: Counted): string => sayServed(counted, lateFrom(scope.spec));
  return `${serving.join(', ')} has served so for ${sayDuration(at - sinceAt)} at least (${say(before)} before, ${say(lately)} lately), and this deploy brings no other image and no setting: a new revision would serve as it does`;
}

function isSurelyLess(one: Counted, other: Counted): boolean {
  return rate(one) < AS_BAD * rate(other) && chanceOfWorse(one, other) < CHANCE;
}

function countedIn(steps: readonly RequestStats[], revisions: readonly string[]): Counted {
  return together(
    steps.flatMap(({ byRevision }) => revisions.flatMap((name) => (byRevision[name] === undefined ? [] : [servedOf(byRevision[name])]))),
  );
}
