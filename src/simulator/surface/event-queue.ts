/**
 * What the surface still owes at an instant: operations that end, revisions that turn ready, traffic that takes effect.
 * It is settled lazily, in order of the instants, before each request is answered; so the result does not depend on who asks when.
 */
import { defined } from '../../core/defined.ts';

export class EventQueue {
  readonly #due: { readonly at: number; readonly seq: number; readonly act: (at: number) => void }[] = [];
  #seq = 0;

  /** `act` is called once with its own instant, as soon as somebody looks at or after it. */
  add(at: number, act: (at: number) => void): void {
    const item = { at, seq: this.#seq++, act };
    let index = this.#due.length;
    while (index > 0 && defined(this.#due[index - 1]).at > at) index--;
    this.#due.splice(index, 0, item);
  }

  /** Settles everything due at or before `now`, telling `before` each instant first. Acts may add more. */
  settle(now: number, before: (at: number) => void): void {
    for (let first = this.#due[0]; first && first.at <= now; first = this.#due[0]) {
      this.#due.shift();
      before(first.at);
      first.act(first.at);
    }
  }
}
