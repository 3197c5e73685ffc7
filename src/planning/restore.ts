import type { ServiceState, TrafficTarget } from '../core/model/observation.ts';

export interface Restored {
  readonly traffic: readonly TrafficTarget[];
  /** False when it could not be put back as it was spelled; `note` says why. */
  readonly exact: boolean;
  readonly note: string | null;
}

/**
 * The vector to write so that users get what they got when `recorded` was taken, tags included. A recorded LATEST that has
 * come to stand for another revision, or will as soon as one is ready that is being made, is put back by the name it stood for then,
 * because LATEST would send users to the newer one.
 */
export function trafficToRestore(recorded: readonly TrafficTarget[], now: ServiceState): Restored {
  const vector: readonly TrafficTarget[] = recorded.length > 0 ? recorded : [{ latest: true, revision: null, percent: 100, tag: null }];
  const notes: string[] = [];
  const traffic = vector.map((target) => {
    const named = asMeant(target, isSettled(now) ? now.latestReadyRevision : null);
    if (named !== target) notes.push(`LATEST stood for ${target.revision} and ${standsFor(now)}: put back by name`);
    else if (target.latest && target.revision === null) notes.push('what LATEST stood for was not recorded: put back as LATEST');
    return named;
  });
  notes.push(...missing(traffic, now));
  return { traffic, exact: notes.length === 0, note: notes.length === 0 ? null : [...new Set(notes)].join('; ') };
}

/** While a change of the service is under way, a revision may be on its way that LATEST will stand for once it is ready. */
function isSettled({ reconciling, generation, observedGeneration }: ServiceState): boolean {
  return !reconciling && observedGeneration === generation;
}

function standsFor(now: ServiceState): string {
  const { latestReadyRevision: ready, latestCreatedRevision: created } = now;
  if (isSettled(now)) return `now stands for ${ready ?? 'nothing known'}`;
  return created !== null && created !== ready
    ? `will stand for ${created} once that is ready`
    : 'may soon stand for a revision that is being made';
}

/** How a recorded target is spelled when it is put back, and when the way back is printed: LATEST only while it means the same. */
export function asMeant(target: TrafficTarget, latestNow: string | null): TrafficTarget {
  if (!target.latest || target.revision === null || target.revision === latestNow) return target;
  return { ...target, latest: false };
}

/** Asked only where the revisions are known. */
function missing(traffic: readonly TrafficTarget[], now: ServiceState): readonly string[] {
  if (now.revisions.length === 0) return [];
  const known = new Set(now.revisions.map((revision) => revision.name));
  return traffic
    .filter((target) => target.revision !== null && !known.has(target.revision))
    .map((target) => `${target.revision} does not exist any more`);
}
