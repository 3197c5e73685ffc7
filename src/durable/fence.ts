import { FencedError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Command, Lease, RunStore } from '../ports/store.ts';

/** Asked at the instant of every write to the world. */
export interface Fence {
  /**
   * Resolves when we may write now, by what the store says at this instant.
   * `FencedError` otherwise: `lease-lost` (somebody else has it), `lease-expired` (by our clock), or `held` (a human has asked to
   * hold or abort and the run has not heard it yet: the write that has not been sent is still stopped).
   */
  assertHeld(): Promise<void>;
  /**
   * The same for a change of the world, and as its last part, with nothing awaited in between: whether the run as it stands, with
   * all that it has heard, still allows a change of this kind. `FencedError` with the code `held` when it does not.
   */
  assertMayChange(kind: string): Promise<void>;
}

export interface FenceOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  /** The lease we believe to have; null before we have one and after we gave it back. */
  readonly lease: () => Lease | null;
  /** Whether the run has heard a command: from then on `forbids` knows of it. */
  readonly isTaken: (commandId: string) => boolean;
  /** Why the run, as it stands at this instant, allows no change of this kind; null: it does. */
  readonly forbids: (kind: string) => string | null;
}

const STOPPING = new Set(['HOLD', 'ABORT', 'ROLLBACK']);

export function createFence({ store, clock, lease, isTaken, forbids }: FenceOptions): Fence {
  return {
    async assertMayChange(kind) {
      await this.assertHeld();
      const why = forbids(kind);
      if (why !== null) throw new FencedError('held', why);
    },
    async assertHeld() {
      const ours = lease();
      if (ours === null) throw new FencedError('lease-lost', 'this run has no lease');
      const [seen, commands] = await Promise.all([store.readLease(), store.readCommands()]);
      if (seen === null || !isSame(seen, ours)) {
        throw seen === null
          ? new FencedError('lease-gone', `nobody holds the lease of ${store.described} any more, not even this run`)
          : new FencedError('lease-lost', `${store.described} is held by ${seen.owner.described}`);
      }
      if (seen.expiresAt <= clock.now())
        throw new FencedError('lease-expired', `our lease ended at ${new Date(seen.expiresAt).toISOString()}`);
      const stop = commands.find((command) => isStop(command) && !isTaken(command.id));
      if (stop !== undefined) throw new FencedError('held', `${stop.by} asked for ${stop.event.type}`);
    },
  };
}

function isSame(seen: Lease, ours: Lease): boolean {
  return seen.epoch === ours.epoch && seen.owner.token === ours.owner.token;
}

function isStop(command: Command): boolean {
  return STOPPING.has(command.event.type);
}
