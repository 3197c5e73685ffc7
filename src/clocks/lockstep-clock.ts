import { SECOND } from '../core/duration.ts';
import type { UserError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { sleepReally } from './real-sleep.ts';
import { VirtualClock } from './virtual-clock.ts';

/** The connection to the simulator that keeps the time. */
export interface ClockLine {
  send(text: string): void;
  /** Whether the process must stay alive for what comes. */
  keepAlive(yes: boolean): void;
  close(): void;
}

/** Time has stood still for so long, in real time, because of a process; null: because of this one. */
export interface Standstill {
  readonly waitsFor: string | null;
  readonly forMs: number;
}

/** What the simulator says over the line. */
export type Word =
  | { readonly serial: number; readonly now: number }
  | { readonly waitsFor: { readonly described: string; readonly pid: number; readonly forMs: number } };

/** The simulator's first word. */
export interface Welcome {
  readonly member: number;
  readonly serial: number;
  readonly now: number;
  /** Of the chance that is shared with the scenario. */
  readonly seed: number;
}

/** A request that goes elsewhere holds time only so long in real time: its deadline is an instant, too. */
const HOLDS_AT_MOST_MS = 10 * SECOND;

/**
 * Time that several processes share: it belongs to a simulator, which moves it only when nothing is in flight in any of them. This
 * one says when it has come to rest, and until when it sleeps; work `during` which time must not pass keeps it from saying so.
 * Requests to the simulator go through `call`: the simulator knows itself whether it has them, and whether they wait for time.
 *
 * A simulator that goes away takes time with it: every sleep rejects with `lost.reason`, a `UserError` `clock-lost`.
 */
export class LockstepClock implements Clock {
  readonly speed = 1;
  readonly seed: number;
  readonly #line: ClockLine;
  readonly #pid: number;
  readonly #member: number;
  readonly #time: VirtualClock;
  readonly #lost = new AbortController();
  readonly #listeners = new Set<(standstill: Standstill) => void>();
  readonly #open = new Set<number>();
  #next = 0;
  #heard: number;
  #unstamped = 0;
  #stirred = false;
  #settling = false;
  #said = '';

  constructor({ member, serial, now, seed }: Welcome, line: ClockLine, pid: number) {
    this.#line = line;
    this.#pid = pid;
    this.#member = member;
    this.#heard = serial;
    this.#time = new VirtualClock(now);
    this.seed = seed;
    this.#stir();
  }

  /** Aborted when the simulator has gone away. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  now(): number {
    return this.#time.now();
  }

  sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (this.lost.aborted) return Promise.reject(this.lost.reason);
    const slept = this.#time.sleepUntil(at, signal);
    signal?.addEventListener('abort', this.#stir, { once: true });
    this.#stir();
    return slept;
  }

  during<T>(work: Promise<T>): Promise<T> {
    const done = this.#time.during(work);
    this.#stir();
    return done;
  }

  /** A request to the simulator, sent with the stamp by which it is known there. */
  async call<T>(send: (stamp: string) => Promise<T>): Promise<T> {
    const number = this.#next++;
    this.#open.add(number);
    this.#stir();
    try {
      return await send(`${this.#member}.${number}`);
    } finally {
      this.#open.delete(number);
      this.#stir();
    }
  }

  /** A conversation with the simulator that cannot be stamped: until its end time goes no further than the world does. */
  async unstamped<T>(work: Promise<T>): Promise<T> {
    this.#unstamped += 1;
    this.#stir();
    try {
      return await work;
    } finally {
      this.#unstamped -= 1;
      this.#stir();
    }
  }

  /** A request to somebody else, who knows nothing of this time. */
  async elsewhere<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const held = Promise.race([work, sleepReally(HOLDS_AT_MOST_MS, over.signal)]);
    this.during(held).catch(() => undefined);
    try {
      return await work;
    } finally {
      over.abort();
    }
  }

  /** Until the returned function is called. */
  onStandstill(listener: (standstill: Standstill) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The others need not wait for this process any more. */
  leave(): void {
    this.#line.close();
  }

  hear(word: Word): void {
    if ('waitsFor' in word) {
      const { described, pid, forMs } = word.waitsFor;
      for (const each of this.#listeners) each({ waitsFor: pid === this.#pid ? null : described, forMs });
      return;
    }
    this.#heard = word.serial;
    this.#time.moveTo(word.now);
    this.#stir();
  }

  lose(why: UserError): void {
    this.#lost.abort(why);
    this.#time.breakOff(why);
  }

  readonly #stir = (): void => {
    this.#stirred = true;
    if (this.#settling || this.lost.aborted) return;
    this.#settling = true;
    void this.#settle();
  };

  /** Comes to rest, wakes who is due one after the other, and then says how it stands. */
  async #settle(): Promise<void> {
    do {
      this.#stirred = false;
      await this.#time.rest();
      await this.#time.rest();
    } while (this.#stirred || this.#time.wakeNext());
    this.#settling = false;
    if (!this.lost.aborted) this.#report();
  }

  #report(): void {
    const next = this.#time.nextAt();
    const until = next === Infinity ? null : next;
    const said = JSON.stringify({ heard: this.#heard, until, open: [...this.#open], next: this.#next, unstamped: this.#unstamped });
    this.#line.keepAlive(until !== null || this.#open.size > 0);
    if (said === this.#said) return;
    this.#said = said;
    this.#line.send(said);
  }
}
