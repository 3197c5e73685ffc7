import { MINUTE } from '../core/duration.ts';
import { figuresIn } from '../report/figures/figures.ts';
import type { Figures, SeenLook } from '../report/figures/figures.ts';
import type { ToldRun } from './runs.ts';

/** A look happens about twice a minute. One that is older than this says nothing of the present. */
export const FRESH_MS = 5 * MINUTE;

export interface NewestLook {
  /** null: the run took none. */
  readonly look: SeenLook | null;
  readonly measures: Figures['measures'];
  /** By the clock that the run follows; null: not known. */
  readonly ageMs: number | null;
  /** Why the look does not tell how things are now; null: it does. */
  readonly notNow: string | null;
}

/** What the newest look of a run can tell of the present. Pure. */
export function newestLook({ run, told, now }: ToldRun): NewestLook {
  const { looks, measures } = figuresIn(told.lines);
  const look = looks.at(-1) ?? null;
  const ageMs = look === null || now === null ? null : Math.max(0, now - look.at);
  return { look, measures, ageMs, notNow: notNow(run.hasEnded, told.report.damage, look, ageMs) };
}

function notNow(hasEnded: boolean, damage: string | null, look: SeenLook | null, ageMs: number | null): string | null {
  if (damage !== null) return `the journal is damaged (${damage})`;
  if (look === null) return 'the run took no look';
  if (hasEnded) return 'the newest run has ended, and nobody has looked since';
  if (ageMs === null) return 'the clock that the run follows cannot be asked';
  return ageMs > FRESH_MS ? `the newest look is ${Math.round(ageMs / MINUTE)} min old` : null;
}
