import type { Observation } from '../../core/model/observation.ts';
import type { RevisionRecord, ServedStretch, TrackRecord } from '../../core/model/testimony.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import { lateSince, servedOf } from '../witnesses/served.ts';
import { bestOf } from '../../core/service/best-stretches.ts';
import { stretchOf } from './best-stretch.ts';

/** How each revision has served users over the last day, by the metrics; empty where they were not read. */
export function recordOf(observation: Observation): TrackRecord {
  const services = Object.values(observation.services).flatMap(({ name, day, hour }) => {
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
    return [[name, withBest(revisions, [...day.value, ...(hour?.value ?? [])])] as const];
  });
  return Object.fromEntries(services);
}

function withBest(
  records: Readonly<Record<string, RevisionRecord>>,
  steps: readonly RequestStats[],
): Readonly<Record<string, RevisionRecord>> {
  return Object.fromEntries(
    Object.entries(records).map(([revision, record]) => {
      return [revision, { ...record, ...bestOf(steps.flatMap((step) => stretchIn(step, revision) ?? [])) }];
    }),
  );
}

function stretchIn({ byRevision, sinceAt, untilAt = sinceAt }: RequestStats, revision: string): ServedStretch | undefined {
  const own = byRevision[revision];
  return own === undefined ? undefined : stretchOf(servedOf(own), untilAt);
}
