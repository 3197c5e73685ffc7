import { newestOfConnectors } from '../../core/of-connector.ts';
import { DIES_ALONE } from '../../core/evidence-asked.ts';
import { sayMinute } from '../../core/duration.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { JudgeInput } from '../witnesses/judge-input.ts';
import { deathsIn, effectiveShares, groupsOf } from '../observation-queries.ts';

/** One of several revisions that serve dies again and again, with quiet times between, and the others never do. */
export interface DiesAlone {
  readonly revision: string;
  /** When, oldest first. */
  readonly died: readonly number[];
  /** Those that serve beside it and never died. */
  readonly spared: readonly string[];
  /** `shop-00002-bbb died at 20:14, 20:37, 20:59 and serves 50 %; shop-00001-aaa, which serves 50 %, never did`. */
  readonly because: string;
}

/**
 * Each look alone seems well between two deaths; over the looks of the run one revision dies and the ones beside it do not. Enough is
 * a number of deaths that users' shares make unlikely to hit it alone, were all revisions alike. Pure; null: not known to be so, over
 * for long, or no other revision serves.
 */
export function diesAlone(
  observation: Observation,
  service: string,
  facts: Pick<JudgeInput, 'servingSince' | 'revisions'>,
): DiesAlone | null {
  const state = observation.services[service]?.state;
  if (state?.freshness !== 'fresh' || state.value === null || observation.logs.freshness !== 'fresh') return null;
  const shares = effectiveShares(state.value);
  const since = Math.max(facts.servingSince[service] ?? 0, newestOfConnectors(facts.servingSince));
  const diedOf = (revision: string): readonly number[] => (facts.revisions?.[service]?.[revision]?.died ?? []).filter((at) => at > since);
  const serving = [...shares.keys()].filter((revision) => revision !== '');
  const spared = serving.filter((name) => diedOf(name).length === 0 && deathsIn(groupsOf(observation, service, name)) === 0);
  const [revision] = serving.toSorted((one, other) => diedOf(other).length - diedOf(one).length);
  if (revision === undefined || spared.length === 0) return null;
  const died = diedOf(revision);
  const shareOf = (names: readonly string[]): number => names.reduce((sum, name) => sum + (shares.get(name) ?? 0), 0);
  if (!isEnough(died, shareOf([revision]), shareOf(spared)) || isOver(died, observation.at)) return null;
  const because = `${revision} died at ${died.map(sayMinute).join(', ')} and serves ${shareOf([revision])} %; ${spared.join(' and ')}, serving ${shareOf(spared)} %, did not die at all`;
  return { revision, died, spared, because };
}

function isEnough(died: readonly number[], own: number, spared: number): boolean {
  const [first, last] = [died[0] ?? 0, died.at(-1) ?? 0];
  if (died.length < DIES_ALONE.times || last - first < DIES_ALONE.overMs || spared <= 0) return false;
  return (own / (own + spared)) ** died.length < DIES_ALONE.chance;
}

/** Longer without a death than twice the longest time between two: somebody may have mended it. */
function isOver(died: readonly number[], now: number): boolean {
  const gaps = died.slice(1).map((at, index) => at - (died[index] ?? at));
  return now - (died.at(-1) ?? 0) > DIES_ALONE.quietFor * Math.max(...gaps);
}
