import type { GaugeCell, GaugeName, Gain, Level } from '../../core/model/trend.ts';
import type { Bounds } from './bounds.ts';
import { endOf } from './cells.ts';

/**
 * Figures without counts: the 95th percentile, the connector's cpu, the services that are up. Each window gives one; what came
 * after must lie below everything before it since the last improvement, window by window, and beyond what the figures spread.
 */

const SURE = 4;
const MAYBE = 1.64;
/** So many windows on each side; more where a percentile stands on few requests and jumps between a fast and a slow kind of answer. */
const WINDOWS = 3;
const WINDOWS_OF_FEW = 6;
const FEW_REQUESTS = 200;

/** The least spread that is believed, on the logarithm: a mean of a few figures may agree by chance. */
const LEAST_SPREAD = 0.12;
/** Of a 95th percentile of n answers whose times are spread as those of services are (logarithms, deviation 1): 2.1 / √n. */
const SPREAD_OF_PERCENTILE = 2.1;

export interface GaugeSplit {
  readonly before: Level;
  readonly after: Level;
}

/** Lower is better; of the services it is how many are down. */
export type Gauge = { readonly name: GaugeName; readonly goal: number; readonly cells: readonly GaugeCell[] };

export function gaugeBetterSince({ name, goal, cells }: Gauge, since: number, { margin }: Bounds): GaugeSplit | null {
  const from = cells.filter(({ at }) => at >= since);
  const wanted = name === 'p95' && from.some(({ samples }) => samples < FEW_REQUESTS) ? WINDOWS_OF_FEW : WINDOWS;
  for (let split = from.length - wanted; split >= wanted; split--) {
    const [before, after] = [from.slice(0, split), from.slice(split)];
    const [least, most] = [Math.min(...before.map(valueOf)), Math.max(...after.map(valueOf))];
    if (most >= least) return null;
    if (meanOf(before) <= goal) continue;
    if (name !== 'services up' && (meanOf(after) > (1 - margin) * meanOf(before) || deviations(name, before, after) < SURE)) continue;
    return { before: levelOf(before, name, Math.min), after: levelOf(after, name, Math.max) };
  }
  return null;
}

export function gaugeWorseSince({ name, goal, cells }: Gauge, since: number, { margin }: Bounds): GaugeSplit | null {
  const from = cells.filter(({ at }) => at >= since);
  const split = from.length - WINDOWS;
  if (split < WINDOWS) return null;
  const [before, after] = [from.slice(0, split), from.slice(split)];
  const [most, least] = [Math.max(...before.map(valueOf)), Math.min(...after.map(valueOf))];
  if (least <= most || meanOf(after) <= goal) return null;
  if (name !== 'services up' && (meanOf(after) < (1 + margin) * meanOf(before) || deviations(name, before, after) > -SURE)) return null;
  return { before: levelOf(before, name, Math.max), after: levelOf(after, name, Math.min) };
}

/** Enough for not calling the whole better. */
export function gaugeMayBeWorse({ name, goal, cells }: Gauge, since: number, from: number, { margin }: Bounds): boolean {
  const before = cells.filter(({ at }) => at >= from && at < since);
  const after = cells.filter(({ at }) => at >= since);
  if (before.length === 0 || after.length === 0 || meanOf(after) <= goal) return false;
  if (name === 'services up') return meanOf(after) > meanOf(before) + 0.5;
  return meanOf(after) >= (1 + margin) * meanOf(before) && deviations(name, before, after) <= -MAYBE;
}

/** In the last two windows. */
export function gaugeIsLost({ name, cells }: Gauge, gain: Gain, { margin }: Bounds): boolean {
  const newest = cells.filter(({ at }) => at >= gain.after.untilAt).slice(-2);
  const bound = name === 'services up' ? gain.before.value - 1 : gain.before.value * (1 - margin);
  return newest.length === 2 && newest.every(({ value }) => value > bound);
}

export function gaugeIsRegained({ name, cells }: Gauge, gain: Gain, { margin }: Bounds): boolean {
  const newest = cells.filter(({ at }) => at >= gain.after.untilAt).slice(-WINDOWS);
  const bound = name === 'services up' ? gain.after.value : gain.before.value * (1 - margin);
  return newest.length === WINDOWS && newest.every(({ value }) => value <= bound);
}

function valueOf({ value }: GaugeCell): number {
  return value;
}

function meanOf(cells: readonly GaugeCell[]): number {
  return cells.reduce((sum, { value }) => sum + value, 0) / cells.length;
}

function deviations(name: GaugeName, before: readonly GaugeCell[], after: readonly GaugeCell[]): number {
  const logs = (cells: readonly GaugeCell[]): readonly number[] => cells.map(({ value }) => Math.log(Math.max(value, 1e-3)));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0);
  const [one, other] = [logs(before), logs(after)];
  const seen = Math.sqrt((squares(one) + squares(other)) / Math.max(1, one.length + other.length - 2));
  const few =
    name === 'p95' ? Math.max(...[...before, ...after].map(({ samples }) => SPREAD_OF_PERCENTILE / Math.sqrt(Math.max(1, samples)))) : 0;
  return (mean(one) - mean(other)) / (Math.max(seen, few, LEAST_SPREAD) * Math.sqrt(1 / one.length + 1 / other.length));
}

/** Of the services the number that held throughout, not a mean of them. */
function levelOf(cells: readonly GaugeCell[], name: GaugeName, held: (...values: readonly number[]) => number): Level {
  const value = name === 'services up' ? held(...cells.map(valueOf)) : meanOf(cells);
  return { fromAt: cells[0]?.at ?? 0, untilAt: endOf(cells), value };
}
