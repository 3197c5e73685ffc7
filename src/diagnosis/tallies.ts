import type { Observation, ServiceObservation } from '../core/model/observation.ts';
import type { Testimony } from '../core/model/testimony.ts';
import type { ServiceTally, Tallies } from '../core/model/trial.ts';
import { NO_SERIES } from './request-evidence.ts';
import { deathsIn, groupsOf } from './reading.ts';

/** What a look tells of each service by revision: small, and kept to be compared with what comes after a change. */
export function talliesOf(observation: Observation, testimony: Readonly<Record<string, Testimony>>): Tallies {
  return Object.fromEntries(
    Object.values(observation.services).map((service) => [
      service.name,
      {
        requests: requestsOf(service),
        measured: service.requests.freshness === 'fresh' || service.requests.problem === NO_SERIES,
        deaths: deathsOf(observation, service.name),
        probes: testimony[service.name]?.probes.word ?? 'silent',
      },
    ]),
  );
}

/** The window says what was counted until the newest point, not until now. */
function requestsOf({ requests }: ServiceObservation): ServiceTally['requests'] {
  if (requests.value === null || requests.freshness !== 'fresh') return null;
  const { sinceAt, byRevision } = requests.value;
  const counts = Object.entries(byRevision).map(([revision, { total, serverErrors }]) => [revision, { total, failed: serverErrors }]);
  return { sinceAt, untilAt: requests.measuredAt ?? sinceAt, byRevision: Object.fromEntries(counts) };
}

function deathsOf(observation: Observation, service: string): ServiceTally['deaths'] {
  if (observation.logs.freshness !== 'fresh') return null;
  const newest: Record<string, number> = {};
  for (const group of groupsOf(observation, service))
    if (deathsIn([group]) > 0) newest[group.revision] = Math.max(newest[group.revision] ?? 0, group.lastAt);
  return newest;
}
