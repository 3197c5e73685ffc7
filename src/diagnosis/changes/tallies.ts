import type { LogGroup, Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { Testimony } from '../../core/model/testimony.ts';
import type { ServiceTally, Tallies } from '../../core/model/trial.ts';
import { NO_SERIES } from '../witnesses/request-evidence.ts';
import { lateSince } from '../witnesses/served.ts';
import { deathsIn, groupsOf, NO_INSTANCE } from '../observation-queries.ts';

/** What a look tells of each service by revision: small, and kept to be compared with what comes after a change. */
export function talliesOf(observation: Observation, testimony: Readonly<Record<string, Testimony>>): Tallies {
  return Object.fromEntries(
    Object.values(observation.services).map((service) => [
      service.name,
      {
        requests: requestsOf(service),
        measured: service.requests.freshness === 'fresh' || service.requests.problem === NO_SERIES,
        deaths: newestOf(observation, service.name, (group) => deathsIn([group]) > 0),
        noInstance: newestOf(observation, service.name, ({ signature }) => signature === NO_INSTANCE),
        probes: testimony[service.name]?.probes.word ?? 'silent',
      },
    ]),
  );
}

/** The window says what was counted until the newest point, not until now. */
function requestsOf({ requests }: ServiceObservation): ServiceTally['requests'] {
  if (requests.value === null || requests.freshness !== 'fresh') return null;
  const { sinceAt, byRevision, lateFromMs } = requests.value;
  const counts = Object.entries(byRevision).map(([revision, { total, serverErrors, turnedAway = 0, late }]) => [
    revision,
    { total, failed: serverErrors, turnedAway, ...(late === undefined ? {} : { late: lateSince(late), lateIn: late }) },
  ]);
  const timed = lateFromMs === undefined ? {} : { lateFromMs };
  return { sinceAt, untilAt: requests.measuredAt ?? sinceAt, byRevision: Object.fromEntries(counts), ...timed };
}

/** By revision, the newest line of these groups; null: the lines could not be read. */
function newestOf(observation: Observation, service: string, isOne: (group: LogGroup) => boolean): ServiceTally['deaths'] {
  if (observation.logs.freshness !== 'fresh') return null;
  const newest: Record<string, number> = {};
  for (const group of groupsOf(observation, service))
    if (isOne(group)) newest[group.revision] = Math.max(newest[group.revision] ?? 0, group.lastAt);
  return newest;
}
