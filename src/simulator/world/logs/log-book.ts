import { defined } from '../../../core/defined.ts';
import type { WorldLogEntry } from '../contract.ts';

interface Kept {
  readonly at: number;
  readonly make: () => WorldLogEntry;
  entry: WorldLogEntry | null;
}

/** Entries in order of their timestamps, the newest `limit` of them; each can be read `delay` after its timestamp. Made when first read: most never are. */
export class LogBook {
  readonly #entries: Kept[] = [];
  readonly #limit: number;
  readonly #delay: number;

  constructor(options: { readonly limit: number; readonly delay: number }) {
    this.#limit = options.limit;
    this.#delay = options.delay;
  }

  add(at: number, make: () => WorldLogEntry): void {
    const last = this.#entries.at(-1);
    const kept = { at, make, entry: null };
    if (last === undefined || last.at <= at) this.#entries.push(kept);
    else this.#entries.splice(this.#firstAfter(at), 0, kept);
    if (this.#entries.length > this.#limit * 1.25) this.#entries.splice(0, this.#entries.length - this.#limit);
  }

  /** In (from, to], readable at `now`, oldest first. */
  between(from: number, to: number, now: number): readonly WorldLogEntry[] {
    const last = Math.min(to, now - this.#delay);
    return this.#entries.slice(this.#firstAfter(from), this.#firstAfter(last)).map((kept) => (kept.entry ??= kept.make()));
  }

  #firstAfter(instant: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (defined(this.#entries[middle]).at > instant) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
