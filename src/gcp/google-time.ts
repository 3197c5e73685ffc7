import { SECOND } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';

/** A `Date` has whole seconds, and an answer takes its time: less than this is no difference. */
const SAME_WITHIN_MS = 30 * SECOND;

/**
 * Google's time beside ours, by the `Date` header of its answers (RFC 9110, 6.6.1). The run lives in our time; instants of Google's
 * figures are translated, so that a slow clock of ours never calls ten-minute-old figures fresh, nor a fast one fresh figures old.
 */
export class GoogleTime {
  readonly #clock: Clock;
  #aheadMs: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of an answer that has just come in. What is no date is passed over. */
  heard(date: string | null | undefined): void {
    const at = Date.parse(date ?? '');
    if (!Number.isNaN(at)) this.#aheadMs = at - this.#clock.now();
  }

  /** By how much Google's clock is ahead of ours as last heard; 0 within half a minute; null: not heard yet. */
  aheadMs(): number | null {
    return this.#aheadMs !== null && Math.abs(this.#aheadMs) <= SAME_WITHIN_MS ? 0 : this.#aheadMs;
  }
}
