import { MINUTE } from '../../core/duration.ts';
import { newestOfConnectors } from '../../core/of-connector.ts';
import { FAILS_ALONE } from '../../core/evidence-asked.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { UsersBout } from '../../core/model/testimony.ts';
import type { Counted } from '../../core/model/trial.ts';
import { pooledBouts, sayBouts, sayRevisions } from '../../core/service/users-bouts.ts';
import type { JudgeInput } from '../witnesses/judge-input.ts';
import { isSurelyLess } from '../witnesses/separated.ts';
import { effectiveShares } from '../observation-queries.ts';

/** One of several revisions that serve fails its users again and again, with quiet times between, and the others do not. */
export interface FailsAlone {
  readonly revision: string;
  readonly bouts: readonly UsersBout[];
  /** `users of shop-00002-bbb fail again and again and of what serves beside it do not (14:01–14:03 (380 of 1190), …)`. */
  readonly because: string;
}

/**
 * Each look alone seems well between two bouts; over those of the run the same revision fails, and each that serves beside it in the same
 * windows surely fails less. A bout in which a container died is one death, however many users it hit: `diesAlone` counts those. Pure; null: not known to be so, over for long, or no other revision serves.
 */
export function failsAlone(
  observation: Observation,
  service: string,
  facts: Pick<JudgeInput, 'servingSince' | 'revisions' | 'usersBouts'>,
): FailsAlone | null {
  const state = observation.services[service]?.state;
  if (state?.freshness !== 'fresh' || state.value === null) return null;
  const since = Math.max(facts.servingSince[service] ?? 0, newestOfConnectors(facts.servingSince));
  const died = Object.values(facts.revisions?.[service] ?? {}).flatMap((record) => record.died ?? []);
  const isByDeath = ({ from, until }: UsersBout): boolean => died.some((at) => at >= from - MINUTE && at <= until + MINUTE);
  const bouts = (facts.usersBouts?.[service] ?? []).filter((bout) => bout.from > since && !isByDeath(bout));
  if (bouts.length < FAILS_ALONE.times || isOver(bouts, observation.at)) return null;
  const serving = [...effectiveShares(state.value).keys()].filter((revision) => revision !== '');
  const pooled = pooledBouts(bouts);
  const [worst, ...others] = serving.toSorted((one, other) => rate(pooled[other]) - rate(pooled[one]));
  if (worst === undefined || others.length === 0) return null;
  const failing = pooled[worst] ?? NONE;
  const areSpared = others.every((name) => isSurelyLess(pooled[name] ?? NONE, failing));
  if (!areSpared || !bouts.every(({ revisions }) => others.every((name) => rate(revisions[worst]) > rate(revisions[name])))) return null;
  const because = `users of ${worst} fail again and again, and of what serves beside it do not (${sayBouts(bouts)}; ${sayRevisions(bouts)})`;
  return { revision: worst, bouts, because };
}

const NONE: Counted = { total: 0, failed: 0 };

function rate({ total, failed }: Counted = NONE): number {
  return total === 0 ? 0 : failed / total;
}

/** Longer without one than twice the longest time between two: somebody may have mended it. */
function isOver(bouts: readonly UsersBout[], now: number): boolean {
  const gaps = bouts.slice(1).map(({ from }, index) => from - (bouts[index]?.until ?? from));
  return now - (bouts.at(-1)?.until ?? 0) > FAILS_ALONE.quietFor * Math.max(...gaps);
}
