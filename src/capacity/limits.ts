import type { Measured } from '../core/model/measured.ts';
import type { Outcome, Verdict } from '../core/model/verdict.ts';

export type Unit = 'share' | 'ms' | 'days';

/** How far one thing is from its threshold. */
export interface CapacityLimit {
  /** `connector cpu`, `connections now`, … */
  readonly name: string;
  readonly subject: string;
  readonly unit: Unit;
  /** What is compared with the threshold; null: not measured. */
  readonly figure: number | null;
  readonly threshold: number;
  /** What is left until the threshold, in the same unit; negative when it is crossed. */
  readonly headroom: number | null;
  /** The counts behind a share, where there are some: `352 of 400`. */
  readonly counts: { readonly used: number; readonly of: number } | null;
  readonly verdict: Verdict;
  /** false: a worst case that is told, and by which nothing is decided. */
  readonly decides: boolean;
  readonly source: string;
  readonly measuredAt: number | null;
}

export interface Reading {
  readonly name: string;
  readonly subject: string;
  readonly unit: Unit;
  readonly threshold: number;
  readonly counts?: CapacityLimit['counts'];
  readonly decides?: boolean;
  /** Said beside the figure. */
  readonly note?: string;
}

/** A figure against its threshold: over it fails, late and absent figures are inconclusive whatever they say. */
export function limitOf(reading: Reading, measured: Measured<number>): CapacityLimit {
  const { name, subject, unit, threshold, counts = null, decides = true } = reading;
  const figure = measured.value;
  const headroom = figure === null ? null : unit === 'days' ? figure - threshold : threshold - figure;
  const verdict = judge(reading, measured, headroom);
  return {
    name,
    subject,
    unit,
    figure,
    threshold,
    headroom,
    counts,
    verdict,
    decides,
    source: measured.source,
    measuredAt: measured.measuredAt,
  };
}

function judge(reading: Reading, { value, freshness, problem }: Measured<number>, headroom: number | null): Verdict {
  const { unit, threshold, counts, note } = reading;
  if (value === null || headroom === null)
    return { outcome: 'inconclusive', because: `not measured${problem === undefined ? '' : ` (${problem})`}` };
  const of = counts === undefined || counts === null ? '' : ` (${round(counts.used)} of ${round(counts.of)})`;
  const wanted = unit === 'days' ? `at least ${say(threshold, unit)}` : `at most ${say(threshold, unit)}`;
  const because = `${say(value, unit)}${of}, ${wanted}${note === undefined ? '' : `; ${note}`}`;
  if (freshness !== 'fresh') return { outcome: 'inconclusive', because: `${because}; the figure is late` };
  return { outcome: headroom >= 0 ? 'pass' : 'fail', because };
}

/** A figure in its unit, as people say it. */
export function say(value: number, unit: Unit): string {
  if (unit === 'days') return `${Math.floor(value)} days`;
  if (unit === 'ms') return Math.abs(value) < 1_000 ? `${Math.round(value)}ms` : `${Number((value / 1_000).toFixed(1))}s`;
  const percent = value * 100;
  return `${Number(percent.toFixed(Math.abs(percent) < 10 ? 1 : 0))} %`;
}

function round(value: number): number {
  return Math.round(value);
}

const WORST_FIRST: readonly Outcome[] = ['fail', 'error', 'inconclusive'];

/** The worst of what decides; green only when every deciding limit was measured and kept. */
export function worstOf(limits: readonly CapacityLimit[]): Verdict {
  const deciding = limits.filter(({ decides }) => decides);
  for (const outcome of WORST_FIRST) {
    const found = deciding.filter(({ verdict }) => verdict.outcome === outcome);
    if (found.length > 0)
      return { outcome, because: found.map(({ name, subject, verdict }) => `${name} of ${subject}: ${verdict.because}`).join('; ') };
  }
  if (deciding.length === 0) return { outcome: 'inconclusive', because: 'there is nothing to check' };
  return { outcome: 'pass', because: `${deciding.length} limits kept` };
}
