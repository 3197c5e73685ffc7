import { defined } from '../../core/defined.ts';
import { HOUR, MINUTE, sayDuration } from '../../core/duration.ts';
import type { ServiceObservation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Silence, Statement } from '../../core/model/testimony.ts';
import { samplesToTell, wilson } from '../figures/wilson-interval.ts';
import { percent } from '../observation-queries.ts';
import { steadilyIll } from './steady.ts';
import { usersP95 } from './users-p95.ts';

/** Fewer failed requests than this decide nothing, whatever the interval says of them. */
export const LEAST_FAILURES = 3;
/** `well` asks that the upper bound is no higher than this, or than the goal where that is higher. */
export const ACCEPTABLE = 0.05;
/** Slower than this many times the goal speaks against a service whose answers are right; up to there a goal is missed, no more. */
export const SLOW_FACTOR = 2;

export interface Counted {
  readonly total: number;
  readonly failed: number;
  readonly sinceAt: number;
  /** The newest request that is known to have failed; null: none. */
  readonly lastFailedAt: number | null;
  /** Requests after that one, all of them well; missing: not known. */
  readonly wellSince?: number;
  /** The newest window by minutes, before it the steps of the hour that were counted, each at its end; missing: they are not told. */
  readonly minutes?: readonly Sample[];
}

type Sample = NonNullable<RequestStats['minutes']>[number] & {
  /** Missing: one minute. */
  readonly overMs?: number;
};

type Dated = Pick<Counted, 'lastFailedAt' | 'wellSince' | 'minutes'>;

/** A service that so many have called in the last minutes is judged by those alone. */
const ENOUGH = 30;
/** Failures further back than this are no reason to call a service ill now. */
const FAILURES_SPEAK_MS = 15 * MINUTE;
/** Nor these, when so many have been answered well since. */
const ENDED_MS = 5 * MINUTE;
const ENDED_WELL = 3;

/** What users' requests say of the serving revisions since `since`; see `judgeRate`. */
export function requestStatement(
  spec: RemediationSpec,
  service: ServiceObservation,
  {
    serving,
    since,
    now,
    changedAt = 0,
  }: { readonly serving: readonly string[]; readonly since: number | null; readonly now: number; readonly changedAt?: number },
): Statement {
  const { requests } = service;
  if (requests.value === null && requests.problem !== NO_SERIES)
    return silent(`requests are not measured${requests.problem === undefined ? '' : ` (${requests.problem})`}`, 'unread');
  if (requests.freshness === 'late') return silent('the request figures are late', 'unread');
  const counted = countRequests(service, serving, since, changedAt);
  if (counted === null) return silent('no request since it serves is measured yet', 'unread');
  if (counted.total === 0) return silent('no user request arrives', 'none');
  const goal = spec.improvement.goals.errorRate;
  const ofNow = judgeRate(counted, goal, now);
  const isOpen = ofNow.word !== 'ill' && ofNow.silence !== 'falling';
  const judged = (isOpen ? steadilyIll(service, { serving, since: Math.max(since ?? 0, changedAt), goal }) : null) ?? ofNow;
  return judged.word === 'well' ? orSlow(judged, spec, service, counted) : judged;
}

/** The problem of an absent series of a metric that could be read: nobody calls. */
export const NO_SERIES = 'no series';

/**
 * The requests of the serving revisions: those of the last minutes, and of the hour before where the metrics tell.
 * Since a shift only what arrived after it counts. null: nothing measured is about the present revision.
 */
export function countRequests(
  service: ServiceObservation,
  serving: readonly string[],
  since: number | null,
  changedAt = 0,
): Counted | null {
  const near = countNear(service, serving, since);
  if (near === null || near.total >= ENOUGH) return near;
  const from = Math.max(since ?? 0, changedAt);
  const steps = (service.hour?.value ?? []).filter((step) => step.sinceAt >= from && (step.untilAt ?? 0) <= near.sinceAt);
  return steps.reduceRight<Counted>((sum, step) => {
    if (sum.total >= ENOUGH) return sum;
    const own = ofRevisions(step, serving);
    const failedAt = own.failed > 0 ? (step.untilAt ?? null) : null;
    const untilAt = step.untilAt ?? step.sinceAt + MINUTE;
    const minutes = withStep(sum, {
      at: untilAt - MINUTE,
      overMs: untilAt - step.sinceAt,
      total: own.total,
      serverErrors: own.failed,
    });
    return {
      ...(minutes === undefined ? {} : { minutes }),
      total: sum.total + own.total,
      failed: sum.failed + own.failed,
      sinceAt: step.sinceAt,
      lastFailedAt: sum.lastFailedAt ?? failedAt,
      wellSince: sum.lastFailedAt === null && failedAt === null ? (sum.wellSince ?? 0) + own.total : (sum.wellSince ?? 0),
    };
  }, near);
}

