import { defined } from '../../core/defined.ts';
import type { Glyphs } from './glyphs.ts';

/** The newest `columns` of the values, each by its share of `max`; what was not measured is a gap, never a zero. Pure. */
export function sparkline(values: readonly (number | null)[], max: number, columns: number, { levels, gap }: Glyphs): string {
  if (columns <= 0) return '';
  const top = levels.length - 1;
  const level = (value: number): number => (max <= 0 ? 0 : Math.min(top, Math.max(0, Math.round((value / max) * top))));
  return values
    .slice(-columns)
    .map((value) => (value === null ? gap : defined(levels[level(value)])))
    .join('');
}
