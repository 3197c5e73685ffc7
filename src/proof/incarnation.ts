import { InvariantError } from '../core/errors.ts';

/** What becomes of a controller at a point that it passes: it goes on, dies there, or stands still for a while (SIGSTOP). */
export type CrashDecision = 'go' | 'die' | { readonly freezeForMs: number };

export interface IncarnationOptions {
  readonly number: number;
  /** Asked at each point around a save and around each request that may change the world. */
  readonly decideAt: (what: string, life: Incarnation) => CrashDecision;
  readonly onDeath: (life: Incarnation) => void;
  /** Sleeps in the true time; how a freeze ends. */
  readonly sleepUntil: (at: number) => Promise<void>;
  readonly now: () => number;
  /** Its clock is never set; sparing the check for it makes every wait cheaper. */
  readonly clockIsTrue: boolean;
}

/** A new one each time: whoever waits for it is forgotten with it, where a shared one would keep every dead life in memory. */
const never = (): Promise<never> => new Promise(() => {});

/**
 * One process life of a controller, inside of this process. Whatever the controller does to the world, its store or its clock
 * goes through here: a dead life is never heard of again (its calls get no answer, its saves do not happen, its timers do not
 * fire), a frozen one hears and does nothing until it is thawed, as with SIGSTOP and SIGCONT.
 */
export class Incarnation {
  readonly number: number;
  readonly #options: IncarnationOptions;
  readonly #died = Promise.withResolvers<void>();
  #dead = false;
  #thawed: PromiseWithResolvers<void> | null = null;
  #clockOffsetMs = 0;
  readonly #onJump = new Set<() => void>();
  /** Epoch of the lease it believes to hold; 0 before the first. */
  epoch = 0;
  /** The point at which it last stood still, when it was frozen at a point. */
  stoodStillAt: string | null = null;

  constructor(options: IncarnationOptions) {
    this.number = options.number;
    this.#options = options;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  get isFrozen(): boolean {
    return this.#thawed !== null;
  }

  get clockIsTrue(): boolean {
    return this.#options.clockIsTrue;
  }

  /** How far its clock is from the true time. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs;
  }

  /** Resolves at death. */
  get death(): Promise<void> {
    return this.#died.promise;
  }

  kill(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#died.resolve();
    this.#options.onDeath(this);
  }

  freeze(): void {
    if (this.#dead || this.#thawed !== null) return;
    this.#thawed = Promise.withResolvers<void>();
  }

  thaw(): void {
    this.#thawed?.resolve();
    this.#thawed = null;
  }

  /** Its clock is set, as a time service or a resumed laptop does it. */
  jumpClock(byMs: number): void {
    if (this.clockIsTrue) throw new InvariantError('this life was promised a true clock');
    this.#clockOffsetMs += byMs;
    for (const wake of this.#onJump) wake();
  }

  /** Calls `listener` at each jump until the returned function is called. */
  onJump(listener: () => void): () => void {
    this.#onJump.add(listener);
    return () => void this.#onJump.delete(listener);
  }

  /** Goes on when it lives, waits while it is frozen, and never comes back when it is dead. */
  async pass(): Promise<void> {
    while (this.#thawed !== null && !this.#dead) await this.#thawed.promise;
    if (this.#dead) await never();
  }

  /** A point at which its fate may be sealed. */
  async at(what: string): Promise<void> {
    await this.pass();
    const fate = this.#options.decideAt(what, this);
    if (fate === 'go') return;
    if (fate === 'die') this.kill();
    else await this.#standStill(what, fate.freezeForMs);
    await this.pass();
  }

  /** Work of this life: nothing of it begins or is heard of while it is frozen or after its death. */
  async unlessDead<T>(work: () => Promise<T>): Promise<T> {
    await this.pass();
    try {
      return await work();
    } finally {
      await this.pass();
    }
  }

  async #standStill(what: string, forMs: number): Promise<void> {
    this.stoodStillAt = what;
    this.freeze();
    await this.#options.sleepUntil(this.#options.now() + forMs);
    this.thaw();
  }
}
