import { MINUTE } from '../../core/duration.ts';
import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { Before, Conclusion, Counted, CountedSince, Tallies, Trial, TrialLook } from '../../core/model/trial.ts';
import {
  controlOf,
  grownTo,
  less,
  NOTHING,
  plus,
  rate,
  refusing,
  turnedAwayFails,
  withTurnedAway,
  withUnusual,
} from '../witnesses/turned-away.ts';
import { isExcused } from '../witnesses/outage-beside.ts';
import { isToRelieve } from '../witnesses/crowd.ts';
import { answersLater, badly, isLate, lateFromThen } from '../witnesses/served.ts';
import { wilson } from '../figures/wilson-interval.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';
import { figuresOf } from './trial-figures.ts';

const KEPT_LOOKS = 10;

/** What one look adds. Looks that began before the change was in force say nothing about it. */
export function judgeTrial(trial: Trial, at: number, tallies: Tallies, byTag: TrialLook['probes'] | 'late' | 'unreachable' | null): Trial {
  if (at < trial.sinceAt) return trial;
  const after = Object.fromEntries(trial.services.map((name) => [name, counted(trial, name, tallies)]));
  const diedAt = newestDeath(trial, tallies);
  const probes = byTag === 'unreachable' ? 'silent' : byTag === 'late' ? 'ill' : (byTag ?? probesOf(trial, tallies));
  const read = trial.services.some((name) => tallies[name]?.deaths != null);
  const deaths = diedAt > trial.lastDeathAt ? 'ill' : read ? 'well' : 'silent';
  if (isExcused(trial, at)) return excused({ ...trial, lastDeathAt: Math.max(trial.lastDeathAt, diedAt) }, { at, probes, deaths });
  const look: TrialLook = { at, probes, deaths, ...(byTag === 'late' ? { late: true } : {}) };
  const looks = [...trial.looks, look].slice(-KEPT_LOOKS);
  const lateFromMs = trial.services.map((name) => tallies[name]?.requests?.lateFromMs).find((known) => known !== undefined);
  const timed = lateFromMs === undefined ? {} : { lateFromMs };
  const seen = { ...trial, ...timed, after, looks, lastDeathAt: Math.max(trial.lastDeathAt, diedAt), refusing: refusing(trial, tallies) };
  const isAgainst = trial.services.some((name) => requestsWorse(seen, name) || failsItsUsers(seen, name, at));
  const judged = { ...seen, worseLooks: isAgainst ? trial.worseLooks + 1 : 0 };
  const unread = trial.services.some((name) => tallies[name]?.measured === false);
  const conclusion = concluded(judged, { at, unreachable: byTag === 'unreachable', unread });
  return { ...judged, conclusion, because: figures(judged) };
}

/** Something outside is away: what is ill is silent, nothing is concluded, and requests are counted anew once it is over. */
function excused(trial: Trial, { at, probes, deaths }: TrialLook): Trial {
  const heard = (word: TrialLook['probes']): TrialLook['probes'] => (word === 'ill' ? 'silent' : word);
  const looks = [...trial.looks, { at, probes: heard(probes), deaths: heard(deaths), excused: true } as const].slice(-KEPT_LOOKS);
  const anew = trial.services.map((name) => [name, { requests: NOTHING, beside: NOTHING, untilAt: at }] as const);
  const outage = trial.outage == null ? null : { ...trial.outage, excusedAt: at };
  const seen = { ...trial, looks, after: Object.fromEntries(anew), worseLooks: 0, outage };
  return { ...seen, conclusion: 'waiting', because: figures(seen) };
}

/** Of what served before, (nearly) every request failed, by at least ten of them. */
function nearlyAllFailed(before: Pick<Before, 'requests'> | undefined): boolean {
  const requests = before?.requests ?? NOTHING;
  return requests.total >= 10 && requests.failed >= 0.9 * requests.total;
}

/**
 * Requests since the change. A revision that is new has no others, so its window may reach back; of what served before, only
 * windows that begin after the change count. Windows that overlap are not added up.
 */
