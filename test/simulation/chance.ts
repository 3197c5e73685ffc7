import { seededRandom } from '../../src/composition/seeded-random.ts';

/** What a seed decides, in the order in which it is asked. */
export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** Whether something of this probability happens. */
  is(probability: number): boolean;
  /** A whole number, both bounds included. */
  between(low: number, high: number): number;
  pick<T>(of: readonly [T, ...T[]]): T;
  /** One of several, by weight. */
  weighed<T>(of: readonly (readonly [number, T])[]): T;
}

export function chanceOf(seed: number, stream: string): Chance {
  let mixed = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  for (const letter of stream) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  const random = seededRandom(mixed);
  const next = (): number => random.next();
  return {
    next,
    is: (probability) => next() < probability,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (of) => of[Math.floor(next() * of.length)] ?? of[0],
    weighed(of) {
      let left = next() * of.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of of) if ((left -= weight) < 0) return value;
      return of.at(-1)![1];
    },
  };
}
