import type { ServedStretch } from '../../core/model/testimony.ts';
import type { BestStretches } from '../../core/service/best-stretches.ts';
import type { Counted } from '../../core/model/trial.ts';
import { chanceOfWorse } from '../figures/two-proportions.ts';
import { wilson } from '../figures/wilson-interval.ts';
import { badly, lost } from '../witnesses/served.ts';
import { rate } from '../witnesses/turned-away.ts';

/** What a revision was once like is remembered as its best stretch of time: a mean over all of it fades, the longer it has been ill since. Pure. */

/** Fewer are no stretch worth remembering. */
const LEAST = 100;
/** It has served well itself where so much less was served badly than lately, */
const FAR_BETTER = 0.75;
/** and more seldom by chance than the best of some hundred stretches of the same. */
const CHANCE = 1e-6;

export function stretchOf(counted: Counted, untilAt: number): ServedStretch | undefined {
  const { total, failed } = badly(counted);
  return total < LEAST ? undefined : { total, failed, timed: counted.late !== undefined, upper: wilson(failed, total).upper, untilAt };
}

/** In which what serves badly `lately` has once served its users surely and far better; null: in none. */
export function onceBetter({ best, bestTimed }: BestStretches, lately: Counted): ServedStretch | null {
  return [best, bestTimed].find((one) => one !== undefined && isFarBetter(one, lately)) ?? null;
}

function isFarBetter(stretch: ServedStretch, lately: Counted): boolean {
  const now = stretch.timed ? badly(lately) : lost(lately);
  return stretch.upper < FAR_BETTER * rate(now) && chanceOfWorse(stretch, now) < CHANCE;
}
