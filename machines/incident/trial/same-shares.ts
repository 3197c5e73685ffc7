import type { TrafficTarget } from '../../../src/core/model/observation.ts';

/** Whether users are shared out alike; what LATEST stands for is named in both, or it is not known. */
export function sharesAlike(one: readonly TrafficTarget[], other: readonly TrafficTarget[]): boolean {
  const [mine, theirs] = [sharesOf(one), sharesOf(other)];
  return mine !== null && mine === theirs;
}

function sharesOf(vector: readonly TrafficTarget[]): string | null {
  const shares = new Map<string, number>();
  for (const { revision, percent } of vector.filter((target) => target.percent > 0)) {
    if (revision === null) return null;
    shares.set(revision, (shares.get(revision) ?? 0) + percent);
  }
  return shares.size === 0 ? null : JSON.stringify([...shares].map(([name, percent]) => `${name}=${percent}`).sort());
}
