import { MINUTE } from '../core/duration.ts';
import { FencedError, TransientError, UserError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Lease, LeaseOwner, RunStore } from '../ports/store.ts';
import { STORE_RETRY_MS } from './retry-transient.ts';

export interface LeaseOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly owner: LeaseOwner;
  readonly ttlMs: number;
  /** Called once, when the lease is lost: the holder must stop acting at once. */
  readonly onLost: (why: FencedError) => void;
  readonly onWarning: (message: string, cause: unknown) => void;
}

export interface HeldLease {
  /** As last acquired or renewed. */
  current(): Lease;
  /** Renews it now. `FencedError` when it is not ours any more. */
  renew(): Promise<void>;
  /** Gives it back and stops renewing; never throws, safe to call twice. */
  release(): Promise<void>;
}

/**
 * Takes the lease of a target and keeps it by renewing at every third of its time to live.
 * Errors: `UserError` with exit code 75 that says who holds it, where, and until when.
 */
export async function holdLease(options: LeaseOptions): Promise<HeldLease> {
  const { store, clock, owner, ttlMs } = options;
  const { acquired, lease } = await store.acquireLease(owner, clock.now(), ttlMs);
  if (!acquired) throw refused(store, lease);
  const keeper = new LeaseKeeper(options, lease);
  void keeper.keep();
  return keeper;
}

class LeaseKeeper implements HeldLease {
  readonly #options: LeaseOptions;
  readonly #released = new AbortController();
  #lease: Lease;

  constructor(options: LeaseOptions, lease: Lease) {
    this.#options = options;
    this.#lease = lease;
  }

  current(): Lease {
    return this.#lease;
  }

  async renew(): Promise<void> {
    const { store, clock, ttlMs } = this.#options;
    this.#lease = await store.renewLease(this.#lease, clock.now(), ttlMs);
  }

  async release(): Promise<void> {
    if (this.#released.signal.aborted) return;
    this.#released.abort(new Error('the lease is given back'));
    const { store, onWarning } = this.#options;
    await store.releaseLease(this.#lease).catch((cause: unknown) => onWarning('the lease could not be given back; it will expire', cause));
  }

  async keep(): Promise<void> {
    const { clock, ttlMs, onLost } = this.#options;
    const { signal } = this.#released;
    let pause = ttlMs / 3;
    while (!signal.aborted) {
      const woken = await clock.sleepUntil(clock.now() + pause, signal).then(
        () => true,
        () => false,
      );
      if (!woken) return;
      const lost = await this.#tryRenew();
      if (signal.aborted) return;
      if (lost !== null) return onLost(lost);
      const left = this.#lease.expiresAt - clock.now();
      pause = left > 0 && left <= ttlMs / 2 ? ttlMs / 12 : ttlMs / 3;
    }
  }

  /**
   * Null as long as it is ours, or may still be. While the store is away nothing can be written, since the fence asks it; when
   * it answers again it says whether somebody else has taken the lease meanwhile.
   */
  async #tryRenew(): Promise<FencedError | null> {
    const { clock, ttlMs, onWarning } = this.#options;
    try {
      await this.renew();
      return null;
    } catch (thrown) {
      if (thrown instanceof FencedError) return thrown;
      if (!(thrown instanceof TransientError)) return notRenewed(thrown);
      const awayMs = clock.now() - (this.#lease.expiresAt - ttlMs);
      if (awayMs >= STORE_RETRY_MS)
        return new FencedError('lease-expired', `the store has been away for ${Math.round(awayMs / MINUTE)} minutes`, { cause: thrown });
      const isOver = clock.now() >= this.#lease.expiresAt;
      onWarning(`the lease ${isOver ? 'is over and nothing is changed until it can be renewed' : 'could not be renewed yet'}`, thrown);
      return null;
    }
  }
}

/** The store itself says no (a full disk, a folder that may not be written): nobody has taken the lease, and nothing can be saved. */
function notRenewed(thrown: unknown): FencedError {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new FencedError('lease-unwritable', `the lease cannot be renewed: ${why}`, { cause: thrown });
}

function refused(store: RunStore, { owner, acquiredAt, expiresAt }: Lease): UserError {
  const until = new Date(expiresAt).toISOString();
  return new UserError(
    'lease-held',
    `the run in ${store.described} is driven by ${owner.described} on ${owner.host} since ${new Date(acquiredAt).toISOString()}`,
    `look at it: firebreak status · end it: firebreak abort; if it is dead, its lease ends by itself at ${until}`,
    { exitCode: 75 },
  );
}
