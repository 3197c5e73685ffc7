import { SECOND } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';

/** Cloud Storage takes about one change of an object a second, and answers 429 beyond (gcp-facts 9). */
const BETWEEN_WRITES_MS = SECOND;
const REMEMBERED = 64;

/**
 * Keeps writes of one object a second apart, from the answer of one to the sending of the next, so that the two lie that far
 * apart at the store as well. Other processes that write the same object are not seen: they are what 429 is for.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #writtenAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the object may be written. Its writers must not run side by side. */
  async ready(name: string): Promise<void> {
    const before = this.#writtenAt.get(name);
    if (before !== undefined) await this.#clock.sleepUntil(before + BETWEEN_WRITES_MS);
  }

  isReady(name: string): boolean {
    const before = this.#writtenAt.get(name);
    return before === undefined || this.#clock.now() - before >= BETWEEN_WRITES_MS;
  }

  touched(name: string): void {
    const now = this.#clock.now();
    this.#writtenAt.set(name, now);
    if (this.#writtenAt.size <= REMEMBERED) return;
    for (const [other, at] of this.#writtenAt) if (now - at >= BETWEEN_WRITES_MS) this.#writtenAt.delete(other);
  }
}
