import { sayMinute } from '../../core/duration.ts';
import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { Counted, Tallies, Trial, TrialOutage } from '../../core/model/trial.ts';
import { readCrash } from '../logs/crash.ts';
import { signatureOf } from '../signatures.ts';
import { SPEAKS_MS } from './log-evidence.ts';
import { servingNow } from './testimony.ts';

/** What no change of ours can have taken away, and what undoing one does not bring back: named by its cause, or by its line. */
const OUTSIDE_CAUSES = ['database-unreachable', 'name-resolution'];
const OUTSIDE_LINES = ['third-party', 'third-party-silent'];

/**
 * Whether what is watched after a change fails for want of something outside, by this look: then its failing says nothing of the
 * change. Its own lines of the last two minutes tell that, or a service that it depends on, well before the step, is ill now, or a
 * revision that was well until it got all users fails them without any sign of too many. Pure. null: nothing of the kind is told.
 */
export function outageBeside(trial: Trial, observation: Observation, tallies: Tallies): TrialOutage | null {
  const told =
    ownWord(trial, observation, tallies) ?? neededIll(trial, observation.at, tallies) ?? unlikeBefore(trial, observation.at, tallies);
  if (told === null) return null;
  const { at } = observation;
  const known = trial.outage != null && at - trial.outage.at <= AFTER_WRITE.outageGapMs ? trial.outage : null;
  const sinceAt = known?.sinceAt ?? told.sinceAt;
  const sharedLooks = (known?.sharedLooks ?? 0) + (told.isShared ? 1 : 0);
  const excusedAt = known?.excusedAt;
  const isUnexplained = told.unexplained === true && (known === null || known.unexplainedUntilAt !== undefined);
  const unexplained = isUnexplained ? { unexplainedUntilAt: sinceAt + AFTER_WRITE.outageWithinMs } : {};
  const isLong = at - sinceAt >= AFTER_WRITE.outageToldMs;
  return { sinceAt, at, what: told.what, sharedLooks, isLong, ...(excusedAt === undefined ? {} : { excusedAt }), ...unexplained };
}

interface Told {
  readonly sinceAt: number;
  readonly what: string;
  readonly isShared: boolean;
  readonly unexplained?: true;
}

/**
 * What its own lines lack. A revision that has not carried all users yet may itself be set up wrongly: its word is taken only where
 * another revision or service says the same, or where what serves beside it is not well either by the same probes.
 */
function ownWord(trial: Trial, observation: Observation, tallies: Tallies): Told | null {
  const [name] = trial.services;
  if (name === undefined || trial.services.length > 1 || observation.logs.freshness !== 'fresh') return null;
  const judged = trial.revision === null ? servingNow(observation, name) : [trial.revision];
  const isJudged = ({ service, revision }: LogGroup): boolean => service === name && judged.includes(revision);
  const since = Math.max(trial.sinceAt, observation.at - SPEAKS_MS);
  const told = (observation.logs.value ?? []).filter((group) => group.lastAt >= since && isOutside(group));
  const own = told.filter(isJudged);
  const [first] = own.toSorted((one, other) => other.count - one.count);
  if (first === undefined || diesByItself(observation, name, judged)) return null;
  const isUntried = trial.stage === 'dark' || trial.stage === 'canary';
  const isShared = told.some((group) => !isJudged(group) && causeOf(group) === causeOf(first));
  if (isUntried && tallies[name]?.probes === 'well' && !isShared) return null;
  const what = `its own lines tell of ${signatureOf(first.signature)?.says ?? first.signature}`;
  return { sinceAt: Math.max(since, Math.min(...own.map(({ firstAt }) => firstAt))), what, isShared };
}

function neededIll({ needs = [] }: Trial, at: number, tallies: Tallies): Told | null {
  const ill = needs.find((name) => tallies[name]?.probes === 'ill');
  return ill === undefined
    ? null
    : { sinceAt: at, what: `${ill}, which it depends on and which was well before the step, is ill`, isShared: true };
}

/**
 * A pin gives users no new program: its revision has served its share of them well until the very change, beside one that failed many.
 * What all users are too many for is turned away, or dies; what fails neither way has met something that came later, and the revision
 * that the pin left would meet it as well, beside its own fault.
 */
function unlikeBefore({ stage, services, revision, sinceAt, before }: Trial, at: number, tallies: Tallies): Told | null {
  const [name] = services;
  if (stage !== 'traffic' || name === undefined || services.length > 1 || revision === null) return null;
  const { own, requests } = before[name] ?? {};
  const tally = tallies[name];
  const wasWell = own !== undefined && own.total >= AFTER_WRITE.leastRequests && own.failed < AFTER_WRITE.leastPoints * own.total;
  if (!wasWell || !failedMuch(requests ?? null) || tally === undefined || tally.deaths === null) return null;
  const window = tally.requests !== null && tally.requests.untilAt > sinceAt ? tally.requests.byRevision[revision] : undefined;
  const { total = 0, failed = 0, turnedAway = 0 } = window ?? {};
  const isFailing = tally.probes === 'ill' || failed >= AFTER_WRITE.failingShare * Math.max(total, AFTER_WRITE.leastRequests);
  const isTooMuch = turnedAway > 0 || [tally.deaths, tally.noInstance ?? {}].some((seen) => (seen[revision] ?? 0) >= sinceAt);
  if (!isFailing || isTooMuch) return null;
  const what = `${revision}, which failed ${own.failed} of ${own.total} requests right before it got all of them, fails with errors, turns nobody away and does not die`;
  return { sinceAt: at, what, isShared: false, unexplained: true };
}

/** Whether the outage speaks in the newest look, and has not lasted longer than is waited for one. */
export function isExcused({ outage, before }: Trial, at: number): boolean {
  if (outage == null || outage.at !== at) return false;
  const wasIll = Object.values(before).some(({ probes, dying, requests }) => probes === 'ill' || dying || failedMuch(requests));
  const isShared = (outage.sharedLooks ?? 0) >= AFTER_WRITE.sharedLooks;
  const withinMs =
    outage.unexplainedUntilAt === undefined && (isShared || wasIll) ? AFTER_WRITE.sharedOutageWithinMs : AFTER_WRITE.outageWithinMs;
  return at - outage.sinceAt < withinMs;
}

/** What served before failed its users clearly: to put it back would bring them nothing. */
function failedMuch(requests: Counted | null): boolean {
  return (
    requests !== null && requests.total >= AFTER_WRITE.leastRequests && requests.failed / requests.total >= AFTER_WRITE.failedBeforeShare
  );
}

/** `since 20:23 its own lines tell of a database that cannot be reached; what failed until 20:28 is not held against the change`. */
export function sayOutage({ sinceAt, what, excusedAt }: TrialOutage): string {
  const excused = excusedAt === undefined ? '' : `; what failed until ${sayMinute(excusedAt)} is not held against the change`;
  return `since ${sayMinute(sinceAt)} ${what}${excused}`;
}

function diesByItself(observation: Observation, service: string, revisions: readonly string[]): boolean {
  return revisions.some((revision) => readCrash(observation, service, revision).kind === 'application');
}

function isOutside(group: LogGroup): boolean {
  return OUTSIDE_LINES.includes(group.signature) || OUTSIDE_CAUSES.includes(signatureOf(group.signature)?.cause ?? '');
}

function causeOf({ signature }: LogGroup): string {
  return OUTSIDE_LINES.includes(signature) ? 'third-party' : (signatureOf(signature)?.cause ?? '');
}
