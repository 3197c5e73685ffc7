import { defined } from '../core/defined.ts';
import type { Clock } from '../ports/clock.ts';

/** How a stretch of virtual time ended. */
export type VirtualRun =
  | { readonly ended: 'done' }
  /** Nobody sleeps and nothing is in flight, and it is still not done: it waits for somebody outside, or it is a deadlock. */
  | { readonly ended: 'starved'; readonly awaiting: readonly string[] }
  /** The next instant lies beyond `limitAt`. */
  | { readonly ended: 'overdue'; readonly awaiting: readonly string[] };

export interface VirtualRunOptions {
  /** The latest instant that may be reached. */
  readonly limitAt?: number;
  /** Names what is awaited, for the message of whoever finds a deadlock (`Run.awaiting`). */
  readonly explain?: () => readonly string[];
}

/**
 * Time that moves only when nothing is in flight: then it jumps to the earliest sleeper. Sleepers of the same instant wake
 * in the order in which they lay down, each only after everything the one before set off has come to rest.
 * Work that is not wrapped in `during` (and is more than promises) is a race: wrap it.
 */
export class VirtualClock implements Clock {
  #now: number;
  #inFlight = 0;
  #atRest: (() => void)[] = [];
  #laidDown = 0;
  readonly #sleepers = new SleeperHeap();
  /** How often time has jumped. */
  advances = 0;

  constructor(startAt = 0) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  /** Number of works that hold time still at this moment. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** `at` may be Infinity: then only the signal ends it. A sleep alone never holds time still. */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (Number.isNaN(at)) return Promise.reject(new RangeError('sleepUntil: the instant is not a number'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (at <= this.#now) return Promise.resolve();
    return new Promise((resolve, reject) => this.#layDown(at, signal, resolve, reject));
  }

  async during<T>(work: Promise<T>): Promise<T> {
    this.#inFlight++;
    try {
      return await work;
    } finally {
      this.#handBack();
    }
  }

  /** A sleep inside of work that is wrapped in `during`: hands the hold back while it sleeps and takes it again before it returns. */
  sleepInside(at: number, signal?: AbortSignal): Promise<void> {
    if (Number.isNaN(at)) return Promise.reject(new RangeError('sleepInside: the instant is not a number'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (at <= this.#now) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const takeAgain = () => void this.#inFlight++;
      this.#layDown(
        at,
        signal,
        () => (takeAgain(), resolve()),
        (reason) => (takeAgain(), reject(reason)),
      );
      this.#handBack();
    });
  }

  /** Lets time pass until `until` has settled (or says true), or there is nothing left to wait for. */
  async run(until: Promise<unknown> | (() => boolean), options: VirtualRunOptions = {}): Promise<VirtualRun> {
    const isDone = typeof until === 'function' ? until : whenSettled(until);
    const limitAt = options.limitAt ?? Infinity;
    for (;;) {
      await this.rest();
      if (isDone()) return { ended: 'done' };
      const next = this.nextAt();
      if (next === Infinity) return { ended: 'starved', awaiting: options.explain?.() ?? [] };
      if (next > limitAt) return { ended: 'overdue', awaiting: options.explain?.() ?? [] };
      this.moveTo(next);
      this.wakeNext();
    }
  }

  /** Until nothing is in flight and every promise that could run has run. */
  async rest(): Promise<void> {
    do {
      if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#atRest.push(resolve));
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (this.#inFlight > 0);
  }

  /** The instant of the earliest sleeper; Infinity: nobody sleeps. */
  nextAt(): number {
    return this.#sleepers.earliest()?.at ?? Infinity;
  }

  /** Time is now `at`; nobody is woken yet. */
  moveTo(at: number): void {
    this.#now = at;
    this.advances++;
  }

  /** Wakes the first of those that are due; false: nobody is. What it sets off comes to `rest` before the next is woken. */
  wakeNext(): boolean {
    const next = this.#sleepers.earliest();
    if (next === undefined || next.at > this.#now) return false;
    this.#sleepers.remove(next);
    next.wake();
    return true;
  }

  /** Every sleep ends with this reason; time does not go on. */
  breakOff(reason: unknown): void {
    for (let next = this.#sleepers.earliest(); next !== undefined; next = this.#sleepers.earliest()) {
      this.#sleepers.remove(next);
      next.fail(reason);
    }
  }

  #layDown(at: number, signal: AbortSignal | undefined, resolve: () => void, reject: (reason: unknown) => void): void {
    const sleeper: Sleeper = { at, order: this.#laidDown++, place: -1, wake: resolve, fail: reject };
    // Nobody can wake an eternal sleeper but its signal, and time must never become infinite.
    if (at !== Infinity) this.#sleepers.add(sleeper);
    if (signal === undefined) return;
    const onAbort = () => {
      this.#sleepers.remove(sleeper);
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    sleeper.wake = () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
  }

  #handBack(): void {
    this.#inFlight--;
    if (this.#inFlight > 0) return;
    const waiting = this.#atRest;
    this.#atRest = [];
    for (const resume of waiting) resume();
  }
}

function whenSettled(promise: Promise<unknown>): () => boolean {
  let settled = false;
  const settle = () => void (settled = true);
  promise.then(settle, settle);
  return () => settled;
}

interface Sleeper {
  readonly at: number;
  readonly order: number;
  /** Index in the heap, -1 outside: a cancelled sleeper is taken out, so that its closure does not live on. */
  place: number;
  wake: () => void;
  readonly fail: (reason: unknown) => void;
}

/** Binary heap by (`at`, `order`). */
class SleeperHeap {
  readonly #heap: Sleeper[] = [];

  earliest(): Sleeper | undefined {
    return this.#heap[0];
  }

  add(sleeper: Sleeper): void {
    sleeper.place = this.#heap.length;
    this.#heap.push(sleeper);
    this.#rise(sleeper);
  }

  remove(sleeper: Sleeper): void {
    const place = sleeper.place;
    if (place < 0) return;
    sleeper.place = -1;
    const last = defined(this.#heap.pop());
    if (last === sleeper) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(sleeper: Sleeper): void {
    while (sleeper.place > 0) {
      const parent = defined(this.#heap[(sleeper.place - 1) >> 1]);
      if (!before(sleeper, parent)) return;
      this.#swap(sleeper, parent);
    }
  }

  #sink(sleeper: Sleeper): void {
    for (;;) {
      const left = this.#heap[2 * sleeper.place + 1];
      const right = this.#heap[2 * sleeper.place + 2];
      const child = right !== undefined && before(right, defined(left)) ? right : left;
      if (child === undefined || !before(child, sleeper)) return;
      this.#swap(sleeper, child);
    }
  }

  #swap(one: Sleeper, other: Sleeper): void {
    const place = one.place;
    this.#put(one, other.place);
    this.#put(other, place);
  }

  #put(sleeper: Sleeper, place: number): void {
    sleeper.place = place;
    this.#heap[place] = sleeper;
  }
}

function before(one: Sleeper, other: Sleeper): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