function counted(trial: Trial, name: string, tallies: Tallies): Trial['after'][string] {
  const known: CountedSince = trial.after[name] ?? { requests: NOTHING, beside: NOTHING, untilAt: trial.sinceAt };
  const window = tallies[name]?.requests ?? null;
  if (window === null || window.untilAt <= known.untilAt) return known;
  // The first minute may be that of a start: who waits for it is not counted as late.
  const warmAt = trial.sinceAt + AFTER_WRITE.startMs;
  const { isNew } = trial;
  const all = Object.values(window.byRevision);
  const whole = lateFromThen(all, warmAt);
  // With a share of the traffic its own requests are told apart from those beside it, whether it has served before or not.
  const isApart = isNew || trial.stage === 'canary';
  const judged = isApart && trial.revision !== null ? [window.byRevision[trial.revision] ?? NOTHING] : all;
  const own = lateFromThen(judged, warmAt);
  const beside = isApart ? less(whole, own) : NOTHING;
  const lateAtStart = (lateFromThen(judged, trial.sinceAt - MINUTE).late ?? 0) - (own.late ?? 0);
  // Of a new revision the first windows hold all its requests so far.
  if (isNew && window.sinceAt < trial.sinceAt && trial.outage == null)
    return { requests: own, beside, untilAt: known.untilAt, lateAtStart };
  if (window.sinceAt < known.untilAt) return known;
  // What reached back to a smaller share may warn, and is no part of the figures of this one.
  const isFirst = trial.later === true && known.untilAt === trial.sinceAt;
  const before: CountedSince = isFirst ? { requests: NOTHING, beside: NOTHING, untilAt: known.untilAt } : known;
  return {
    requests: plus(before.requests, own),
    beside: plus(before.beside, beside),
    untilAt: window.untilAt,
    lateAtStart: (before.lateAtStart ?? 0) + lateAtStart,
  };
}

function newestDeath(trial: Trial, tallies: Tallies): number {
  const died = trial.services.flatMap((name) =>
    Object.entries(tallies[name]?.deaths ?? {})
      .filter(([revision]) => trial.revision === null || revision === trial.revision)
      .map(([, at]) => at),
  );
  return Math.max(0, ...died.filter((at) => at >= trial.sinceAt));
}

function probesOf(trial: Trial, tallies: Tallies): TrialLook['probes'] {
  const words = trial.services
    .filter((name) => trial.before[name]?.probes === 'well' || trial.services.length === 1)
    .map((name) => tallies[name]?.probes ?? 'silent');
  if (words.includes('ill')) return 'ill';
  return words.includes('well') ? 'well' : 'silent';
}

/** The rate is worse than before the change, or than that of the revision beside it: of failures, or of all that were served badly. */
function requestsWorse(trial: Trial, name: string): boolean {
  const { requests = NOTHING } = trial.after[name] ?? {};
  const control = controlOf(trial, name);
  // It had grown until nearly everybody failed before anything was sent: the last few of them are not the change's.
  if (control === grownTo(trial, name) && nearlyAllFailed({ requests: control })) return false;
  const counts = turnedAwayFails(trial, name) ? withTurnedAway : ({ turnedAway: _away, ...rest }: Counted): Counted => rest;
  const [now, then] = [counts(requests), counts(control)];
  if (isWorse(then, now, AFTER_WRITE.leastPoints)) return true;
  return answersLater(now, then) && isWorse(badly(then), badly(now), AFTER_WRITE.leastLatePoints);
}

function isWorse(then: Counted, now: Counted, leastPoints: number): boolean {
  if (then.total === 0 || now.failed < AFTER_WRITE.leastFailed) return false;
  return rate(now) - rate(then) >= leastPoints && chanceOfWorse(then, now) < AFTER_WRITE.chance;
}

/** Late in the first minute, and not counted long enough since to tell whether it was only that. */
function mayBeLate(trial: Trial, name: string): boolean {
  const { requests = NOTHING, lateAtStart = 0 } = trial.after[name] ?? {};
  if (requests.total >= AFTER_WRITE.outweighStart * lateAtStart) return false;
  return !isLate(requests) && isLate({ ...requests, late: (requests.late ?? 0) + lateAtStart });
}

/**
 * A new revision that fails its first users, and not clearly fewer than what serves beside it: it mends nothing, whatever its
 * health path says.
 */
function failsItsUsers(trial: Trial, name: string, at: number): boolean {
  const control = controlOf(trial, name);
  const own = trial.after[name]?.requests ?? NOTHING;
  const requests = turnedAwayFails(trial, name) ? withUnusual(own, control) : own;
  if (trial.stage !== 'canary' || !areEnough(requests, at - trial.sinceAt) || rate(requests) < AFTER_WRITE.failingShare) return false;
  const better = rate(control) - rate(requests) >= AFTER_WRITE.failingShare && chanceOfWorse(requests, control) < AFTER_WRITE.chance;
  return !better;
}

