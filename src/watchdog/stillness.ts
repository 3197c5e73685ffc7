/** When a standstill is said, and how long after a signal to stop it is ended. */
export interface StillnessBounds {
  readonly sayAfterMs: number;
  /** Cloud Run kills ten seconds after SIGTERM, and says nothing. */
  readonly endAfterMs: number;
  /** How often the program gives a sign of life, and somebody looks for it. */
  readonly everyMs: number;
}

export const STILLNESS: StillnessBounds = { sayAfterMs: 5_000, endAfterMs: 8_000, everyMs: 500 };

export type StillnessWord =
  | { readonly kind: 'still'; readonly ms: number }
  /** A signal to stop has been waiting for too long. */
  | { readonly kind: 'end'; readonly signal: string; readonly ms: number };

/**
 * Whether the program gives signs of life, told by somebody who looks from beside it. Time in which the one who looks did not run
 * either (stopped, frozen, a machine too busy for both) is nobody's standstill. Pure: instants come in, of a clock that is never set.
 */
export class Stillness {
  readonly #bounds: StillnessBounds;
  #sign: number | null = null;
  #lookedAt: number;
  #stillMs = 0;
  #sayAt: number;
  #signal: { readonly name: string; waitedMs: number } | null = null;
  #heard: number;

  /** `obeyed`: how many signals to stop the program has heard itself. */
  constructor(bounds: StillnessBounds, now: number, obeyed = 0) {
    this.#heard = obeyed;
    this.#bounds = bounds;
    this.#lookedAt = now;
    this.#sayAt = bounds.sayAfterMs;
  }

  /** How long there has been no sign. */
  get ms(): number {
    return this.#stillMs;
  }

  /** A signal to stop has come to the one who looks; the program obeys it in its own way as soon as it hears it too. */
  heard(signal: string): void {
    this.#heard += 1;
    this.#signal ??= { name: signal, waitedMs: 0 };
  }

  /** `sign`: a number that changes with every sign of life. */
  look(sign: number, now: number, obeyed = 0): StillnessWord | null {
    if (obeyed >= this.#heard) this.#signal = null;
    const passed = Math.max(0, Math.min(now - this.#lookedAt, 2 * this.#bounds.everyMs));
    this.#lookedAt = now;
    if (sign !== this.#sign) {
      this.#sign = sign;
      this.#stillMs = 0;
      this.#sayAt = this.#bounds.sayAfterMs;
      return null;
    }
    this.#stillMs += passed;
    if (this.#signal !== null) {
      this.#signal.waitedMs += passed;
      if (this.#signal.waitedMs >= this.#bounds.endAfterMs) return { kind: 'end', signal: this.#signal.name, ms: this.#stillMs };
    }
    if (this.#stillMs < this.#sayAt) return null;
    this.#sayAt *= 2;
    return { kind: 'still', ms: this.#stillMs };
  }
}
