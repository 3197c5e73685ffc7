import { sayDuration } from '../../core/duration.ts';
import type { LateIn, RevisionStats } from '../../core/model/request-stats.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Counted, CountedInWindow } from '../../core/model/trial.ts';
import { percent } from '../observation-queries.ts';
import { SLOW_FACTOR } from './request-evidence.ts';
import { plus, rate } from './turned-away.ts';
import { wilson } from '../figures/wilson-interval.ts';

/**
 * How users were served: badly when the request failed, was turned away with 429, or was answered later than twice the goal of the
 * 95th percentile. What is not known counts on neither side.
 */

/** So many requests lie above their own 95th percentile. */
const ABOVE_P95 = 0.05;

/** Later than this an answer has served its user badly; up to there a goal is missed, no more. */
export function lateFrom({ improvement }: Pick<RemediationSpec, 'improvement'>): number {
  return SLOW_FACTOR * improvement.goals.p95Ms;
}

/** Late answers of minutes that begin at `since` or after; undefined: none of them was timed. */
export function lateSince(late: readonly LateIn[] | undefined, since = 0): number | undefined {
  return late?.filter(({ at }) => at >= since).reduce((sum, { count }) => sum + count, 0);
}

/** How the users of a revision were served; of late answers those of minutes that begin at `since` or after, where they were timed. */
export function servedOf({ total, serverErrors, turnedAway = 0, late }: RevisionStats, since = 0): Counted {
  const timed = lateSince(late, since);
  return { total, failed: serverErrors, turnedAway, ...(timed === undefined ? {} : { late: timed }) };
}

/** All of these together; of late answers only those of minutes that begin at `since` or after. */
export function lateFromThen(parts: readonly CountedInWindow[], since: number): Counted {
  return together(
    parts.map(({ lateIn, total, failed, turnedAway = 0 }) => {
      const late = lateSince(lateIn, since);
      return { total, failed, turnedAway, ...(late === undefined ? {} : { late }) };
    }),
  );
}

/** Failed, or turned away. */
export function lost({ total, failed, turnedAway = 0 }: Counted): Counted {
  return { total, failed: failed + turnedAway };
}

/** Of those that were answered well, how many were late; null: not known. */
export function lateOf(counted: Counted): Counted | null {
  if (counted.late === undefined) return null;
  const total = counted.total - lost(counted).failed;
  return { total, failed: Math.min(total, counted.late) };
}

/** Everyone who was served badly; late ones where they are more than a percentile leaves above it. */
export function badly(counted: Counted): Counted {
  const late = isLate(counted) ? (lateOf(counted)?.failed ?? 0) : 0;
  return { total: counted.total, failed: lost(counted).failed + late };
}

/** Whether its 95th percentile surely lies beyond twice the goal. */
export function isLate(counted: Counted): boolean {
  const late = lateOf(counted);
  return late !== null && wilson(late.failed, late.total).lower > ABOVE_P95;
}

/** By more than this the share of `other` is surely higher than that of `one`. */
function surelyLess(one: Counted | null, other: Counted | null, by: number): boolean {
  if (one === null || other === null || one.total === 0 || other.total === 0) return false;
  return wilson(other.failed, other.total).lower - wilson(one.failed, one.total).upper > by;
}

/** Far later: its percentile surely lies beyond twice the goal, and surely at least so many times as many of its answers are late. */
const FAR_LATER = 2;

/** Whether `one` answers surely far later than `other`; where that is not known of both, no. What is slow for both is slow for neither alone. */
export function answersLater(one: Counted, other: Counted, margin = 0): boolean {
  const [own, beside] = [lateOf(one), lateOf(other)];
  if (own === null || beside === null || !isLate(one)) return false;
  return rate(own) >= FAR_LATER * rate(beside) && surelyLess(beside, own, margin);
}

/** What tells that `own` has served users surely better, by `margin` at least: fewer lost and not later, or far sooner and not more lost. */
export function servedBetter(own: Counted, now: Counted, margin = 0): 'lost' | 'late' | null {
  if (surelyLess(lost(own), lost(now), margin) && !answersLater(own, now)) return 'lost';
  return answersLater(now, own, margin) && !surelyLess(lost(now), lost(own), 0) ? 'late' : null;
}

/** Whether `own` has surely served more of its users badly. */
export function servedBadlier(own: Counted, now: Counted): boolean {
  return surelyLess(lost(now), lost(own), 0) || (answersLater(own, now) && surelyLess(badly(now), badly(own), 0));
}

/** All of them together; what is not known of one is not known of all. */
export function together(parts: readonly Counted[]): Counted {
  return parts.reduce(plus, { total: 0, failed: 0 });
}

/** `3 of 40 requests failed (7.5 %), 12 were turned away (429), 9 of those answered took longer than 4s (36 %)`. */
export function sayServed(counted: Counted, lateFromMs: number): string {
  const { total, failed, turnedAway = 0 } = counted;
  const late = lateOf(counted);
  const away = turnedAway === 0 ? '' : `, ${turnedAway} were turned away with 429 (${percent(turnedAway / total)})`;
  return `${failed} of ${total} requests failed (${percent(total === 0 ? 0 : failed / total)})${away}${late === null ? '' : sayLate(late, lateFromMs)}`;
}

function sayLate({ total, failed }: Counted, lateFromMs: number): string {
  return failed === 0
    ? ''
    : `, ${failed} of the ${total} answered took longer than ${sayDuration(lateFromMs)} (${percent(failed / total)})`;
}
