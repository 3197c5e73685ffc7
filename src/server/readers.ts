import { SECOND } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';
import { RELOAD_S } from './served-page.ts';

const LOOK_AGAIN_MS = SECOND / 2;

export interface LastPages {
  readonly withinMs: number;
  readonly onWait: () => void;
  readonly signal?: AbortSignal;
}

/** Who has a page of ours open, as far as a server can tell: those who follow by a stream, and those whose page loads itself anew. */
export class Readers {
  readonly #clock: Clock;
  readonly #streams = new Set<Promise<void>>();
  #pageAt: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get streams(): number {
    return this.#streams.size;
  }

  /** A page was asked for. */
  asked(): void {
    this.#pageAt = this.#clock.now();
  }

  /** Counts as open until it has settled, which must not fail. */
  follows(stream: Promise<void>): void {
    this.#streams.add(stream);
    void stream.then(() => this.#streams.delete(stream));
  }

  async settled(): Promise<void> {
    await Promise.all(this.#streams);
  }

  /** Resolves when everybody who had a page open has asked for it anew and follows no more, or the time is over. */
  async served({ withinMs, onWait, signal }: LastPages): Promise<void> {
    const from = this.#clock.now();
    const loadsAnew = this.#pageAt !== null && from - this.#pageAt < (RELOAD_S + 1) * SECOND;
    const isOpen = (): boolean => this.#streams.size > 0 || (loadsAnew && (this.#pageAt ?? from) <= from);
    if (isOpen()) onWait();
    while (isOpen() && this.#clock.now() - from < withinMs) await this.#clock.sleepUntil(this.#clock.now() + LOOK_AGAIN_MS, signal);
  }
}
