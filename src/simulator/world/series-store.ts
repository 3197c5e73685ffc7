import { defined } from '../../core/defined.ts';
import type { Distribution, WorldSeries } from './contract.ts';

export interface SeriesKey {
  readonly metricType: string;
  readonly metricLabels: Readonly<Record<string, string>>;
  readonly resourceType: string;
  readonly resourceLabels: Readonly<Record<string, string>>;
  readonly metricKind: 'GAUGE' | 'DELTA';
  readonly valueType: 'INT64' | 'DOUBLE' | 'DISTRIBUTION';
}

type Point = WorldSeries['points'][number];

interface Kept {
  readonly key: SeriesKey;
  readonly points: Point[];
}

/** `id` tells series of one metric type apart; `key` is asked once. */
interface Named {
  readonly id: string;
  readonly metricType: string;
  readonly key: () => SeriesKey;
}

const MINUTE = 60_000;

/** Points of the last `keepFor`; each becomes visible `delayOf(metricType)` after its end. A series arises with its first point. */
export class SeriesStore {
  readonly #byType = new Map<string, Map<string, Kept>>();
  readonly #keepPoints: number;
  readonly #delayOf: (metricType: string) => number;

  constructor(options: { readonly keepFor: number; readonly delayOf: (metricType: string) => number }) {
    this.#keepPoints = Math.ceil(options.keepFor / MINUTE);
    this.#delayOf = options.delayOf;
  }

  /** One point for the minute that ends at `end`. */
  add({ id, key, metricType }: Named, end: number, value: number | Distribution): void {
    const kept = this.#series(id, key, metricType);
    const start = kept.key.metricKind === 'GAUGE' ? end : end - MINUTE;
    kept.points.push({ start, end, value });
    if (kept.points.length > this.#keepPoints * 1.25) kept.points.splice(0, kept.points.length - this.#keepPoints);
  }

  /** Series with a point that ends in (from, to] and is visible at `now`. */
  query(metricType: string, from: number, to: number, now: number): readonly WorldSeries[] {
    const last = Math.min(to, now - this.#delayOf(metricType));
    const found: WorldSeries[] = [];
    for (const { key, points } of this.#byType.get(metricType)?.values() ?? []) {
      const visible = points.slice(firstAfter(points, from), firstAfter(points, last));
      if (visible.length === 0) continue;
      const { metricLabels, resourceType, resourceLabels, metricKind, valueType } = key;
      found.push({ metricLabels, resourceType, resourceLabels, metricKind, valueType, points: visible });
    }
    return found;
  }

  #series(id: string, key: () => SeriesKey, metricType: string): Kept {
    let ofType = this.#byType.get(metricType);
    if (ofType === undefined) this.#byType.set(metricType, (ofType = new Map<string, Kept>()));
    let kept = ofType.get(id);
    if (kept === undefined) ofType.set(id, (kept = { key: key(), points: [] }));
    return kept;
  }
}

/** Index of the first point that ends after `instant`. */
function firstAfter(points: readonly Point[], instant: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (defined(points[middle]).end > instant) high = middle;
    else low = middle + 1;
  }
  return low;
}
