import { InvariantError } from '../../core/errors.ts';
import type { TrafficTarget } from '../../core/model/observation.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const REVISION = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

export interface TrafficJson {
  readonly type: typeof LATEST | typeof REVISION;
  readonly revision?: string;
  readonly percent: number;
  readonly tag?: string;
}

/** The vector as Cloud Run takes it: short revision names, tags kept (gcp-facts 2.2). @throws InvariantError unless it sums to 100. */
export function trafficJson(targets: readonly TrafficTarget[]): readonly TrafficJson[] {
  const total = targets.reduce((sum, { percent }) => sum + percent, 0);
  if (total !== 100) throw new InvariantError(`a traffic vector must sum to 100, not ${total}`);
  return targets.map(({ latest, revision, percent, tag }) => {
    const tagged = tag === null ? { percent } : { percent, tag };
    if (latest) return { type: LATEST, ...tagged };
    if (revision === null) throw new InvariantError('a traffic target names neither a revision nor the latest');
    return { type: REVISION, revision, ...tagged };
  });
}
