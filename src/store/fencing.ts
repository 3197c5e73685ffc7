import { FencedError } from '../core/errors.ts';
import type { Lease, LeaseOwner, RunRecord } from '../ports/store.ts';

/** A lease as a store keeps it: given back, it stays as the memory of the epoch. */
export interface KeptLease extends Lease {
  readonly released: boolean;
}

/** Where a record stands in the order of writes. */
export interface WriteMark {
  readonly epoch: number;
  readonly seq: number;
}

/** Who has the newest epoch, as far as a save must know it. */
export interface EpochHolder {
  readonly epoch: number;
  readonly owner: Pick<LeaseOwner, 'described'>;
}

/** What a save may do: replace the record, or nothing because this very record is already there (a save that is tried again). */
export type SaveVerdict = 'replace' | 'already-there';

/**
 * Judges a save. `FencedError` when the lease has gone to a newer epoch (also before its holder has saved anything), or a newer
 * record, or another one of the same step, is there.
 */
export function judgeSave(
  wanted: RunRecord,
  there: (WriteMark & { readonly isSame: boolean }) | null,
  lease: EpochHolder | null,
): SaveVerdict {
  if (lease !== null && lease.epoch > wanted.epoch) {
    throw new FencedError('epoch-passed', `the lease is at epoch ${lease.epoch} (${lease.owner.described}), this save at ${wanted.epoch}`);
  }
  if (there === null || isOlder(there, wanted)) return 'replace';
  if (there.isSame) return 'already-there';
  throw new FencedError(
    'record-newer',
    `the record is at epoch ${there.epoch} step ${there.seq}, this save at epoch ${wanted.epoch} step ${wanted.seq}`,
  );
}

function isOlder(one: WriteMark, other: WriteMark): boolean {
  return one.epoch < other.epoch || (one.epoch === other.epoch && one.seq < other.seq);
}

export interface LeaseRequest {
  readonly owner: LeaseOwner;
  readonly now: number;
  readonly ttlMs: number;
}

/** The lease that the request gets, or null when somebody else has it. `recordEpoch` keeps epochs rising when the lease was lost. */
export function grantLease(
  there: KeptLease | null,
  request: LeaseRequest,
  isDead: (owner: LeaseOwner) => boolean,
  recordEpoch: number,
): KeptLease | null {
  const { owner, now, ttlMs } = request;
  const isFree = there === null || there.released || there.expiresAt <= now || there.owner.token === owner.token || isDead(there.owner);
  if (!isFree) return null;
  const epoch = Math.max(there?.epoch ?? 0, recordEpoch) + 1;
  return { epoch, owner, acquiredAt: now, expiresAt: now + ttlMs, released: false };
}

/** The same lease, longer. `FencedError` when it is not ours any more. */
export function extendLease(there: KeptLease | null, ours: Lease, now: number, ttlMs: number): KeptLease {
  if (there === null)
    throw new FencedError('lease-gone', 'the lease that this run held is not there any more: somebody or something deleted it');
  if (!isOurs(there, ours)) throw new FencedError('lease-lost', `the lease is with ${there.released ? 'nobody' : there.owner.described}`);
  return { ...there, expiresAt: now + ttlMs };
}

export function isOurs(there: KeptLease, ours: Lease): boolean {
  return !there.released && there.epoch === ours.epoch && there.owner.token === ours.owner.token;
}

/** What others may see of it; null when nobody holds it. */
export function shownLease(there: KeptLease | null): Lease | null {
  if (there === null || there.released) return null;
  const { epoch, owner, acquiredAt, expiresAt } = there;
  return { epoch, owner, acquiredAt, expiresAt };
}
