import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import { MINUTE } from '../../core/duration.ts';
import type { ServiceObservation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { Statement } from '../../core/model/testimony.ts';
import type { Counted } from '../../core/model/trial.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';
import { wilson } from '../figures/wilson-interval.ts';
import { percent } from '../observation-queries.ts';
import { plus, rate } from './turned-away.ts';

/** The last quarter of an hour in steps, with room for a step that is still open. */
const WITHIN_MS = 22 * MINUTE;
const LEAST_STEPS = 2;
const LEAST_REQUESTS = 30;

/**
 * A small share that fails all the time: one window of two minutes says now that the goal is missed and now that it is not, and a quarter of an
 * hour is beyond doubt. Ill where all of it surely misses the goal, also without its worst part (a burst is no steady share), every
 * part misses it, and the newest fails no surely smaller share than the rest (it is not ending). Pure; null: not seen to be so.
 */
export function steadilyIll(
  { requests, hour }: Pick<ServiceObservation, 'requests' | 'hour'>,
  { serving, since, goal }: { readonly serving: readonly string[]; readonly since: number; readonly goal: number },
): Statement | null {
  const newest = requests.freshness === 'fresh' ? requests.value : null;
  if (newest === null || newest.sinceAt < since) return null;
  const from = Math.max(since, newest.sinceAt - WITHIN_MS);
  const steps = (hour?.value ?? []).filter(({ sinceAt, untilAt }) => sinceAt >= from && (untilAt ?? Infinity) <= newest.sinceAt);
  const near = countedIn(newest, serving);
  const parts = steps.map((step) => countedIn(step, serving)).filter(({ total }) => total > 0);
  const worst = parts.toSorted((one, other) => rate(other) - rate(one))[0];
  if (parts.length < LEAST_STEPS || worst === undefined || near.total < LEAST_REQUESTS) return null;
  const before = parts.reduce(plus);
  const all = plus(near, before);
  const less = { total: all.total - worst.total, failed: all.failed - worst.failed };
  const misses = ({ total, failed }: Counted): boolean => total > 0 && wilson(failed, total).lower > goal;
  const isEnding = chanceOfWorse(near, before) < AFTER_WRITE.chance || wilson(near.failed, near.total).upper <= goal;
  if (!misses(all) || !misses(less) || isEnding || parts.some((part) => rate(part) <= goal)) return null;
  const { lower, upper } = wilson(all.failed, all.total);
  const minutes = Math.round(((newest.untilAt ?? requests.measuredAt ?? newest.sinceAt) - (steps[0]?.sinceAt ?? newest.sinceAt)) / MINUTE);
  const because = `${all.failed} of ${all.total} requests failed over ${minutes} min (${percent(rate(all))}; 95 % Wilson ${percent(lower)}–${percent(upper)}, goal ${percent(goal)})`;
  const bad = (newest.minutes ?? []).filter(({ serverErrors }) => serverErrors > 0).map(({ at }) => at + MINUTE);
  const ends = [...steps.flatMap(({ untilAt }) => untilAt ?? []), ...bad];
  const failedAt = ends.at(-1);
  return { word: 'ill', because, samples: all.total, failed: all.failed, ...(failedAt === undefined ? {} : { failedAt, minutes: ends }) };
}

function countedIn({ byRevision }: RequestStats, serving: readonly string[]): Counted {
  const parts = serving.flatMap((name) => byRevision[name] ?? []);
  return parts.map(({ total, serverErrors }) => ({ total, failed: serverErrors })).reduce(plus, { total: 0, failed: 0 });
}