/** A step of the hour is one sample, as a minute is, at its end; what has been counted before without minutes and without a failure is one more. */
function withStep(sum: Counted, step: Sample): Counted['minutes'] {
  if (sum.minutes !== undefined) return [step, ...sum.minutes];
  return sum.failed > 0 ? undefined : [step, { at: step.at + MINUTE, total: sum.total, serverErrors: 0 }];
}

function countNear(service: ServiceObservation, serving: readonly string[], since: number | null): Counted | null {
  const near = service.requests.freshness === 'fresh' ? service.requests.value : null;
  if (near === null)
    return service.requests.value === null
      ? { total: 0, failed: 0, sinceAt: Number.MAX_SAFE_INTEGER, lastFailedAt: null, wellSince: 0 }
      : null;
  const dated = (failed: number, total: number): Dated =>
    failed > 0 ? lastFailure(near, service.requests.measuredAt) : { lastFailedAt: null, wellSince: total };
  const own = ofRevisions(near, serving);
  if (since === null) {
    // Who serves could not be read: then it is about the service as a whole.
    const seen = serving.length === 0 ? { total: near.total, failed: near.serverErrors } : own;
    // What others have answered until a moment ago says nothing of those that serve now.
    if (seen.total === 0 && near.total > 0) return null;
    return { ...seen, sinceAt: near.sinceAt, ...dated(seen.failed, seen.total) };
  }
  // Failures of a window that reaches back before the shift may be of then.
  if (near.sinceAt < since && own.failed > 0) return null;
  return { ...own, sinceAt: Math.max(since, near.sinceAt), ...dated(own.failed, own.total) };
}

/** By the minutes of the window where they are told, else its end. */
function lastFailure({ minutes = [] }: RequestStats, measuredAt: number | null): Dated {
  const index = minutes.findLastIndex(({ serverErrors }) => serverErrors > 0);
  const minute = minutes[index];
  if (minute === undefined) return { lastFailedAt: measuredAt, wellSince: 0 };
  return { minutes, lastFailedAt: minute.at + MINUTE, wellSince: minutes.slice(index + 1).reduce((sum, { total }) => sum + total, 0) };
}

function ofRevisions(stats: RequestStats, serving: readonly string[]): { readonly total: number; readonly failed: number } {
  const parts = serving.map((revision) => stats.byRevision[revision]).filter((part) => part !== undefined);
  return {
    total: parts.reduce((sum, part) => sum + part.total, 0),
    failed: parts.reduce((sum, part) => sum + part.serverErrors, 0),
  };
}

/**
 * `ill` only when the lower bound of the 95 % Wilson interval exceeds the goal and several requests failed; `well` only when the
 * share is within the goal and the upper bound acceptable; else silent: too few to tell.
 */
export function judgeRate({ total, failed, sinceAt, lastFailedAt, wellSince = 0, minutes }: Counted, goal: number, now: number): Statement {
  const { lower, upper } = wilson(failed, total);
  const figure =
    `${failed} of ${total} requests failed ` +
    `(${percent(failed / total)}; 95 % Wilson ${percent(lower)}–${percent(upper)}, goal ${percent(goal)})`;
  const age = lastFailedAt === null ? 0 : now - lastFailedAt;
  const hasEnded = failed > 0 && age > ENDED_MS && wellSince >= ENDED_WELL;
  const ended = `${figure}, the last one ${sayDuration(Math.max(0, age))} ago, ${wellSince} well since`;
  if (lower > goal && failed >= LEAST_FAILURES) {
    const spell = minutes === undefined ? null : worstSpell(minutes, goal);
    const bad = spell === null ? {} : { minutes: spell.minutes };
    if (spell?.isOver === true)
      return { word: 'silent', because: `${figure}; ${spell.since}`, samples: total, failed, silence: 'unsure', ...bad };
    if (spell?.minutes.length === 1 && !hasEnded)
      return {
        word: 'silent',
        because: `${figure}, all within ${spell.overMs === MINUTE ? 'one minute' : sayDuration(spell.overMs)}: one sample`,
        samples: total,
        silence: 'unsure',
        failedAt: spell.failedAt,
        ...bad,
      };
    if (spell?.falling != null)
      return { word: 'silent', because: `${figure}, ${spell.falling}`, samples: total, silence: 'falling', ...bad };
    if (age <= FAILURES_SPEAK_MS && !hasEnded)
      return {
        word: 'ill',
        because: figure,
        samples: total,
        failed,
        ...dated(spell, lastFailedAt),
      };
    return { word: 'silent', because: ended, samples: total, silence: 'unsure', ...bad };
  }
  const acceptable = Math.max(goal, ACCEPTABLE);
  if (failed / total <= goal && upper <= acceptable) return { word: 'well', because: figure, samples: total, failed };
  // One or two failures that are over and were followed by good answers are chance: they leave it to the probes, as few requests do.
  if (hasEnded && failed < LEAST_FAILURES) return { word: 'silent', because: ended, samples: total, failed, silence: 'few' };
  const because = `${figure}: too few to tell${timeToTell(total, now - sinceAt, acceptable)}`;
  const silence = failed / total <= goal ? 'few' : 'unsure';
  return { word: 'silent', because, samples: total, failed, wellSince, silence, ...dated(null, lastFailedAt) };
}

