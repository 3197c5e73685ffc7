import type { WebSocket } from 'ws';
import type { Lane, Stay } from '../lane.ts';
import { Member } from './lockstep-member.ts';
import type { SimClock } from './sim-clock.ts';

export interface LockstepOptions {
  readonly startAt: number;
  /** Of the chance that joined processes share with the scenario. */
  readonly seed: number;
  /** Told each time that time has stood still for long: which process it waits for, and for how long, in real time. */
  readonly onStandstill?: (described: string, forMs: number) => void;
}

/** Real time after which it is said for whom time waits; said again each time that it has doubled. */
const SAID_AFTER_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * Time that the joined processes share with the world: it moves to the next instant that anybody sleeps until, and only when nothing
 * is in flight anywhere. Nobody joined: it stands still.
 *
 * A process says over its connection until when it sleeps, and which of its requests have no answer yet; it says so when it has
 * come to rest, and again after each word of ours. Everything of one instant happens one after the other in an order that does not
 * depend on the machine: each process is told the time, in the order in which they joined; then requests are let in, by process and
 * number; then who sleeps in the world is woken, in the order in which they lay down. Before each, everything the one before has
 * set off comes to rest.
 *
 * Both ends are on one machine: what was sent on one connection is there before what was sent on another later.
 */
export class LockstepClock implements SimClock, Lane {
  readonly #options: LockstepOptions;
  readonly #sleepers: Sleeper[] = [];
  readonly #members: Member[] = [];
  #now: number;
  #joined = 0;
  #stirred = false;
  #going = false;
  #movedAt = performance.now();
  #sayAfterMs = SAID_AFTER_MS;
  #watch: NodeJS.Timeout | null = null;

  constructor(options: LockstepOptions) {
    this.#options = options;
    this.#now = options.startAt;
  }

  now(): number {
    return this.#now;
  }

  sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (at <= this.#now) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const getUp = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        signal?.removeEventListener('abort', giveUp);
      };
      const giveUp = (): void => (getUp(), reject(signal?.reason));
      const sleeper: Sleeper = { at, wake: () => (getUp(), resolve()) };
      const later = this.#sleepers.findIndex((other) => other.at > at);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#stir();
    });
  }

  readonly join = (line: WebSocket, { name, pid }: { readonly name: string; readonly pid: number }): void => {
    const { seed } = this.#options;
    const member = new Member(line, { id: (this.#joined += 1), name, pid }, { seed }, this.#now);
    this.#members.push(member);
    line.on('message', (text) => (member.hear(String(text)) ? this.#stir() : line.terminate()));
    line.on('error', () => line.terminate());
    line.on('close', () => {
      this.#members.splice(this.#members.indexOf(member), 1);
      // What it had sent arrives all the same.
      while (member.letIn());
      if (this.#members.length === 0) this.#watch = (clearInterval(this.#watch ?? undefined), null);
      this.#stir();
    });
    this.#watch ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    this.#stir();
  };

  readonly excuse = (pid: number): boolean => {
    const stopped = this.#members.filter((member) => member.pid === pid);
    for (const member of stopped) member.excused = true;
    this.#stir();
    return stopped.length > 0;
  };

  enter(stamp: string | undefined, signal: AbortSignal, hangUp: () => void): Promise<Stay> {
    const [id, number] = (stamp ?? '').split('.').map(Number);
    const member = this.#members.find((each) => each.id === id);
    if (signal.aborted) return Promise.reject(signal.reason);
    if (member === undefined || number === undefined) return Promise.resolve({ told: () => {}, leave: () => this.#stir() });
    return new Promise((resolve, reject) => {
      const stay = member.arrive(number, { hangUp, begin: () => resolve(followed) });
      const left = (): void => (stay.leave(), this.#stir());
      const followed: Stay = { told: () => (stay.told(), this.#stir()), leave: left };
      signal.addEventListener('abort', () => (left(), reject(signal.reason)), { once: true });
      this.#stir();
    });
  }

  #stir(): void {
    this.#stirred = true;
    if (this.#going) return;
    this.#going = true;
    void this.#go();
  }

  async #go(): Promise<void> {
    while (this.#stirred) {
      this.#stirred = false;
      // What has arrived is read in the first turn, and what that sets off is done in the second.
      await turn();
      await turn();
      if (!this.#stirred && this.#act()) this.#stirred = true;
    }
    this.#going = false;
  }

  /** One thing, when everything is at rest; false: there is nothing to do until somebody speaks. */
  #act(): boolean {
    if (this.#awaited() !== null) return false;
    this.#movedAt = performance.now();
    this.#sayAfterMs = SAID_AFTER_MS;
    const untold = this.#members.find(({ toldAt }) => toldAt !== this.#now);
    if (untold !== undefined) {
      untold.tell(this.#now);
      return true;
    }
    if (this.#members.some((member) => member.letIn())) return true;
    const first = this.#sleepers[0];
    if (first !== undefined && first.at <= this.#now) {
      first.wake();
      return true;
    }
    const next = this.#nextAt();
    if (next !== null) this.#now = next;
    return next !== null;
  }

  /** Who is not at rest. */
  #awaited(): Member | null {
    return this.#members.find(({ excused, atRest }) => !excused && !atRest) ?? null;
  }

  /** The next instant; null: nobody waits for one. */
  #nextAt(): number | null {
    const present = this.#members.filter(({ excused }) => !excused);
    if (!present.some(({ waits }) => waits)) return null;
    const theirs = Math.min(...present.map(({ until }) => until ?? Infinity));
    const worlds = this.#sleepers[0]?.at ?? Infinity;
    // A conversation without stamps may wait for the world, or may be on its way to it: time goes no further than the world does.
    if (present.some(({ holdsUnstamped }) => holdsUnstamped)) return worlds <= theirs && worlds < Infinity ? worlds : null;
    const next = Math.min(theirs, worlds);
    return next > this.#now && next < Infinity ? next : null;
  }

  #look(): void {
    const awaited = this.#awaited() ?? this.#members.find(({ excused, holdsUnstamped }) => !excused && holdsUnstamped);
    if (awaited === undefined) this.#movedAt = performance.now();
    const forMs = performance.now() - this.#movedAt;
    if (awaited === undefined || forMs < this.#sayAfterMs) return;
    this.#sayAfterMs *= 2;
    this.#options.onStandstill?.(awaited.described, forMs);
    for (const member of this.#members) member.tellStandstill({ described: awaited.described, pid: awaited.pid, forMs: Math.round(forMs) });
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
