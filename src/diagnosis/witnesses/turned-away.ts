import { sayDuration } from '../../core/duration.ts';
import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { Counted, Tallies, Trial } from '../../core/model/trial.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';

/**
 * Requests since a change and what they are held against, with those that were answered 429: turned away is failed. The platform
 * sends that when a revision has no instance for a request, and so does an application that limits its clients.
 */

export const NOTHING: Counted = { total: 0, failed: 0 };

/**
 * What the judged revision's requests are held against: the revision beside it, which meets the same minute, or what was before; where it
 * had surely grown worse by the last minutes before the change, those.
 */
export function controlOf(trial: Trial, name: string): Counted {
  const { beside = NOTHING } = trial.after[name] ?? {};
  if (beside.total >= AFTER_WRITE.leastRequests) return beside;
  return grownTo(trial, name) ?? trial.before[name]?.requests ?? NOTHING;
}

/** How it was served in the last minutes before the change was in force, where that is surely worse than what was written down before; null: not so. */
export function grownTo({ before, eve }: Trial, name: string): Counted | null {
  const [then, last] = [before[name]?.requests ?? null, eve?.[name]?.requests];
  if (then === null || then.total === 0 || last === undefined || last.total < AFTER_WRITE.leastRequests) return null;
  return chanceOfWorse(then, last) < AFTER_WRITE.chance ? last : null;
}

/**
 * Whether a 429 is a failure of the revision. Beside another revision that meets the same users in the same minutes it is, whoever
 * sent it. Held against another time it is where Cloud Run says that it had no instance: an application that limits its clients
 * sends more of them in one minute than in another. Where no log line could be read it is, unless it was usual before.
 */
export function turnedAwayFails(trial: Trial, name: string): boolean {
  if (trial.stage === 'canary' && (trial.after[name]?.beside.total ?? 0) >= AFTER_WRITE.leastRequests) return true;
  if (trial.refusing?.includes(name) === true) return true;
  const before = trial.before[name]?.requests ?? NOTHING;
  return logsUnread(trial) && (before.turnedAway ?? 0) < AFTER_WRITE.leastPoints * before.total;
}

/** No look since the change could read log lines. */
function logsUnread({ looks }: Trial): boolean {
  return looks.every(({ deaths }) => deaths === 'silent');
}

/** Everyone who was turned away has failed. */
export function withTurnedAway({ turnedAway = 0, ...counted }: Counted): Counted {
  return { ...counted, failed: counted.failed + turnedAway };
}

/** What failed, and what was turned away beyond the share of that in the control: so much of it is usual. */
export function withUnusual({ total, failed, turnedAway = 0 }: Counted, control: Counted): Counted {
  const usual = control.total === 0 ? 0 : ((control.turnedAway ?? 0) / control.total) * total;
  return { total, failed: failed + Math.max(0, Math.round(turnedAway - usual)) };
}

/** Services whose revision Cloud Run has logged to be without an instance for a request since the change. */
export function refusing(trial: Trial, tallies: Tallies): readonly string[] {
  return trial.services.filter((name) => {
    const lines = Object.entries(tallies[name]?.noInstance ?? {});
    const isNow = lines.some(([revision, at]) => at >= trial.sinceAt && (trial.revision === null || revision === trial.revision));
    return isNow || trial.refusing?.includes(name) === true;
  });
}

/** The metric counts answers of 429, and does not say who sent them; Cloud Run's log does. */
export function whose429(trial: Trial, name: string): string {
  if (trial.refusing?.includes(name) === true) return "turned away by request_count; Cloud Run's log: no instance was available";
  return `turned away by request_count; ${logsUnread(trial) ? 'whether by Cloud Run could not be read' : "Cloud Run's log does not say that it lacked an instance"}`;
}

export function plus(one: Counted, other: Counted): Counted {
  return {
    total: one.total + other.total,
    failed: one.failed + other.failed,
    turnedAway: (one.turnedAway ?? 0) + (other.turnedAway ?? 0),
    ...lateOfBoth(one, other, 1),
  };
}

export function less(one: Counted, other: Counted): Counted {
  return {
    total: one.total - other.total,
    failed: one.failed - other.failed,
    turnedAway: (one.turnedAway ?? 0) - (other.turnedAway ?? 0),
    ...lateOfBoth(one, other, -1),
  };
}

/** What is not known of one is not known of both; of no requests it is known. */
function lateOfBoth(one: Counted, other: Counted, sign: 1 | -1): Pick<Counted, 'late'> {
  const [first, second] = [one, other].map(({ total, late }) => late ?? (total === 0 ? 0 : undefined));
  const isKnown = first !== undefined && second !== undefined && (one.late !== undefined || other.late !== undefined);
  return isKnown ? { late: first + sign * second } : {};
}

export function rate({ total, failed }: Counted): number {
  return total === 0 ? 0 : failed / total;
}

/** `3 of 120 requests failed, 20 were turned away (429), 31 took longer than 4s`. */
export function sayCounted({ total, failed, turnedAway = 0, late = 0 }: Counted, lateFromMs: number | undefined): string {
  if (total === 0) return 'no requests counted';
  const away = turnedAway === 0 ? '' : `, ${turnedAway} were turned away (429)`;
  return `${failed} of ${total} requests failed${away}${late === 0 || lateFromMs === undefined ? '' : `, ${late} took longer than ${sayDuration(lateFromMs)}`}`;
}
