import { MINUTE, sayMinute } from '../../core/duration.ts';
import { ILL_SINCE } from '../../core/evidence-asked.ts';
import { newestOfConnectors } from '../../core/of-connector.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { RevisionRecord, UsersBout } from '../../core/model/testimony.ts';
import { countedIn, sayBouts } from '../../core/service/users-bouts.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';
import { readCrash } from '../logs/crash.ts';
import { effectiveShares, groupsOf, percent, recentGroups } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';
import type { JudgeInput } from '../witnesses/judge-input.ts';

/** One revision serves alone and is ill again and again, with quiet times between; the one that served before it surely was not. */
export interface IllSince {
  readonly revision: string;
  readonly witness: 'deaths' | 'requests';
  /** When each of them began, oldest first. */
  readonly began: readonly number[];
  /** `shop-00002-bbb, which serves alone, died at 14:01, 14:12, 14:24 …; shop-00001-aaa before it failed 0 of 41920 requests`. */
  readonly because: string;
}

type Facts = Pick<JudgeInput, 'servingSince' | 'revisions' | 'usersBouts'>;

interface Alone {
  readonly service: string;
  readonly revision: string;
  readonly since: number;
  readonly own: RevisionRecord;
  readonly before: RevisionRecord;
  readonly beforeName: string;
}

/**
 * No revision serves beside it in the same minutes, so what lies outside must be ruled out by other ways: its deaths are its own by their
 * lines; lines of the last quarter of an hour name nothing outside, no other service failed in the same minutes, and nothing of it is an
 * older illness, for the requests of the day tell how its predecessor served. Enough is a number that the requests of both make unlikely
 * to hit it alone, were both alike. Pure; null: not known to be so, over for long, or another serves beside it.
 */
export function illSince(observation: Observation, service: string, facts: Facts): IllSince | null {
  if (observation.logs.freshness !== 'fresh') return null;
  const alone = servesAlone(observation, service, facts);
  if (alone === null || !failedLess(alone)) return null;
  return diedSince(observation, alone) ?? failedSince(observation, alone, facts);
}

function servesAlone(observation: Observation, service: string, { servingSince, revisions }: Facts): Alone | null {
  const state = observation.services[service]?.state;
  if (state?.freshness !== 'fresh' || state.value === null) return null;
  const [revision = '', ...others] = effectiveShares(state.value).keys();
  const records = revisions?.[service] ?? {};
  const own = records[revision];
  const served = Object.entries(records).filter(([name, { lastServedAt }]) => name !== revision && lastServedAt !== null);
  const [last] = served.toSorted(([, one], [, other]) => (other.lastServedAt ?? 0) - (one.lastServedAt ?? 0));
  if (others.length > 0 || own === undefined || last === undefined) return null;
  const [beforeName, before] = last;
  return { service, revision, own, before, beforeName, since: Math.max(servingSince[service] ?? 0, newestOfConnectors(servingSince)) };
}

/** Many times less, by all requests of the day, quiet times included. */
function failedLess({ own, before }: Alone): boolean {
  return rate(before) * ILL_SINCE.timesLess <= rate(own) && chanceOfWorse(before, own) < ILL_SINCE.chanceOfRate;
}

/** In all its day it failed less than half of what one such time alone fails: it has had none, and what came began with the newer. */
function isClear({ before }: Alone, once: number): boolean {
  return before.failed * 2 < once;
}

function diedSince(observation: Observation, alone: Alone): IllSince | null {
  const { service, revision, own, since } = alone;
  const died = (own.died ?? []).filter((at) => at > since);
  if (!isEnough(alone, died) || isOver(died, died, observation.at)) return null;
  if (!isClear(alone, own.failed / died.length) || (alone.before.died ?? []).length > 0) return null;
  if (readCrash(observation, service, revision).kind !== 'application') return null;
  const because = `${revision}, which serves alone, died at ${died.map(sayMinute).join(', ')}, by its own lines of itself; ${beforeWords(alone)}`;
  return { revision, witness: 'deaths', began: died, because };
}

function failedSince(observation: Observation, alone: Alone, { usersBouts = {} }: Facts): IllSince | null {
  const { service, revision, own, since } = alone;
  // A bout in which a container died is told by that death.
  const isByDeath = ({ from, until }: UsersBout): boolean => (own.died ?? []).some((at) => at >= from - MINUTE && at <= until + MINUTE);
  const isIts = (bout: UsersBout): boolean =>
    Object.entries(bout.revisions).every(([name, { total }]) => (name === revision) === total > 0);
  const bouts = (usersBouts[service] ?? []).filter((bout) => bout.from > since && !isByDeath(bout));
  const [began, ended] = [bouts.map(({ from }) => from), bouts.map(({ until }) => until)];
  if (!isEnough(alone, began) || isOver(began, ended, observation.at) || !bouts.every(isIts)) return null;
  if (!isClear(alone, Math.min(...bouts.map((bout) => countedIn(bout).failed)))) return null;
  if (namesOutside(observation, service) || failedBeside(bouts, service, usersBouts)) return null;
  const because = `users of ${revision}, which serves alone, fail again and again (${sayBouts(bouts)}); ${beforeWords(alone)}`;
  return { revision, witness: 'requests', began, because };
}

function isEnough({ own, before }: Alone, began: readonly number[]): boolean {
  const [first, last] = [began[0] ?? 0, began.at(-1) ?? 0];
  if (began.length < ILL_SINCE.times || last - first < ILL_SINCE.overMs) return false;
  return (own.total / (own.total + before.total)) ** began.length < ILL_SINCE.chance;
}

/** Longer without one than twice the longest time between two: somebody may have mended it. */
function isOver(began: readonly number[], ended: readonly number[], now: number): boolean {
  const gaps = began.slice(1).map((at, index) => at - (ended[index] ?? at));
  return now - (ended.at(-1) ?? 0) > ILL_SINCE.quietFor * Math.max(...gaps);
}

/** Lines of the last quarter of an hour that tell of a database, a network, a setting or somebody else's API. */
function namesOutside(observation: Observation, service: string): boolean {
  return recentGroups(groupsOf(observation, service), observation.at).some(({ signature }) => {
    const known = signatureOf(signature);
    return known !== undefined && ['reason', 'effect'].includes(known.role) && known.cause !== 'application-crash';
  });
}

/** Another service failed its users in the same minutes: it may come from there, or from what both need. */
function failedBeside(bouts: readonly UsersBout[], service: string, all: Readonly<Record<string, readonly UsersBout[]>>): boolean {
  const others = Object.entries(all).flatMap(([name, found]) => (name === service ? [] : found));
  return bouts.some(({ from, until }) => others.some((other) => other.from <= until + MINUTE && other.until >= from - MINUTE));
}

function beforeWords({ own, before, beforeName, revision }: Alone): string {
  const say = ({ total, failed }: RevisionRecord): string => `${failed} of ${total} requests (${percent(rate({ total, failed }))})`;
  return `in the last day ${beforeName}, which served before it, failed ${say(before)} and ${revision} ${say(own)}`;
}

function rate({ total, failed }: Pick<RevisionRecord, 'total' | 'failed'>): number {
  return total === 0 ? 0 : failed / total;
}
