import { InvariantError } from '../../core/errors.ts';
import type { TrafficTarget } from '../../core/model/observation.ts';

/** The effective vector by revision name, so that the next revision gets nothing (gcp-facts 0.4). @throws InvariantError unless it sums to 100. */
export function keptTraffic(targets: readonly TrafficTarget[]): readonly TrafficTarget[] {
  const byRevision = new Map<string, TrafficTarget>();
  for (const target of targets) {
    if (target.revision === null) throw new InvariantError('traffic cannot be kept: what LATEST stands for is not known');
    const id = `${target.revision} ${target.tag ?? ''}`;
    const percent = target.percent + (byRevision.get(id)?.percent ?? 0);
    byRevision.set(id, { latest: false, revision: target.revision, percent, tag: target.tag });
  }
  const kept = [...byRevision.values()].filter(({ percent, tag }) => percent > 0 || tag !== null);
  const total = kept.reduce((sum, { percent }) => sum + percent, 0);
  if (total !== 100) throw new InvariantError(`traffic cannot be kept: it sums to ${total}, not 100`);
  return kept;
}
