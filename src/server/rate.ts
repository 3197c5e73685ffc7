import { defined } from '../core/defined.ts';
import type { Clock } from '../ports/clock.ts';

/** Wrong words that one address may say in a minute; and answers that may be under way at once for everybody. */
const WRONG_A_MINUTE = 10;
const UNDER_WAY = 8;
const MINUTE = 60_000;
/** Addresses that are remembered; beyond that the oldest is forgotten. */
const MOST_ADDRESSES = 1_000;

/** Bounds what strangers can try, and what answers can cost. */
export class Rate {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #wrong = new Map<string, readonly number[]>();
  readonly #underWay = new Set<string>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Whether this address has said too much that was wrong. */
  isBarred(address: string): boolean {
    return this.#recent(address).length >= WRONG_A_MINUTE;
  }

  wasWrong(address: string): void {
    const recent = this.#recent(address);
    this.#wrong.delete(address);
    this.#wrong.set(address, [...recent, this.#clock.now()].slice(-WRONG_A_MINUTE));
    if (this.#wrong.size > MOST_ADDRESSES) this.#wrong.delete(defined(this.#wrong.keys().next().value));
  }

  /** Runs the work where not too much is under way, and none of this id; null: then it is not run. */
  async bounded<T>(id: string, work: () => Promise<T>): Promise<T | null> {
    if (this.#underWay.size >= UNDER_WAY || this.#underWay.has(id)) return null;
    this.#underWay.add(id);
    try {
      return await work();
    } finally {
      this.#underWay.delete(id);
    }
  }

  #recent(address: string): readonly number[] {
    const now = this.#clock.now();
    return (this.#wrong.get(address) ?? []).filter((at) => Math.abs(now - at) < MINUTE);
  }
}
