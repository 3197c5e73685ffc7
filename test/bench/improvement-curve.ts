import { MINUTE } from '../../src/core/duration.ts';
import type { Bounds } from '../../src/diagnosis/improvement/bounds.ts';
import { emptyTrend, judgeTrend } from '../../src/diagnosis/improvement/judge.ts';
import type { TrendSample } from '../../src/diagnosis/improvement/judge.ts';
import type { Trend } from '../../src/core/model/trend.ts';

/**
 * How often noise alone restarts the two-hour window, and how soon a real change is found: a simulation of counts, a look a
 * minute, requests by Poisson and failures by the binomial law, from fixed seeds. No product loop; what Monitoring is late by
 * (up to three minutes) is not in it.
 */

export const RATES = [0.2, 1, 2, 5, 10, 30, 60, 200, 1_000];
export const BOUNDS: Bounds = { margin: 0.2, minSamples: 20, goals: { errorRate: 0.01, p95Ms: 2_000, connectorSaturation: 0.7 } };
const START = Date.parse('2026-01-05T03:00:00Z');

export type Chance = () => number;

/** mulberry32: small, fast, good enough for counts. */
export function chance(seed: number): Chance {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function normal(random: Chance): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function poisson(random: Chance, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const left = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > left || count < 0; count++) product *= random();
  return Math.max(0, count);
}

export function binomial(random: Chance, tries: number, share: number): number {
  const variance = tries * share * (1 - share);
  if (variance > 20) return Math.min(tries, Math.max(0, Math.round(tries * share + Math.sqrt(variance) * normal(random))));
  let count = 0;
  for (let index = 0; index < tries; index++) if (random() < share) count++;
  return count;
}

/** The sample of one minute of one service. */
export function sampleOf(minute: number, total: number, failed: number, more: Partial<TrendSample> = {}): TrendSample {
  const at = START + minute * MINUTE;
  return {
    at: at + MINUTE,
    minutes: [{ at, by: { backend: { total, failed } } }],
    p95: null,
    connectorSaturation: null,
    servicesUp: null,
    servicesTotal: 1,
    goals: 'missed',
    ...more,
  };
}

export interface Course {
  readonly perMinute: number;
  readonly minutes: number;
  /** The true error rate at a minute. */
  readonly share: (minute: number) => number;
}

/** The minutes at which an improvement is stated. */
export function statedIn({ perMinute, minutes, share }: Course, random: Chance, untilFirst = false): readonly number[] {
  let trend: Trend = emptyTrend(['backend']);
  const stated: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const total = poisson(random, perMinute);
    const judged = judgeTrend(trend, sampleOf(minute, total, binomial(random, total, share(minute))), BOUNDS);
    trend = judged.trend;
    if (judged.progress.improved) stated.push(minute + 1);
    if (judged.progress.improved && untilFirst) break;
  }
  return stated;
}

/** Share of the runs of two hours in which noise alone restarted the window. */
export function falseRestarts(perMinute: number, share: number, runs: number, seed = 1): number {
  const random = chance(seed);
  let found = 0;
  for (let run = 0; run < runs; run++) found += statedIn({ perMinute, minutes: 120, share: () => share }, random, true).length;
  return found / runs;
}

/** Minutes from a real change until it is stated: median and 90th percentile; infinite where it is not within two hours. */
export function foundAfter(perMinute: number, from: number, to: number, runs: number, known = 20, seed = 1): readonly [number, number] {
  const random = chance(seed);
  const share = (minute: number): number => (minute < known ? from : to);
  const times = Array.from({ length: runs }, () => {
    const stated = statedIn({ perMinute, minutes: known + 120, share }, random).find((minute) => minute > known);
    return stated === undefined ? Number.POSITIVE_INFINITY : stated - known;
  }).sort((a, b) => a - b);
  return [times[Math.floor((runs - 1) * 0.5)] ?? Number.NaN, times[Math.floor((runs - 1) * 0.9)] ?? Number.NaN];
}

const SHARES = [0.01, 0.1, 0.5];
const CHANGES: readonly (readonly [from: number, to: number])[] = [
  [0.5, 0.25],
  [0.54, 0],
  [0.1, 0.05],
];

/** The curve of both, one row for each rate of requests a minute. */
export function improvementCurve(runs: number): string {
  const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
  const minutes = (value: number): string => (Number.isFinite(value) ? `${value}m` : '> 2h');
  const header = [
    'a minute',
    ...SHARES.map((share) => `noise ${percent(share)}`),
    ...CHANGES.map(([from, to]) => `${percent(from)} → ${percent(to)}`),
  ];
  const rows = RATES.map((rate) => [
    `${rate}`,
    ...SHARES.map((share) => percent(falseRestarts(rate, share, runs))),
    ...CHANGES.map(([from, to]) =>
      foundAfter(rate, from, to, Math.ceil(runs / 3))
        .map(minutes)
        .join(' / '),
    ),
  ]);
  const table = [header, ...rows].map((cells) =>
    cells
      .map((cell) => cell.padEnd(15))
      .join('')
      .trimEnd(),
  );
  const note = `share of ${runs} runs of 2 h restarted by noise alone; median / 90th percentile until a change after 20 minutes is stated`;
  return [note, ...table].join('\n    ');
}
