import type { TurnedAwayCount } from '../model/verdict.ts';

/** Below this share, or this count, it is no news of a service. */
const LEAST_SHARE = 0.01;
const LEAST = 3;

/**
 * `512 of 1215 requests (42 %) were answered 429`: no failure by any gate where an application limits its clients, and nothing that a run can
 * prove to be right. null: hardly anybody was, or it is not measured. Pure.
 */
export function refusedWords(turnedAway: TurnedAwayCount | undefined): string | null {
  if (turnedAway === undefined || turnedAway.count < LEAST || turnedAway.count <= LEAST_SHARE * turnedAway.of) return null;
  const { count, of } = turnedAway;
  const percent = (100 * count) / of;
  return `${count} of ${of} requests (${percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %) were answered 429`;
}
