import type { ServiceState, TrafficTarget } from '../core/model/observation.ts';

/**
 * What serves now, by revision name: the vector in force with LATEST replaced by what it stands for. Tags are kept.
 * Writing it down changes nothing for users; from then on a new revision gets no traffic (gcp-facts 2.2).
 */
export function trafficInForce(state: ServiceState): readonly TrafficTarget[] {
  const shown = state.trafficStatuses.length > 0 ? state.trafficStatuses : state.traffic;
  const inForce: readonly TrafficTarget[] =
    shown.length > 0 ? shown : [{ latest: true, revision: state.latestReadyRevision, percent: 100, tag: null }];
  return inForce
    .map((target) => ({ latest: false, revision: target.revision ?? state.latestReadyRevision, percent: target.percent, tag: target.tag }))
    .filter((target) => target.revision !== null && (target.percent > 0 || target.tag !== null));
}

/** The tag by which a new revision of ours is asked before and while it gets a small share. Nobody else's; gone at the end. */
export const OWN_TAG = 'firebreak';

/** Without our own tag: what others have put there stays. */
export function withoutOwnTag(vector: readonly TrafficTarget[]): readonly TrafficTarget[] {
  return vector
    .map((target) => (target.tag === OWN_TAG ? { ...target, tag: null } : target))
    .filter(({ percent, tag }) => percent > 0 || tag !== null);
}

/**
 * A small share to a new revision, under our tag; the rest to what serves now, in its present proportions. Asked again with its own
 * answer as `current`, it answers the same.
 */
export function shareTo(revision: string, percent: number, current: readonly TrafficTarget[]): readonly TrafficTarget[] {
  const others = withoutOwnTag(current)
    .map((target) => (target.revision === revision && !target.latest ? { ...target, percent: 0 } : target))
    .filter((target) => target.percent > 0 || target.tag !== null);
  return [{ latest: false, revision, percent, tag: OWN_TAG }, ...scaled(others, 100 - percent)];
}

/** Whole percents that sum to `total`, by largest remainder. */
function scaled(targets: readonly TrafficTarget[], total: number): readonly TrafficTarget[] {
  const sum = targets.reduce((all, { percent }) => all + percent, 0);
  if (sum === total || sum === 0) return targets;
  const exact = targets.map(({ percent }) => (percent * total) / sum);
  const left = total - exact.reduce((all, share) => all + Math.floor(share), 0);
  const byRemainder = exact.map((share, index) => ({ index, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest);
  const extra = new Set(byRemainder.slice(0, left).map(({ index }) => index));
  return targets.map((target, index) => ({ ...target, percent: Math.floor(exact[index] ?? 0) + (extra.has(index) ? 1 : 0) }));
}

/** All traffic to one revision; the tags of `current` stay where they are, with 0 %. */
export function wholeTo(revision: string, current: readonly TrafficTarget[]): readonly TrafficTarget[] {
  const tagged = current.filter((target) => target.tag !== null).map((target) => ({ ...target, percent: 0 }));
  return [{ latest: false, revision, percent: 100, tag: null }, ...tagged];
}

/**
 * Whether two vectors say the same: the same percent to the same targets and the same tags on them, in whatever order and
 * split over whatever entries. LATEST and a name are different targets, even when LATEST stands for that name now.
 */
export function sameTraffic(left: readonly TrafficTarget[], right: readonly TrafficTarget[]): boolean {
  return spelled(left) === spelled(right) && latestAgrees(left, right);
}

/** The only revision with traffic, or null. */
export function onlyRevision(vector: readonly TrafficTarget[]): string | null {
  const serving = new Set(vector.filter((target) => target.percent > 0).map((target) => target.revision));
  const [only] = serving;
  return serving.size === 1 ? (only ?? null) : null;
}

function spelled(vector: readonly TrafficTarget[]): string {
  const shares = new Map<string, number>();
  const tags: string[] = [];
  for (const target of vector) {
    const name = target.latest ? '(latest)' : (target.revision ?? '');
    if (target.percent > 0) shares.set(name, (shares.get(name) ?? 0) + target.percent);
    if (target.tag !== null) tags.push(`${target.tag}=${name}`);
  }
  return [...[...shares].map(([name, share]) => `${name}:${share}`).sort(), ...tags.sort()].join(' ');
}

/** Where both know what LATEST stands for, it must be the same revision. */
function latestAgrees(left: readonly TrafficTarget[], right: readonly TrafficTarget[]): boolean {
  const meaning = (vector: readonly TrafficTarget[]): string | null =>
    vector.find((target) => target.latest && target.percent > 0)?.revision ?? null;
  const [ours, theirs] = [meaning(left), meaning(right)];
  return ours === null || theirs === null || ours === theirs;
}
