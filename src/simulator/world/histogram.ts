import { defined } from '../../core/defined.ts';
import type { Distribution } from './contract.ts';

/** Upper bounds in milliseconds from 1 ms to 5 min, 20 % apart. */
export const LATENCY_BOUNDS: readonly number[] = growing(1, 1.2, 300_000);
/** Upper bounds of a 0..1 share: 5 % steps, 1 % steps from 0.6 where decisions are taken. */
export const SHARE_BOUNDS: readonly number[] = [...steps(0.05, 0.6, 0.05), ...steps(0.61, 1, 0.01)];

/** Collects samples into buckets; `take` hands out the summary and starts again. */
export class Histogram {
  readonly #bounds: readonly number[];
  #counts: number[];
  #count = 0;
  #sum = 0;
  #squares = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array<number>(bounds.length + 1).fill(0);
  }

  get count(): number {
    return this.#count;
  }

  add(value: number, weight: number): void {
    if (weight <= 0) return;
    this.#counts[this.#bucketOf(value)]! += weight;
    this.#count += weight;
    this.#sum += value * weight;
    this.#squares += value * value * weight;
  }

  take(): Distribution {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    const sumOfSquaredDeviation = Math.max(0, this.#squares - this.#count * mean * mean);
    const taken = { count: this.#count, mean, sumOfSquaredDeviation, bounds: this.#bounds, bucketCounts: this.#counts };
    this.#counts = Array<number>(this.#bounds.length + 1).fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#squares = 0;
    return taken;
  }

  /** Index of the first bound above the value; a bound belongs to the bucket above it, as in Cloud Monitoring. */
  #bucketOf(value: number): number {
    let low = 0;
    let high = this.#bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (defined(this.#bounds[middle]) > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function growing(first: number, factor: number, last: number): number[] {
  const bounds = [];
  for (let bound = first; bound < last; bound *= factor) bounds.push(Number(bound.toPrecision(6)));
  return [...bounds, last];
}

function steps(first: number, last: number, step: number): number[] {
  const bounds = [];
  for (let index = 0; first + index * step <= last + step / 2; index += 1) bounds.push(Number((first + index * step).toFixed(4)));
  return bounds;
}
