import { defined } from '../core/defined.ts';
import type { Outcome } from '../core/model/verdict.ts';
import { say } from './limits.ts';
import type { CapacityReport } from './thresholds.ts';

const WORDS: Readonly<Record<Outcome, string>> = { pass: 'ok', fail: 'OVER', error: 'ERROR', inconclusive: 'NOT KNOWN' };
const OVERALL: Readonly<Record<Outcome, string>> = { pass: 'GREEN', fail: 'OVER', error: 'ERROR', inconclusive: 'NOT KNOWN' };
const HEAD = ['Limit', 'Of', 'Now', 'Threshold', 'Headroom', ''] as const;

/** The report as a table: one limit a line, last what it comes to. */
export function capacityTable({ limits, verdict }: CapacityReport): readonly string[] {
  const rows = limits.map((limit) => [
    limit.name,
    limit.subject,
    limit.figure === null
      ? '?'
      : `${say(limit.figure, limit.unit)}${limit.counts === null ? '' : ` (${limit.counts.used} of ${limit.counts.of})`}`,
    say(limit.threshold, limit.unit),
    limit.headroom === null ? '?' : say(limit.headroom, limit.unit),
    `${limit.decides || limit.verdict.outcome === 'pass' ? WORDS[limit.verdict.outcome] : 'worst case'}${limit.figure === null ? `: ${limit.verdict.because}` : ''}`,
  ]);
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((row) => defined(row[column]).length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(defined(widths[column])))
      .join('  ')
      .trimEnd();
  return [...(rows.length === 0 ? [] : [line(HEAD), ...rows.map(line), '']), overall({ limits, verdict })];
}

/** What is not kept, one limit a line: its figure, and what is allowed. */
export function openLimits({ limits }: CapacityReport): readonly string[] {
  return limits
    .filter(({ verdict: { outcome } }) => outcome !== 'pass')
    .map(
      ({ name, subject, decides, verdict: { outcome, because } }) =>
        `${decides ? WORDS[outcome] : 'worst case'}  ${name} of ${subject}: ${because}`,
    );
}

/** The same in one line, for a process that keeps checking. */
export function capacityLine(report: CapacityReport): string {
  return `${new Date(report.at).toISOString().slice(0, 19)}Z  ${overall(report)}`;
}

function overall({ limits, verdict }: Pick<CapacityReport, 'limits' | 'verdict'>): string {
  const warned = limits.filter(({ decides, verdict: { outcome } }) => !decides && outcome === 'fail');
  const worst = warned.map(({ name, verdict: { because } }) => `; worth knowing: ${name} ${because}`).join('');
  return `Capacity: ${OVERALL[verdict.outcome]}: ${verdict.because}${worst}`;
}
