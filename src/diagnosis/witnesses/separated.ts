import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Counted } from '../../core/model/trial.ts';
import { percent, servingRevisions } from '../observation-queries.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';

/** Two revisions of one service that its users tell apart: what both of them meet is not what fails the one. */
export interface Separated {
  /** The one that fails. */
  readonly revision: string;
  /** Those that surely fail many times less of theirs. */
  readonly spared: readonly string[];
  /** `shop-00002 fails 491 of 766 requests (64 %) and shop-00001 4 of 707`. */
  readonly words: string;
}

/** What serves beside it fails so many times less: what little it fails may be chance, or what both meet. */
const TIMES = 4;

/**
 * Whether users of one serving revision fail surely, and many times, more than those of another in the same minutes. Revisions are taken
 * to meet the same network: a connector, its database, its names. Where it is not known which serve, as in a capture, all that were counted
 * are. Pure; null: one alone serves, too few requests were counted, or they fail alike.
 */
export function separatedRevisions({ services }: Pick<Observation, 'services'>, service: string): Separated | null {
  const seen = services[service];
  if (seen?.requests.freshness !== 'fresh' || seen.requests.value === null) return null;
  const { byRevision } = seen.requests.value;
  const serving = servingRevisions(seen);
  const counted = (serving.length === 0 ? Object.keys(byRevision) : serving)
    .flatMap((name) =>
      byRevision[name] === undefined ? [] : [{ name, total: byRevision[name].total, failed: byRevision[name].serverErrors }],
    )
    .filter(({ total }) => total >= AFTER_WRITE.leastRequests)
    .toSorted((one, other) => rate(other) - rate(one));
  const [worst] = counted;
  const spared = worst === undefined ? [] : counted.filter((other) => isSurelyLess(other, worst));
  const [first] = spared;
  if (worst === undefined || first === undefined) return null;
  const words = `${worst.name} fails ${worst.failed} of ${worst.total} requests (${percent(rate(worst))}) and ${first.name} ${first.failed} of ${first.total}`;
  return { revision: worst.name, spared: spared.map(({ name }) => name), words };
}

/** By Fisher's exact test, many times less and by points that matter. */
export function isSurelyLess(other: Counted, worst: Counted): boolean {
  const isLess = rate(other) * TIMES <= rate(worst) && rate(worst) - rate(other) >= AFTER_WRITE.leastPoints;
  return isLess && chanceOfWorse(other, worst) < AFTER_WRITE.chance;
}

function rate({ total, failed }: Counted): number {
  return total === 0 ? 0 : failed / total;
}
