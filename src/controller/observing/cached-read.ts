import type { Clock } from '../../ports/clock.ts';

export interface CachePolicy<T> {
  readonly everyMs: number;
  /** A reading that failed is read again after this long; absent: like every other. */
  readonly retryMs?: number;
  readonly failed?: (value: T) => boolean;
}

/** Reads again only when the last reading is due; in between the last one stands, with its age. */
export class CachedRead<T> {
  readonly #clock: Clock;
  readonly #pace: CachePolicy<T>;
  readonly #readNow: (signal: AbortSignal) => Promise<T>;
  #last: { readonly dueAt: number; readonly value: T } | null = null;

  constructor(clock: Clock, pace: CachePolicy<T>, readNow: (signal: AbortSignal) => Promise<T>) {
    this.#clock = clock;
    this.#pace = pace;
    this.#readNow = readNow;
  }

  get isDue(): boolean {
    return this.#last === null || this.#clock.now() >= this.#last.dueAt;
  }

  /** The last reading, for one more period; read where there is none yet. */
  async readLater(signal: AbortSignal): Promise<T> {
    if (this.#last === null) return this.read(signal);
    this.#last = { ...this.#last, dueAt: this.#clock.now() + this.#pace.everyMs };
    return this.#last.value;
  }

  async read(signal: AbortSignal): Promise<T> {
    const now = this.#clock.now();
    if (this.#last !== null && now < this.#last.dueAt) return this.#last.value;
    const value = await this.#readNow(signal);
    const { everyMs, retryMs = everyMs, failed } = this.#pace;
    this.#last = { dueAt: now + (failed?.(value) === true ? retryMs : everyMs), value };
    return value;
  }
}
