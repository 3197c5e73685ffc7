import { defined } from '../core/defined.ts';
import { join } from 'node:path';
import { FencedError, UserError } from '../core/errors.ts';
import type { Lease, LeaseOwner, RunStatus, RunStore } from '../ports/store.ts';
import type { Durability } from './disk.ts';
import { diskError, makeFolder, readIfThere, replaceFile } from './disk.ts';
import { extendLease, grantLease, isOurs, judgeSave, shownLease } from './fencing.ts';
import type { KeptLease } from './fencing.ts';
import { fileNameOf, textFileOf } from './file-name.ts';
import { FolderInbox } from './folder-inbox.ts';
import { FolderJournal } from './folder-journal.ts';
import { folderLock } from './folder-lock.ts';
import { RecordFile } from './folder-record.ts';
import { recordBytes } from './record-text.ts';
import { isGone } from './local-host.ts';
import type { LocalHost } from './local-host.ts';

export interface FolderStoreOptions {
  readonly host: LocalHost;
  /**
   * What record, lease and journal survive; by default also a loss of power. `process-death` is for what need not outlive the machine
   * (a rehearsal): a killed process loses nothing either way.
   */
  readonly survives?: Durability;
}

/**
 * A store in `dir/TARGET/` of a local disk: `record.json`, `lease.json`, `status.json`, `inbox/`, `journal/RUNID/`, `RUNID-NAME.txt`. Record and lease change under
 * one lock across processes, so no save can slip in between a new holder's acquisition and its first load. Reading makes no folder.
 * Errors beside those of the port: `UserError` when the folder cannot be used or its record not read (with what to do about it).
 */
export function createFolderStore(dir: string, target: string, { host, survives = 'power-loss' }: FolderStoreOptions): RunStore {
  const folder = join(dir, fileNameOf(target));
  const within = (name: string) => join(folder, name);
  const lock = folderLock(within('lock'), host);
  const record = new RecordFile(within('record.json'), survives);
  const inbox = new FolderInbox(within('inbox'), host.pid);
  const journals = new Map<string, FolderJournal>();
  const journalOf = (runId: string) => {
    const journal = journals.get(runId) ?? new FolderJournal(join(within('journal'), fileNameOf(runId)), survives);
    journals.set(runId, journal);
    return journal;
  };

  const readLease = () => parseLease(readIfThere(within('lease.json')), within('lease.json'));
  const writeLease = (lease: OwnedLease, temporary: string) =>
    replaceFile(within('lease.json'), `${JSON.stringify(lease)}\n`, { temporary, survives, mayMakeIt: false });
  const isDead = (lease: OwnedLease | null) => (owner: LeaseOwner) =>
    lease !== null && lease.hostId === host.id && isGone(host, owner.pid, lease.processMark);

  /** Of the lease that this store has last got. */
  let ownEpoch = Number.POSITIVE_INFINITY;

  /** One operation on the disk, its errors translated. */
  const onDisk = async <T>(operation: () => T | Promise<T>): Promise<T> => {
    try {
      return await operation();
    } catch (thrown) {
      throw diskError(thrown, folder);
    }
  };
  const locked = <T>(operation: (temporary: string) => T): Promise<T> =>
    onDisk(() => {
      makeFolder(folder);
      return lock(operation);
    });

  return {
    described: folder,
    load: () => onDisk(() => record.load()),
    save: (wanted) =>
      locked((temporary) => {
        const text = recordBytes(wanted, '\n');
        const mark = record.mark();
        const there =
          mark === null ? null : { ...mark, isSame: mark.epoch === wanted.epoch && mark.seq === wanted.seq && record.says(text) };
        if (judgeSave(wanted, there, readLease()) === 'replace') record.replace(text, { epoch: wanted.epoch, seq: wanted.seq }, temporary);
      }),
    appendJournal: (runId, lines) => onDisk(() => journalOf(runId).append(lines)),
    readJournal: (runId, after) => onDisk(() => journalOf(runId).read(after)),

    readLease: () => onDisk(() => shownLease(readLease())),
    acquireLease: (owner, now, ttlMs) =>
      locked((temporary) => {
        const there = readLease();
        const granted = grantLease(there, { owner, now, ttlMs }, isDead(there), record.mark()?.epoch ?? 0);
        if (granted !== null) writeLease({ ...granted, hostId: host.id, processMark: host.markOf(owner.pid) ?? 'unknown' }, temporary);
        if (granted !== null) ownEpoch = granted.epoch;
        return { acquired: granted !== null, lease: defined(shownLease(granted ?? there)) };
      }),
    renewLease: (ours, now, ttlMs) =>
      locked((temporary): Lease => {
        const there = readLease();
        const longer = extendLease(there, ours, now, ttlMs);
        writeLease({ ...defined(there), ...longer }, temporary);
        return defined(shownLease(longer));
      }),
    releaseLease: (ours) =>
      locked((temporary) => {
        const there = readLease();
        if (there !== null && isOurs(there, ours)) writeLease({ ...there, released: true }, temporary);
      }),

    sendCommand: (command) => onDisk(() => inbox.put(command)),
    readCommands: () => onDisk(() => inbox.list()),
    removeCommand: (id) => onDisk(() => inbox.remove(id)),

    writeStatus: (status) =>
      locked((temporary) => {
        // Of a holder that stood still and does not know yet that another has taken over: nobody must see it.
        if ((readLease()?.epoch ?? 0) > ownEpoch) return;
        // For people, and written anew with each step: not worth a wait for the disk.
        replaceFile(within('status.json'), `${JSON.stringify(status, null, 2)}\n`, {
          temporary,
          survives: 'process-death',
          mayMakeIt: false,
        });
      }),
    keepText: (runId, name, text) =>
      locked((temporary) => {
        if ((readLease()?.epoch ?? 0) > ownEpoch) throw new FencedError('lease-lost', `${folder} is held by another controller`);
        const path = within(textFileOf(runId, name));
        replaceFile(path, `${text}\n`, { temporary, survives, mayMakeIt: false });
        return path;
      }),
    readStatus: () => onDisk(() => parseStatus(readIfThere(within('status.json')))),
  };
}

/** A lease with what tells whether its owner still lives. */
interface OwnedLease extends KeptLease {
  readonly hostId: string;
  readonly processMark: string;
}

function parseLease(text: string | null, path: string): OwnedLease | null {
  if (text === null) return null;
  try {
    const lease = JSON.parse(text) as OwnedLease;
    if (typeof lease.epoch === 'number' && typeof lease.expiresAt === 'number' && typeof lease.owner.token === 'string') return lease;
  } catch {
    // Falls through to the same answer as for other content that is not a lease.
  }
  throw new UserError('lease-torn', `${path} is not a lease`, 'make sure that no controller runs, then remove the file');
}

/** A status is for people: one that cannot be read is as good as none. */
function parseStatus(text: string | null): RunStatus | null {
  try {
    return text === null ? null : (JSON.parse(text) as RunStatus);
  } catch {
    return null;
  }
}
