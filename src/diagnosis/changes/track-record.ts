import type { Observation } from '../../core/model/observation.ts';
import type { RevisionRecord, TrackRecord } from '../../core/model/testimony.ts';
import { lateSince } from '../witnesses/served.ts';

/** How each revision has served users over the last day, by the metrics; empty where they were not read. */
export function recordOf(observation: Observation): TrackRecord {
  const services = Object.values(observation.services).flatMap(({ name, day }) => {
    if (day?.value == null) return [];
    const revisions: Record<string, RevisionRecord> = {};
    for (const { byRevision, sinceAt, untilAt = sinceAt } of day.value) {
      for (const [revision, { total, serverErrors, turnedAway = 0, late }] of Object.entries(byRevision)) {
        const known = revisions[revision];
        const until = Math.min(untilAt, observation.at);
        revisions[revision] = {
          lastServedAt: total > serverErrors + turnedAway ? until : (known?.lastServedAt ?? null),
          total: (known?.total ?? 0) + total,
          failed: (known?.failed ?? 0) + serverErrors,
          turnedAway: (known?.turnedAway ?? 0) + turnedAway,
          ...(known?.late === undefined && late === undefined ? {} : { late: (known?.late ?? 0) + (lateSince(late) ?? 0) }),
          deaths: 0,
          countedUntil: until,
        };
      }
    }
    return [[name, revisions] as const];
  });
  return Object.fromEntries(services);
}