function dated(spell: Spell | null, lastFailedAt: number | null): Pick<Statement, 'failedAt' | 'minutes'> {
  if (spell !== null) return { failedAt: spell.failedAt, minutes: spell.minutes };
  return lastFailedAt === null ? {} : { failedAt: lastFailedAt };
}

interface Spell {
  /** The ends of the minutes in which too many failed. */
  readonly minutes: readonly number[];
  /** The newest of them, and how long it was. */
  readonly failedAt: number;
  readonly overMs: number;
  /** The requests after it say by themselves that the goal is met. */
  readonly isOver: boolean;
  readonly since: string;
  /** In the newest minute a surely smaller share failed than in the minute just before it: it may be ending by itself. */
  readonly falling: string | null;
}

/**
 * Windows overlap: the failures of one minute are one sample, however many looks see them. The minutes in which surely too many
 * failed, or, where none stands out, in which any did; null: in none.
 */
function worstSpell(minutes: readonly Sample[], goal: number): Spell | null {
  const isBad = (minute: (typeof minutes)[number]): boolean => wilson(minute.serverErrors, minute.total).lower > goal;
  const isWorst = minutes.some(isBad) ? isBad : ({ serverErrors }: (typeof minutes)[number]): boolean => serverErrors > 0;
  const last = minutes.findLastIndex(isWorst);
  if (last < 0) return null;
  const after = minutes.slice(last + 1);
  const total = after.reduce((sum, minute) => sum + minute.total, 0);
  const failed = after.reduce((sum, minute) => sum + minute.serverErrors, 0);
  return {
    minutes: minutes.filter(isWorst).map(({ at }) => at + MINUTE),
    failedAt: defined(minutes[last]).at + MINUTE,
    overMs: minutes[last]?.overMs ?? MINUTE,
    isOver: total > 0 && wilson(failed, total).upper <= goal,
    since: `${failed} of the ${total} in the minutes since`,
    falling: fallingWords(minutes),
  };
}

/** So much of the share of the minute before, or less, is more than a share goes up and down by itself. */
const FALLING = 0.75;

function fallingWords(minutes: readonly Sample[]): string | null {
  const [before, newest] = minutes.slice(-2);
  if (before === undefined || newest === undefined || before.total === 0 || newest.total === 0) return null;
  if (newest.at - before.at > MINUTE) return null;
  if (wilson(newest.serverErrors, newest.total).upper >= wilson(before.serverErrors, before.total).lower * FALLING) return null;
  return `${percent(before.serverErrors / before.total)} of one minute and ${percent(newest.serverErrors / newest.total)} of the next: falling`;
}

function timeToTell(total: number, windowMs: number, acceptable: number): string {
  if (windowMs <= 0) return '';
  const perHour = (total * HOUR) / windowMs;
  return `: at ${sayRate(perHour)} an hour it takes ${sayDuration((samplesToTell(acceptable) / perHour) * HOUR)}`;
}

export function sayRate(perHour: number): string {
  return perHour >= 10 ? String(Math.round(perHour)) : String(Number(perHour.toFixed(1)));
}

/** Right answers that come far too late do not vouch for a service. */
function orSlow(well: Statement, spec: RemediationSpec, service: ServiceObservation, { total }: Counted): Statement {
  const goal = spec.improvement.goals.p95Ms;
  const value = usersP95(service);
  if (value === null || value <= goal || total < spec.improvement.minSamples) return well;
  const slow = `p95 ${sayDuration(value)}, goal ${sayDuration(goal)}`;
  if (value <= SLOW_FACTOR * goal) return { ...well, because: `${well.because}; slower than the goal: ${slow}` };
  return { ...well, word: 'silent', because: `${well.because}, but ${slow}`, silence: 'late' };
}

function silent(because: string, silence: Silence): Statement {
  return { word: 'silent', because, samples: 0, silence };
}
