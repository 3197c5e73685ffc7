import { MINUTE, sayDuration, sayMinute } from '../../core/duration.ts';
import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { LookTestimony } from '../../core/model/testimony.ts';
import { failuresIn, groupsOf, harmOf, isFailure } from '../observation-queries.ts';
import { isAnswered } from './probe-words.ts';
import { NO_SERIES } from './request-evidence.ts';

/** Sources that a look asks about users and their service, beside its own probes. */
type Source = 'Cloud Monitoring' | 'Cloud Logging';

/** Which of them gave nothing, or only what is too old, in this look. Pure. */
function sourcesAway(observation: Observation): readonly Source[] {
  const seen = Object.values(observation.services);
  return [
    ...(seen.length > 0 && seen.every((service) => areUnread(observation, service)) ? ['Cloud Monitoring' as const] : []),
    ...(observation.logs.freshness === 'fresh' ? [] : ['Cloud Logging' as const]),
  ];
}

/** Without a series either no request arrives, or its figures are late: that some were logged since tells which. */
function areUnread(observation: Observation, service: ServiceObservation): boolean {
  const { freshness, problem } = service.requests;
  if (freshness === 'fresh') return false;
  const newest = newestCounted(service);
  const logged = groupsOf(observation, service.name).filter(({ signature }) => isFailure(signature));
  return problem !== NO_SERIES || (newest !== null && logged.some(({ lastAt }) => lastAt > newest + LATE));
}

/** Figures of Cloud Run are minutes late as a rule (gcp-facts 3). */
const LATE = 4 * MINUTE;

/** The end of the newest minute of which anything is counted; null: none is known. */
function newestCounted({ requests, byMinute }: ServiceObservation): number | null {
  const minute = byMinute?.value?.at(-1);
  return requests.value === null ? (minute?.untilAt ?? null) : (requests.measuredAt ?? null);
}

/** The same as a part of a look; nothing where all are there. */
export function unreadIn(observation: Observation): { readonly unread?: readonly Source[] } {
  const unread = sourcesAway(observation);
  return unread.length === 0 ? {} : { unread };
}

/**
 * Which source is away and since when, what nobody can know because of it, and what the others tell of the services that fail; a
 * sentence each, none where all are there. Pure.
 */
export function awayWords(observation: Observation, witnessed: readonly LookTestimony[] = []): readonly string[] {
  const away = sourcesAway(observation);
  const failing = [...new Set(harmOf(observation).map(({ service }) => service))];
  if (failing.length === 0) return [];
  const names = failing.join(', ');
  const others = [
    ...(away.includes('Cloud Logging') ? [] : failing.map((name) => loggedWords(observation, name))),
    ...failing.map((name) => probeWords(observation, name)),
  ].filter((words) => words !== '');
  const besides = others.length === 0 ? '' : `; what else tells of it: ${others.join('; ')}`;
  return away.map((source, index) => {
    const lost =
      source === 'Cloud Monitoring'
        ? `how many users of ${names} fail now, and on which revision, is not known`
        : `why ${names} ${failing.length === 1 ? 'fails' : 'fail'}, and whether containers die, is not known`;
    return `${source} ${howAway(observation, source, failing, witnessed)}: ${lost}${index === 0 ? besides : ''}`;
  });
}

function howAway(observation: Observation, source: Source, failing: readonly string[], witnessed: readonly LookTestimony[]): string {
  const { logs, services, at } = observation;
  const service = services[failing[0] ?? ''];
  const read = source === 'Cloud Logging' || service === undefined ? logs : service.requests;
  const isLate = read.value !== null || read.problem === NO_SERIES;
  const newest = source === 'Cloud Logging' || service === undefined ? logs.measuredAt : newestCounted(service);
  if (isLate && newest !== null)
    return `tells of nothing newer than ${sayMinute(newest)}, ${sayDuration(MINUTE * Math.floor((at - newest) / MINUTE))} ago`;
  const before = witnessed.slice(witnessed.findLastIndex(({ unread = [] }) => !unread.includes(source)) + 1);
  const why = read.problem === undefined ? '' : ` (${read.problem.split(': ', 1)[0]})`;
  return `could not be read since ${sayMinute(before[0]?.at ?? at)}${why}`;
}

/** Failed requests alone are read of the log: how many were answered well it does not say. */
function loggedWords(observation: Observation, service: string): string {
  const groups = groupsOf(observation, service).filter(({ signature }) => isFailure(signature));
  const revisions = [...new Set(groups.map(({ revision }) => revision))];
  const each = revisions.map((name) => {
    const own = groups.filter(({ revision }) => revision === name);
    const first = Math.min(...own.map(({ firstAt }) => firstAt));
    return `${failuresIn(own)} failed requests of ${name === '' ? service : name} are logged since ${sayMinute(first)}`;
  });
  return each.join(', ');
}

function probeWords({ services }: Observation, service: string): string {
  const probes = services[service]?.probes ?? [];
  return probes.length === 0 ? '' : `${probes.filter(isAnswered).length} of ${probes.length} probes of ${service} are answered well now`;
}