/** As many as a rate asks for; when no more have come in the time of the figures, a few that surely fail too often. */
function areEnough({ total, failed }: Counted, sinceMs: number): boolean {
  if (total >= AFTER_WRITE.leastRequests) return true;
  const areSure = failed >= AFTER_WRITE.leastFailed && wilson(failed, total).lower >= AFTER_WRITE.failingShare;
  return sinceMs >= AFTER_WRITE.figuresWithinMs && areSure;
}

/** Enough requests since the change, and hardly any of them failed or was late. */
function requestsWell(trial: Trial): boolean {
  return trial.services.every((name) => {
    const { requests: own = NOTHING } = trial.after[name] ?? {};
    const requests = withUnusual(own, controlOf(trial, name));
    return requests.total >= AFTER_WRITE.leastRequests && rate(requests) < AFTER_WRITE.leastPoints && !isLate(own);
  });
}

interface Now {
  readonly at: number;
  /** The tag cannot be asked from here. */
  readonly unreachable: boolean;
  /** The request figures could not be read in this look. */
  readonly unread: boolean;
}

function concluded(trial: Trial, now: Now): Conclusion {
  const recent = trial.looks.slice(-AFTER_WRITE.ofLooks);
  const probesFail = recent.filter(({ probes }) => probes === 'ill').length >= AFTER_WRITE.illLooks && !requestsWell(trial);
  const dies = trial.looks.filter(({ deaths }) => deaths === 'ill').length >= AFTER_WRITE.deathLooks;
  // What was not seen before the change cannot have got worse by it.
  const wasWell = Object.values(trial.before).some(({ probes }) => probes === 'well');
  const wasIll =
    Object.values(trial.before).some((before) => before.probes === 'ill' || before.dying || nearlyAllFailed(before)) ||
    Object.values(trial.eve ?? {}).some(nearlyAllFailed);
  const wasDying = Object.values(trial.before).some(({ dying }) => dying);
  if (trial.worseLooks >= AFTER_WRITE.worseLooks) return trial.services.some((name) => requestsWorse(trial, name)) ? 'worse' : 'failing';
  if (isToRelieve(trial)) return 'not-worse';
  if (trial.stage === 'dark' || trial.stage === 'canary') {
    // It has no history of its own that could excuse it: what fails gets no more traffic.
    if (dies || probesFail) return 'failing';
  } else if ((dies && !wasDying) || (probesFail && wasWell && !wasIll && isMoreThanBefore(trial) && !areBetterServed(trial)))
    return 'worse';
  else if (trial.stage === 'all' && isFailing(trial)) return 'failing';
  if (trial.stage === 'dark' && now.unreachable && trial.looks.length >= AFTER_WRITE.darkLooks)
    return allSilent(trial) ? 'unreachable' : 'waiting';
  return isEnough(trial, now) ? 'not-worse' : 'waiting';
}

/**
 * A probe is one request: where so many of the users' requests failed before the change, or were turned away and still are, so many probes
 * fail by chance, however well the few before it went. Then more of them must fail, or the requests since must tell.
 */
function isMoreThanBefore(trial: Trial): boolean {
  const told = trial.looks.filter(({ probes }) => probes !== 'silent');
  const probed = { total: told.length, failed: told.filter(({ probes }) => probes === 'ill').length };
  const users = Object.entries(trial.before).flatMap(([name, { requests }]) =>
    requests === null || requests.total === 0 ? [] : [turnedAwayFails(trial, name) ? withTurnedAway(requests) : requests],
  );
  if (users.length === 0) return true;
  // Any one of the services that are watched makes the look ill.
  const well = users.reduce((share, requests) => share * (1 - rate(requests)), 1);
  const total = users.reduce((sum, requests) => sum + requests.total, 0);
  return chanceOfWorse({ total, failed: Math.round(total * (1 - well)) }, probed) < AFTER_WRITE.probesChance;
}

/** By enough of them since the change users are surely served badly less often than before it: a probe is one request, and they are many. */
function areBetterServed(trial: Trial): boolean {
  return trial.services.every((name) => {
    const before = trial.before[name]?.requests ?? null;
    const since = trial.after[name]?.requests ?? NOTHING;
    if (before === null || since.total < AFTER_WRITE.leastRequests) return false;
    return chanceOfWorse(badly(since), badly(before)) < AFTER_WRITE.chance;
  });
}

function allSilent({ looks }: Trial): boolean {
  return looks.every(({ probes }) => probes === 'silent');
}

