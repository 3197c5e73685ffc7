import { defined } from '../../core/defined.ts';
import type { ValidationReport } from '../../core/model/verdict.ts';

const HEAD = ['Category', 'Check', 'Result', 'Because'] as const;

/** The results as a table, one check a line, critical categories marked; last what it comes to. The verb and the run show the same. */
export function validationTable({ checks, verdict }: ValidationReport): readonly string[] {
  const rows = checks.map(({ category, name, critical, beside, verdict: { outcome, because } }) => [
    `${category}${critical ? ' *' : beside === true ? ' °' : ''}`,
    name,
    outcome === 'pass' ? 'pass' : outcome.toUpperCase(),
    because,
  ]);
  const width = (column: number): number => Math.max(...[HEAD, ...rows].map((row) => defined(row[column]).length));
  const widths = [width(0), width(1), width(2), 0];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(defined(widths[column])))
      .join('  ')
      .trimEnd();
  return [
    ...(rows.length === 0 ? [] : [line(HEAD), ...rows.map(line), '']),
    `Validation: ${verdict.outcome.toUpperCase()}: ${verdict.because}`,
    ...(rows.length === 0 ? [] : ['* critical: every check of the category must pass']),
    ...(checks.some(({ beside }) => beside === true)
      ? ['° told, and not counted: no run changes jobs or worker pools, and none waits for them']
      : []),
  ];
}
