import { HOUR, MINUTE } from '../../core/duration.ts';
import type { Counts, CountsCell, GaugeCell, GoalsCell } from '../../core/model/trend.ts';

/** Windows that do not overlap: how they are filled, look by look, and merged as they grow old. */

/** The length of a window of a figure that is no count, as long as Cloud Monitoring is asked about at each look. */
export const WINDOW = 5 * MINUTE;

/** Counts are kept by the minute for so long, then by coarser windows: what is old needs no exact border. */
const BY_MINUTE = 30 * MINUTE;
const BY_WINDOW = 3 * HOUR;
const COARSE = 30 * MINUTE;
const MOST_GAUGES = 100;

/** The requests of one minute, by service. */
export interface MinuteCounts {
  readonly at: number;
  readonly by: Readonly<Record<string, { readonly total: number; readonly failed: number }>>;
}

/** A minute that is seen again may have grown since: figures come late, and never shrink. */
export function withMinutes(cells: readonly CountsCell[], services: readonly string[], minutes: readonly MinuteCounts[]): CountsCell[] {
  const oldest = Math.min(...minutes.map(({ at }) => at));
  const settled = cells.filter(({ at, forMs }) => at + forMs <= oldest || forMs > MINUTE);
  const open = new Map(cells.slice(settled.length).map((cell) => [cell.at, cell]));
  for (const { at, by } of minutes) {
    if (at < endOf(settled)) continue;
    const known = open.get(at)?.counts;
    open.set(at, { at, forMs: MINUTE, counts: services.map((name, index) => larger(known?.[index], by[name])) });
  }
  return merged([...settled, ...[...open.values()].sort((a, b) => a.at - b.at)]);
}

function larger(
  known: readonly [number, number] | undefined,
  seen: { readonly total: number; readonly failed: number } | undefined,
): readonly [number, number] {
  if (seen === undefined) return known ?? [0, 0];
  return known === undefined || seen.total >= known[0] ? [seen.total, seen.failed] : known;
}

function merged(cells: readonly CountsCell[]): CountsCell[] {
  const newest = endOf(cells);
  const result: CountsCell[] = [];
  for (const cell of cells) {
    const age = newest - cell.at - cell.forMs;
    const grid = age < BY_MINUTE ? MINUTE : age < BY_WINDOW ? WINDOW : COARSE;
    const last = result.at(-1);
    const isSame = last !== undefined && Math.floor(last.at / grid) === Math.floor(cell.at / grid);
    if (!isSame || grid === MINUTE) result.push(cell);
    else result[result.length - 1] = joined(last, cell);
  }
  return result;
}

function joined(one: CountsCell, next: CountsCell): CountsCell {
  return { at: one.at, forMs: next.at + next.forMs - one.at, counts: added(one.counts, next.counts) };
}

export function added(one: Counts, other: Counts): Counts {
  return one.map(([total, failed], index) => [total + (other[index]?.[0] ?? 0), failed + (other[index]?.[1] ?? 0)]);
}

export function endOf(cells: readonly { readonly at: number; readonly forMs: number }[]): number {
  const last = cells.at(-1);
  return last === undefined ? 0 : last.at + last.forMs;
}

/** One more figure; a window is closed by the first figure of the next. */
export function withFigure(cells: readonly GaugeCell[], at: number, value: number, fold: (was: GaugeCell) => number): readonly GaugeCell[] {
  const last = cells.at(-1);
  if (last === undefined || windowOf(at) > windowOf(last.at))
    return [...cells, { at, forMs: 0, value: short(value), samples: 1 }].slice(-MOST_GAUGES);
  return [...cells.slice(0, -1), { at: last.at, forMs: at - last.at, value: short(fold(last)), samples: last.samples + 1 }];
}

/** Five digits are more than any figure is good for, and every step saves them. */
function short(value: number): number {
  return Number(value.toPrecision(5));
}

function windowOf(at: number): number {
  return Math.floor(at / WINDOW);
}

/** A figure that speaks of a whole window by itself counts only where that window does not overlap the one before. */
export function withWhole(cells: readonly GaugeCell[], cell: GaugeCell): readonly GaugeCell[] {
  return cell.at < endOf(cells) ? cells : [...cells, { ...cell, value: short(cell.value) }].slice(-MOST_GAUGES);
}

export function withGoals(cells: readonly GoalsCell[], at: number, goals: 'met' | 'missed' | 'unknown'): readonly GoalsCell[] {
  const start = Math.floor(at / WINDOW) * WINDOW;
  const last = cells.at(-1);
  const one = last !== undefined && last.at === start ? last : { at: start, met: 0, missed: 0 };
  const now = { ...one, met: one.met + (goals === 'met' ? 1 : 0), missed: one.missed + (goals === 'missed' ? 1 : 0) };
  return [...(one === last ? cells.slice(0, -1) : cells), now].slice(-4);
}
