import { UserError } from '../core/errors.ts';
import type { RunStore } from '../ports/store.ts';
import { fileNameOf, textFileOf } from './file-name.ts';
import { GcsInbox } from './gcs-inbox.ts';
import { GcsJournal } from './gcs-journal.ts';
import { LeaseObject } from './gcs-lease.ts';
import { Objects } from './gcs-objects.ts';
import type { ObjectsOptions } from './gcs-objects.ts';
import { RecordObject } from './gcs-record.ts';
import { StatusObject } from './gcs-status.ts';

export type { HttpAnswer, HttpPort, HttpRequest } from './gcs-http.ts';

export interface GcsPlace {
  readonly bucket: string;
  /** Without slashes at its ends; '' for none. */
  readonly prefix: string;
}

export interface GcsStoreOptions extends GcsPlace, ObjectsOptions {
  /** PROJECT/REGION/NAME. */
  readonly target: string;
}

const TARGET_PARTS = 3;

/**
 * A store in `gs://BUCKET/PREFIX/TARGET/`: `record.json`, `lease.json`, `status.json`, `inbox/`, `journal/RUN/`, `RUN-NAME.txt`. Every write of
 * record, lease and journal names the generation that it replaces, and no object is written more than once a second: a save
 * waits for its turn on `clock` rather than to be refused. It sleeps on the clock, so it must not be wrapped in `during`.
 * Errors beside those of the port: `UserError` `bucket-missing`, `store-forbidden`, `store-unauthenticated`, `store-refused`,
 * `record-torn`, `record-format`, `lease-torn`; `TransientError` after about 20 s of tries.
 */
export function createGcsStore(options: GcsStoreOptions): RunStore {
  const objects = new Objects(options);
  const folder = folderOf(options, options.target);
  const record = new RecordObject(objects, `${folder}record.json`);
  const lease = new LeaseObject(objects, `${folder}lease.json`, record);
  const inbox = new GcsInbox(objects, `${folder}inbox/`);
  const status = new StatusObject(objects, `${folder}status.json`);
  const journals = new Map<string, GcsJournal>();
  const journalOf = (runId: string) => {
    const journal = journals.get(runId) ?? new GcsJournal(objects, `${folder}journal/${fileNameOf(runId)}/`);
    journals.set(runId, journal);
    return journal;
  };

  return {
    described: objects.placeOf(folder.slice(0, -1)),
    load: () => record.load(),
    save: (wanted) => record.save(wanted),
    appendJournal: (runId, lines) => journalOf(runId).append(lines),
    readJournal: (runId, after) => journalOf(runId).read(after),
    readLease: () => lease.read(),
    acquireLease: (owner, now, ttlMs) => lease.acquire(owner, now, ttlMs),
    renewLease: (ours, now, ttlMs) => lease.renew(ours, now, ttlMs),
    releaseLease: (ours) => lease.release(ours),
    sendCommand: (command) => inbox.put(command),
    readCommands: () => inbox.list(),
    removeCommand: (id) => inbox.remove(id),
    writeStatus: (wanted) => status.write(wanted),
    readStatus: () => status.read(),
    keepText: async (runId, name, text) => {
      const object = `${folder}${textFileOf(runId, name)}`;
      await objects.pace.ready(object);
      await objects.put(object, `${text}\n`);
      return objects.placeOf(object);
    },
  };
}

/** Targets that have a record below the place, in alphabetical order. `UserError` when the bucket is missing or closed to us. */
export async function listGcsTargets(options: GcsPlace & ObjectsOptions): Promise<readonly string[]> {
  const root = options.prefix === '' ? '' : `${options.prefix}/`;
  const pattern = `${root}${Array.from({ length: TARGET_PARTS }, () => '*').join('/')}/record.json`;
  const found = await new Objects(options).list(root, pattern);
  return found.map(({ name }) => name.slice(root.length).split('/').slice(0, TARGET_PARTS).map(decodeURIComponent).join('/')).sort();
}

/** `gs://BUCKET/PREFIX` taken apart. `UserError` when it is not such a place. */
export function parseGcsPlace(state: string): GcsPlace {
  const found = /^gs:\/\/([^/]+)\/?(.*)$/.exec(state);
  const [, bucket = '', rest = ''] = found ?? [];
  const prefix = rest.replace(/\/{1,64}$/, '');
  // Names of buckets as Google allows them; of prefixes what needs no escaping in a pattern of names.
  const isLegal = /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket) && /^(?:[\w.~@=+-]+(?:\/[\w.~@=+-]+)*)?$/.test(prefix);
  if (isLegal) return { bucket, prefix };
  throw new UserError('state-invalid', `${state} is not a place in Cloud Storage`, 'give it as gs://BUCKET or gs://BUCKET/PREFIX');
}

function folderOf({ prefix }: GcsPlace, target: string): string {
  const path = target.split('/').map(fileNameOf);
  return [...(prefix === '' ? [] : [prefix]), ...path, ''].join('/');
}
