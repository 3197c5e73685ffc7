import { createHash } from 'node:crypto';
import { closeSync, openSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { TransientError } from '../core/errors.ts';
import { codeOf } from './disk.ts';
import { isGone } from './local-host.ts';
import type { LocalHost } from './local-host.ts';

/** A live holder keeps the lock for a write or two; this many turns of the event loop (some 100 ms) are longer. */
const MOST_TURNS = 20_000;
const LOOK_FOR_DEATH_EVERY = 64;

/** Does `work` under the lock. What it puts in place of a file must have been written to `temporary`, which is there and empty. */
export type Lock = <T>(work: (temporary: string) => T) => Promise<T>;

/**
 * A lock that one process on any host has at a time. The work under it is synchronous, so it is never kept across a turn of the
 * loop. It is a symbolic link whose target names the holder: made in one step, with its content. What a dead process of this
 * host left behind is taken away.
 *
 * So is the lock of one that was stopped (SIGSTOP) in the middle of its work, or nobody could take over from it. It may go on
 * at any time, and must change nothing then: its file is taken away first, which it has made before it had the lock and can
 * only put in place, never make again; then it begins anew, with what is there by then. What is left: stopped between its last
 * look at the lock and giving it back, it takes away another's, and two may be at work for a millisecond.
 * The lock throws `TransientError` when the holder does not let go.
 */
export function folderLock(path: string, host: LocalHost): Lock {
  const me = `${host.pid} ${host.markOf(host.pid) ?? 'unknown'} ${host.id}`;
  const temporary = temporaryOf(path, me);
  return async (work) => {
    for (let turn = 0; turn < MOST_TURNS; turn++) {
      closeSync(openSync(temporary, 'w'));
      if (!tryLink(me, path)) unlinkIfThere(temporary);
      else {
        const done = underLock(path, me, temporary, work);
        if (done !== TAKEN_FROM_US) return done;
      }
      if (turn % LOOK_FOR_DEATH_EVERY === 0) removeIfStale(path, host, me);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    throw new TransientError('store-locked', `${path} is locked by ${readHolder(path) ?? 'somebody'}; remove it if that process is gone`);
  };
}

const TAKEN_FROM_US = Symbol('another has taken our lock while we stood still');

function underLock<T>(path: string, me: string, temporary: string, work: (temporary: string) => T): T | typeof TAKEN_FROM_US {
  try {
    return work(temporary);
  } catch (thrown) {
    if (readHolder(path) === me) throw thrown;
    return TAKEN_FROM_US;
  } finally {
    if (readHolder(path) === me) {
      unlinkIfThere(temporary);
      unlinkIfThere(path);
    }
  }
}

/** The holder's own file beside the lock: of one life of one process on one host. */
export function temporaryOf(path: string, holder: string): string {
  return `${path}.${createHash('sha256').update(holder).digest('hex').slice(0, 12)}.tmp`;
}

function tryLink(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

/**
 * Only one process at a time may take away a stale lock (`PATH.taking`), and it looks again when it is the one: otherwise
 * two would see the same stale lock, and the slower one would take away the lock that the faster one has made since.
 */
function removeIfStale(path: string, host: LocalHost, me: string): void {
  if (!isStale(readHolder(path), host) && !isStopped(readHolder(path), host)) return;
  const taking = `${path}.taking`;
  if (!tryLink(me, taking)) {
    // Its taker died in the act, within microseconds. Nothing is safe to do but this, and nothing else ever touches it.
    if (isStale(readHolder(taking), host)) unlinkIfThere(taking);
    return;
  }
  try {
    const holder = readHolder(path);
    if (holder === null || !(isStale(holder, host) || isStopped(holder, host))) return;
    unlinkIfThere(temporaryOf(path, holder));
    unlinkIfThere(path);
  } finally {
    unlinkIfThere(taking);
  }
}

function isStale(holder: string | null, host: LocalHost): boolean {
  if (holder === null) return false;
  const [pid, mark, ...id] = holder.split(' ');
  return id.join(' ') === host.id && isGone(host, Number(pid), mark ?? '');
}

function isStopped(holder: string | null, host: LocalHost): boolean {
  if (holder === null) return false;
  const [pid, , ...id] = holder.split(' ');
  return id.join(' ') === host.id && host.isStopped(Number(pid));
}

function readHolder(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
}
