import type { Clock } from '../../../src/ports/clock.ts';

/** Sleeps shorter than a call's deadline are over at once and only recorded; longer ones wait until `advance`. */
export class SkippingClock implements Clock {
  #now = Date.parse('2025-09-15T15:00:00Z');
  #sleepers: { at: number; wake: () => void }[] = [];
  /** How long each skipped sleep would have taken. */
  readonly skipped: number[] = [];
  readonly #waitFromMs: number;

  constructor(waitFromMs = 9_000) {
    this.#waitFromMs = waitFromMs;
  }

  now(): number {
    return this.#now;
  }

  sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const ms = at - this.#now;
    if (ms < this.#waitFromMs) {
      this.skipped.push(ms);
      this.#now = Math.max(this.#now, at);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const sleeper = { at, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      });
    });
  }

  during<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  /** Sleepers that nobody let go: deadlines that outlived their call. */
  get asleep(): number {
    return this.#sleepers.length;
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#sleepers.filter(({ at }) => at <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
    for (const { wake } of due) wake();
  }
}
