/** The candidate a person most likely meant by `written`, or null when none is near. Case, `-` and `_` do not count. */
import { defined } from '../core/defined.ts';

export function nearest(written: string, candidates: readonly string[]): string | null {
  const wanted = plain(written);
  const reach = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly candidate: string; readonly distance: number } | null = null;
  for (const candidate of candidates) {
    const edits = editDistance(wanted, plain(candidate));
    const distance = abbreviates(wanted, plain(candidate)) ? Math.min(edits, reach) : edits;
    if (distance <= reach && (best === null || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

function abbreviates(wanted: string, candidate: string): boolean {
  return wanted.length >= 4 && candidate.startsWith(wanted);
}

function plain(text: string): string {
  return text
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[-_\s]/g, '');
}

/** Levenshtein distance where swapping two neighbours costs one, as a hasty hand does. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = defined(last[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, defined(last[j]) + 1, defined(row[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, defined(beforeLast[j - 2]) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return defined(last[b.length]);
}
