import { defined } from '../../core/defined.ts';
import type { Counts, CountsCell, Level } from '../../core/model/trend.ts';
import { endOf } from './cells.ts';
import { shareOf } from './proportions.ts';

/** Sums over cells, so that each stretch of them is one subtraction. Indices are cells; `until` is not part of the stretch. */
export class Stretches {
  readonly cells: readonly CountsCell[];
  readonly #services: number;
  /** By cell, then service: requests and failures of all cells before it. */
  readonly #sums: Float64Array;

  constructor(cells: readonly CountsCell[], services: number) {
    this.cells = cells;
    this.#services = services;
    const width = services * 2;
    const sums = new Float64Array((cells.length + 1) * width);
    for (const [index, { counts }] of cells.entries())
      for (let service = 0; service < services; service++) {
        const at = index * width + service * 2;
        sums[at + width] = defined(sums[at]) + (counts[service]?.[0] ?? 0);
        sums[at + width + 1] = defined(sums[at + 1]) + (counts[service]?.[1] ?? 0);
      }
    this.#sums = sums;
  }

  between(from: number, until: number): Counts {
    const [start, end] = [from * this.#services * 2, until * this.#services * 2];
    const sums = this.#sums;
    const counts: [number, number][] = [];
    for (let at = 0; at < this.#services * 2; at += 2)
      counts.push([defined(sums[end + at]) - defined(sums[start + at]), defined(sums[end + at + 1]) - defined(sums[start + at + 1])]);
    return counts;
  }

  /** Requests of all services. */
  total(from: number, until: number): number {
    const width = this.#services * 2;
    let total = 0;
    for (let at = 0; at < width; at += 2) total += defined(this.#sums[until * width + at]) - defined(this.#sums[from * width + at]);
    return total;
  }

  /** Share that fails after `split`, by the share before it, as `compareCounts` weighs services; not a number where it cannot be told. */
  ratio(from: number, split: number, until: number): number {
    const width = this.#services * 2;
    const sums = this.#sums;
    let [over, under] = [0, 0];
    for (let at = 0; at < width; at += 2) {
      const n1 = defined(sums[split * width + at]) - defined(sums[from * width + at]);
      const n2 = defined(sums[until * width + at]) - defined(sums[split * width + at]);
      if (n1 === 0 || n2 === 0) continue;
      over += ((defined(sums[until * width + at + 1]) - defined(sums[split * width + at + 1])) * n1) / (n1 + n2);
      under += ((defined(sums[split * width + at + 1]) - defined(sums[from * width + at + 1])) * n2) / (n1 + n2);
    }
    return over / under;
  }

  level(from: number, until: number): Level {
    const counts = this.between(from, until);
    return { fromAt: this.cells[from]?.at ?? 0, untilAt: endOf(this.cells.slice(from, until)), value: shareOf(counts), counts };
  }

  /** The first cell that begins at or after an instant; the number of cells where none does. */
  since(at: number): number {
    let [low, high] = [0, this.cells.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (defined(this.cells[middle]).at < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first cell of the last so many milliseconds. */
  backBy(ms: number): number {
    return this.since(endOf(this.cells) - ms);
  }

  /** The cell that halves a stretch by its requests. */
  middle(from: number, until: number): number {
    const half = this.total(from, until) / 2;
    let index = from + 1;
    while (index < until - 1 && this.total(from, index) < half) index++;
    return index;
  }
}
