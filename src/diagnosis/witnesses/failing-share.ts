import type { Observation } from '../../core/model/observation.ts';
import { effectiveShares, percent } from '../observation-queries.ts';
import { LEAST_FAILURES } from './request-evidence.ts';

/** Beyond so much of the traffic the goal of the whole service tells of it. */
const SMALL = 5;

/**
 * Serving revisions that fail every request of a small share, though the service is within its goal: one line each, empty where there is
 * none. Fewer requests than make an illness are no sign of it. Pure.
 */
export function failingShares({ services }: Pick<Observation, 'services'>): readonly string[] {
  return Object.values(services).flatMap(({ name, state, requests }) => {
    if (state.value === null || requests.freshness !== 'fresh' || requests.value === null) return [];
    const { byRevision, total, serverErrors } = requests.value;
    return [...effectiveShares(state.value)].flatMap(([revision, share]) => {
      const own = byRevision[revision];
      const failsAll = own !== undefined && own.total >= LEAST_FAILURES && own.serverErrors === own.total;
      if (!failsAll || share > SMALL) return [];
      return [
        `${revision} fails every request of its ${share} % of ${name} (${own.serverErrors} of ${own.total}), while ${name} as a whole fails ${percent(serverErrors / total)}`,
      ];
    });
  });
}
