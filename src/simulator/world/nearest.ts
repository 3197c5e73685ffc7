/** The word of `known` that `word` was most likely meant to be, or null when none is close (a third of its letters differ). */
import { defined } from '../../core/defined.ts';

export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.ceil(word.length / 3)) + 1;
  for (const candidate of known) {
    const apart = distance(word.toLowerCase(), candidate.toLowerCase());
    if (apart < least) [best, least] = [candidate, apart];
  }
  return best;
}

/** Levenshtein distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1;
      next.push(Math.min(defined(next[j - 1]) + 1, defined(row[j]) + 1, defined(row[j - 1]) + same));
    }
    row = next;
  }
  return defined(row[to.length]);
}
