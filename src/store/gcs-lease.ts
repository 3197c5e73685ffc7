import { defined } from '../core/defined.ts';
import { TransientError, UserError } from '../core/errors.ts';
import type { Lease, LeaseOwner } from '../ports/store.ts';
import { extendLease, grantLease, isOurs, shownLease } from './fencing.ts';
import type { KeptLease } from './fencing.ts';
import { ABSENT } from './gcs-objects.ts';
import type { Objects } from './gcs-objects.ts';
import type { RecordObject } from './gcs-record.ts';
import { createQueue } from './queue.ts';

const ROUNDS = 5;

/**
 * `lease.json`: created where none is, renewed, taken over and given back only at the generation that was seen (gcp-facts 9).
 * Given back it stays, as the memory of the epoch.
 */
export class LeaseObject {
  readonly #objects: Objects;
  readonly #name: string;
  readonly #record: RecordObject;
  readonly #queue = createQueue();

  constructor(objects: Objects, name: string, record: RecordObject) {
    this.#objects = objects;
    this.#name = name;
    this.#record = record;
  }

  async read(): Promise<Lease | null> {
    return shownLease((await this.#see()).lease);
  }

  /** See `RunStore.acquireLease`. Nobody can be proved dead from afar: a lease that is not given back must expire. */
  acquire(owner: LeaseOwner, now: number, ttlMs: number): Promise<{ readonly acquired: boolean; readonly lease: Lease }> {
    return this.#queue(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const [seen, recordEpoch] = await Promise.all([this.#see(), this.#record.epoch()]);
        const granted = grantLease(seen.lease, { owner, now, ttlMs }, () => false, recordEpoch);
        if (granted === null) return { acquired: false, lease: defined(shownLease(seen.lease)) };
        if (!(await this.#write(seen, granted))) continue;
        if (await this.#record.seal({ epoch: granted.epoch, owner })) return { acquired: true, lease: defined(shownLease(granted)) };
      }
      throw contended(this.#objects.placeOf(this.#name));
    });
  }

  /** See `RunStore.renewLease`. */
  renew(ours: Lease, now: number, ttlMs: number): Promise<Lease> {
    return this.#queue(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const seen = await this.#see();
        const longer = extendLease(seen.lease, ours, now, ttlMs);
        if (await this.#write(seen, longer)) return defined(shownLease(longer));
      }
      throw contended(this.#objects.placeOf(this.#name));
    });
  }

  /** See `RunStore.releaseLease`. */
  release(ours: Lease): Promise<void> {
    return this.#queue(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const seen = await this.#see();
        if (seen.lease === null || !isOurs(seen.lease, ours)) return;
        if (await this.#write(seen, { ...seen.lease, released: true })) return;
      }
      throw contended(this.#objects.placeOf(this.#name));
    });
  }

  /** False when somebody else was faster. */
  async #write({ generation }: SeenLease, wanted: KeptLease): Promise<boolean> {
    return (await this.#objects.put(this.#name, `${JSON.stringify(wanted)}\n`, { generation })) !== null;
  }

  async #see(): Promise<SeenLease> {
    const object = await this.#objects.get(this.#name);
    if (object === null) return { generation: ABSENT, lease: null };
    return { generation: object.generation, lease: parseLease(object.text, this.#objects.placeOf(this.#name)) };
  }
}

interface SeenLease {
  readonly generation: string;
  readonly lease: KeptLease | null;
}

function parseLease(text: string, place: string): KeptLease {
  try {
    const lease = JSON.parse(text) as KeptLease;
    if (typeof lease.epoch === 'number' && typeof lease.expiresAt === 'number' && typeof lease.owner.token === 'string') return lease;
  } catch {
    // Falls through to the same answer as for other content that is not a lease.
  }
  throw new UserError('lease-torn', `${place} is not a lease`, 'make sure that no controller runs, then remove the object');
}

function contended(place: string): TransientError {
  return new TransientError('store-contended', `${place} is being replaced by somebody else again and again`);
}
