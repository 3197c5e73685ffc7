import type { Clock } from '../../ports/clock.ts';

/** Reads again only when the last reading is due; in between the last one stands, with its age. */
export class Paced<T> {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #readNow: (signal: AbortSignal) => Promise<T>;
  #last: { readonly at: number; readonly value: T } | null = null;

  constructor(clock: Clock, everyMs: number, readNow: (signal: AbortSignal) => Promise<T>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#readNow = readNow;
  }

  async read(signal: AbortSignal): Promise<T> {
    const now = this.#clock.now();
    if (this.#last !== null && now - this.#last.at < this.#everyMs) return this.#last.value;
    const value = await this.#readNow(signal);
    this.#last = { at: now, value };
    return value;
  }
}
