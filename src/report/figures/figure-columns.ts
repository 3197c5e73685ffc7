import type { Column, Figure } from '../../core/model/figures.ts';

/** By column; one that is missing was not measured. */
export type PartFigures = Readonly<Partial<Record<Column, Figure>>>;

/** A bare row with the names of its columns. */
export function columnsOf(figures: unknown, columns: readonly string[]): PartFigures {
  if (!Array.isArray(figures)) return {};
  const named = columns.map((column, index) => [column, figures[index] as unknown] as const);
  return Object.fromEntries(named.filter((one): one is [string, number] => typeof one[1] === 'number' && Number.isFinite(one[1])));
}
