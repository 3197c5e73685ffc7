import type { ServiceObservation } from '../../core/model/observation.ts';
import { servingRevisions } from '../observation-queries.ts';

/** A revision that serves now began to get users of another one within the last hour, by the figures of its minutes. */
export interface TookTraffic {
  readonly revision: string;
  /** The begin of the first minute in which it did. */
  readonly at: number;
  /** Which served until then, the one with the most requests first. */
  readonly from: readonly string[];
  /** Its part of all requests since, 0..1. */
  readonly share: number;
}

/** Requests that lie about its edges are chance. */
const MAJORITY = 0.5;

/** Newest first: the first users of each, and when it came to serve most of them. Pure. */
export function tookTraffic(service: ServiceObservation): readonly TookTraffic[] {
  const minutes = (service.byMinute?.value ?? []).filter(({ total }) => total > 0);
  const taken = servingRevisions(service).flatMap((revision) => {
    const shares = minutes.map(({ byRevision, total }) => (byRevision[revision]?.total ?? 0) / total);
    const first = shares.findIndex((share) => share > 0);
    const most = shares.findLastIndex((share) => share < MAJORITY) + 1;
    const began = [...new Set([first, most])].filter((index) => index > 0 && index < minutes.length && (shares[index] ?? 0) > 0);
    return began.flatMap((index): TookTraffic[] => {
      const at = minutes[index]?.sinceAt;
      const from = servedIn(minutes.slice(0, index), revision);
      if (at === undefined || from.length === 0) return [];
      const since = minutes.slice(index);
      const own = since.reduce((all, { byRevision }) => all + (byRevision[revision]?.total ?? 0), 0);
      return [{ revision, at, from, share: own / since.reduce((all, { total }) => all + total, 0) }];
    });
  });
  return taken.toSorted((one, other) => other.at - one.at);
}

const LATELY = 5;

function servedIn(minutes: NonNullable<NonNullable<ServiceObservation['byMinute']>['value']>, but: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const { byRevision } of minutes.slice(-LATELY))
    for (const [name, { total }] of Object.entries(byRevision)) if (name !== but) counts.set(name, (counts.get(name) ?? 0) + total);
  return [...counts]
    .filter(([, total]) => total > 0)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name]) => name);
}
