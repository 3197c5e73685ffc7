import type { Mutation } from '../../../src/core/model/mutation.ts';
import type { TrafficTarget } from '../../../src/core/model/observation.ts';

/**
 * Whether a change gives users other revisions than before it. A tag that comes or goes, and LATEST spelled by the name that it
 * stands for, move nobody: what is known of the revisions that serve stays true. What LATEST stood for and is not known may have moved.
 */
export function movesUsers({ before, after, outcome }: Pick<Mutation, 'before' | 'after' | 'outcome'>): boolean {
  if (outcome === 'already' || after.kind !== 'traffic') return false;
  if (before.kind !== 'traffic') return true;
  const [was, is] = [sharesOf(before.traffic), sharesOf(after.traffic)];
  return was === null || is === null || was !== is;
}

/** Percent by revision, in one order; null: some of it goes to a revision that is not known. */
function sharesOf(traffic: readonly TrafficTarget[]): string | null {
  const shares = new Map<string, number>();
  for (const { revision, percent } of traffic) {
    if (percent === 0) continue;
    if (revision === null) return null;
    shares.set(revision, (shares.get(revision) ?? 0) + percent);
  }
  return shares.size === 0
    ? null
    : [...shares]
        .map(([revision, percent]) => `${revision}:${percent}`)
        .sort()
        .join(' ');
}
