import type { Clock } from '../ports/clock.ts';
import { Overdue } from './errors.ts';

/** A call's share in a deadline. */
export interface Deadline {
  /** Aborted at the deadline, or when the caller gives up: to be passed on to the request. */
  readonly signal: AbortSignal;
  /** Rejects then, with `Overdue` or the caller's reason; never resolves. */
  readonly stopped: Promise<never>;
  /** To be called once, when the call has ended. */
  leave(): void;
}

/**
 * Deadlines on the injected clock. Calls that begin together (the reads of one look do) share one timer and one signal: made for
 * each call, these would cost more than the call itself. A timer goes as soon as the last of its calls has ended.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #shared = new Map<number, Shared[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `caller` aborted already: throws its reason. */
  join(at: number, caller: AbortSignal | undefined): Deadline {
    caller?.throwIfAborted();
    const sameInstant = this.#shared.get(at) ?? [];
    let shared = sameInstant.find((each) => each.caller === caller);
    if (shared === undefined) {
      shared = new Shared(this.#clock, at, caller, (over) => this.#forget(at, over));
      this.#shared.set(at, [...sameInstant, shared]);
    }
    shared.users += 1;
    return shared;
  }

  #forget(at: number, over: Shared): void {
    const left = (this.#shared.get(at) ?? []).filter((each) => each !== over);
    if (left.length === 0) this.#shared.delete(at);
    else this.#shared.set(at, left);
  }
}

class Shared implements Deadline {
  readonly caller: AbortSignal | undefined;
  readonly stopped: Promise<never>;
  users = 0;
  readonly #request = new AbortController();
  readonly #timer = new AbortController();
  readonly #reject: (why: unknown) => void;
  readonly #giveUp: () => void;
  readonly #over: (shared: Shared) => void;

  constructor(clock: Clock, at: number, caller: AbortSignal | undefined, over: (shared: Shared) => void) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.caller = caller;
    this.stopped = promise;
    this.#reject = reject;
    this.#over = over;
    // Whoever still waits has its own share in it; that nobody does is no error.
    promise.catch(() => undefined);
    this.#giveUp = (): void => this.#stop(caller?.reason);
    caller?.addEventListener('abort', this.#giveUp, { once: true });
    clock.sleepUntil(at, this.#timer.signal).then(
      () => this.#stop(new Overdue('no answer within the deadline')),
      () => undefined,
    );
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  leave(): void {
    this.users -= 1;
    if (this.users === 0) this.#end();
  }

  #stop(why: unknown): void {
    this.#end();
    this.#request.abort(why);
    this.#reject(why);
  }

  #end(): void {
    this.#over(this);
    this.caller?.removeEventListener('abort', this.#giveUp);
    this.#timer.abort(ANSWERED);
  }
}

/** Why a timer is let go. One object for all: making a reason each time costs more than it tells. */
const ANSWERED = new Error('answered');