/** Ill in (nearly) every look for minutes, and its requests do not say otherwise. */
function isFailing(trial: Trial): boolean {
  const recent = trial.looks.slice(-AFTER_WRITE.failingLooks);
  const ill = recent.filter(({ probes, deaths }) => probes === 'ill' || deaths === 'ill').length;
  return recent.length >= AFTER_WRITE.failingLooks && ill >= AFTER_WRITE.failingLooks - 1 && !requestsWell(trial);
}

/** Looks that told something, for long enough, the last of them not a bad one; and the figures, where figures are to be had. */
function isEnough(trial: Trial, { at, unread }: Now): boolean {
  const { stage, looks, sinceAt } = trial;
  const short = trial.services.length > 0 && trial.services.every((name) => nearlyAllFailed(trial.before[name]));
  const wanted = stage === 'dark' ? AFTER_WRITE.darkLooks : short ? AFTER_WRITE.shortLooks : AFTER_WRITE.windowLooks;
  const newest = looks.at(-1);
  // A look in which the requests speak against it is one sample: it undoes nothing, and ends no watch either.
  if (trial.worseLooks > 0) return false;
  // Nor does one that shows what was waited for in vain, without a word of what it is.
  if (trial.outage?.unexplainedUntilAt !== undefined && trial.outage.at === at) return false;
  // What was ill before may be ill still: that is not worse. What is new must be well.
  const mustBeWell = stage === 'dark' || stage === 'canary';
  const telling = looks.filter(({ probes, deaths }) => speaks(trial, probes, deaths, mustBeWell));
  if (telling.length < wanted || newest === undefined || (mustBeWell && (newest.probes === 'ill' || newest.deaths === 'ill'))) return false;
  if (stage === 'dark') return true;
  const leastMs = stage === 'canary' ? (short ? AFTER_WRITE.shortCanaryMs : AFTER_WRITE.canaryMs) : 0;
  if (at - sinceAt < leastMs) return false;
  const isOverdue = at - sinceAt >= AFTER_WRITE.figuresWithinMs;
  if (!isOverdue && trial.services.some((name) => mayBeLate(trial, name))) return false;
  if (stage === 'canary') return trial.services.every((name) => canaryIsCounted(trial, name, isOverdue && !unread));
  return short || isOverdue || trial.services.every((name) => figuresAreIn(trial, name));
}

/** Two kinds of evidence, or one of them where the requests speak as well. */
function speaks(trial: Trial, probes: TrialLook['probes'], deaths: TrialLook['deaths'], mustBeWell: boolean): boolean {
  if (mustBeWell)
    return (
      deaths !== 'ill' &&
      probes !== 'ill' &&
      ((probes === 'well' && deaths === 'well') || requestsWell(trial) || (trial.stage === 'dark' && probes === 'well'))
    );
  return probes !== 'silent' || deaths !== 'silent';
}

/**
 * Silence gives no revision more of the users: where users call, its own requests must be counted first. Only where so few call that
 * chance may bring it none, and the document does not name the shares, is it left to probes and deaths, after the time in which figures come, and while they can be read.
 */
function canaryIsCounted(trial: Trial, name: string, isOverdue: boolean): boolean {
  const { requests: { total: counted } = NOTHING, untilAt = 0 } = trial.after[name] ?? {};
  // The document asks for them at each share: nobody who calls is no proof, and neither are the requests of a smaller share.
  if (trial.asked === true) return counted >= AFTER_WRITE.leastRequests && (trial.later !== true || untilAt > trial.sinceAt);
  const before = trial.before[name]?.requests ?? null;
  if (before?.total === 0) return true;
  const expected = ((before?.total ?? 0) * (trial.share ?? USUAL_PERCENT)) / 100;
  const wanted = Math.min(AFTER_WRITE.leastRequests, Math.max(1, Math.floor(expected / 2)));
  return counted >= wanted || (expected < AFTER_WRITE.leastRequests && isOverdue);
}

/** Of trials that do not say which share it is. */
const USUAL_PERCENT = 10;

/** A quiet service's figures are not waited for: probes and deaths over the least time decide. */
function figuresAreIn(trial: Trial, name: string): boolean {
  if ((trial.before[name]?.requests?.total ?? 0) < AFTER_WRITE.leastRequests) return true;
  return (trial.after[name]?.requests.total ?? 0) >= AFTER_WRITE.leastRequests;
}

/** Of several services only those that are worse. */
function figures(trial: Trial): string {
  return figuresOf(
    trial,
    trial.services.filter((name) => trial.services.length === 1 || requestsWorse(trial, name)),
  );
}
