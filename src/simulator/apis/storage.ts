import { defined } from '../../core/defined.ts';
import { JSON_HEADERS, type SimResponse } from '../messages.ts';
import { ApiError, invalid, permissionDenied } from '../surface/api-error.ts';
import type { Query } from '../surface/query.ts';
import { Verbatim, type Call, type Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { asString, timestamp, type Fields } from '../surface/wire.ts';
import { listNames } from './storage/list.ts';
import { BucketObjects, type StoredObject } from './storage/bucket-objects.ts';
import { readMetadata, readUpload } from './storage/upload.ts';

const HOST = 'storage.googleapis.com';
const BUCKET = '/storage/v1/b/{bucket}';
const OBJECT = `${BUCKET}/o/{object}`;

/**
 * Cloud Storage v1: objects by name with their generations and preconditions, one change of an object a second, strong
 * consistency (gcp-facts 9). Errors have the older body. Object versions, ACLs and resumable uploads are not simulated.
 */
export function storageRoutes(surface: Surface): readonly Route[] {
  const api = new Storage(surface);
  const common = { host: HOST, errors: 'legacy', audited: false } as const;
  const read = { ...common, method: 'GET', writes: false } as const;
  const write = { ...common, writes: true } as const;
  return [
    { ...read, id: 'storage.buckets.get', path: BUCKET, permission: 'storage.buckets.get', answer: (call) => api.bucket(call) },
    { ...read, id: 'storage.objects.list', path: `${BUCKET}/o`, permission: 'storage.objects.list', answer: (call) => api.list(call) },
    { ...read, id: 'storage.objects.get', path: OBJECT, permission: 'storage.objects.get', answer: (call) => api.get(call) },
    {
      ...write,
      method: 'POST',
      id: 'storage.objects.insert',
      path: `/upload${BUCKET}/o`,
      permission: 'storage.objects.create',
      answer: (call) => api.insert(call),
    },
    {
      ...write,
      method: 'PATCH',
      id: 'storage.objects.patch',
      path: OBJECT,
      permission: 'storage.objects.update',
      answer: (call) => api.patch(call),
    },
    {
      ...write,
      method: 'DELETE',
      id: 'storage.objects.delete',
      path: OBJECT,
      permission: 'storage.objects.delete',
      answer: (call) => api.remove(call),
    },
  ];
}

class Storage {
  readonly #surface: Surface;
  readonly #objects: BucketObjects;

  constructor(surface: Surface) {
    this.#surface = surface;
    this.#objects = new BucketObjects(surface.switches.objectMutationGapMs);
  }

  bucket({ params }: Call): unknown {
    const name = this.#bucketOf(params);
    const { region, projectNumber, scenario, baseUrl } = this.#surface;
    const at = timestamp(scenario.startAt - 90 * 86_400_000);
    return {
      kind: 'storage#bucket',
      id: name,
      name,
      selfLink: `${baseUrl}/storage/v1/b/${name}`,
      projectNumber,
      location: region.toUpperCase(),
      locationType: 'region',
      storageClass: 'STANDARD',
      metageneration: '1',
      etag: 'CAE=',
      timeCreated: at,
      updated: at,
    };
  }

  list({ params, query }: Call): unknown {
    const bucket = this.#bucketOf(params);
    const { names, prefixes, nextPageToken } = listNames(this.#objects.names(bucket, query.get('prefix') ?? ''), query);
    return {
      kind: 'storage#objects',
      ...(nextPageToken !== undefined && { nextPageToken }),
      ...(prefixes.length > 0 && { prefixes }),
      ...(names.length > 0 && { items: names.map((name) => this.#render(defined(this.#objects.get(bucket, name)))) }),
    };
  }

  get(call: Call): unknown {
    const found = this.#found(call);
    const refused = refusal(found, call.query, notModified);
    if (refused !== null) return refused;
    if (call.query.get('alt') !== 'media') return this.#render(found);
    return new Verbatim({ status: 200, headers: mediaHeaders(found), body: found.text });
  }

  insert(call: Call): unknown {
    const bucket = this.#bucketOf(call.params);
    const upload = readUpload(call);
    const there = this.#objects.get(bucket, upload.name);
    // Taking another's place is also a removal (gcp-facts 10).
    if (there !== undefined && call.lacks('storage.objects.delete'))
      throw permissionDenied('storage.objects.delete', `projects/_/buckets/${bucket}/objects/${upload.name}`, HOST);
    const refused = refusal(there, call.query);
    if (refused !== null) return refused;
    this.#pace(bucket, upload.name, call.now);
    const put = this.#objects.put(upload, call.now);
    commit(call, put, 'storage.objects.create');
    return this.#render(put);
  }

  patch(call: Call): unknown {
    const found = this.#found(call);
    const refused = refusal(found, call.query);
    if (refused !== null) return refused;
    this.#pace(found.bucket, found.name, call.now);
    const body = call.body();
    const metadata = body['metadata'] === undefined ? found.metadata : { ...found.metadata, ...readMetadata(body['metadata']) };
    const contentType = asString(body['contentType'], 'contentType') ?? found.contentType;
    const cacheControl = asString(body['cacheControl'], 'cacheControl') ?? found.cacheControl;
    const patched = this.#objects.describe(found, { contentType, cacheControl, metadata }, call.now);
    commit(call, patched, 'storage.objects.update');
    return this.#render(patched);
  }

  remove(call: Call): unknown {
    const found = this.#found(call);
    const refused = refusal(found, call.query);
    if (refused !== null) return refused;
    this.#pace(found.bucket, found.name, call.now);
    this.#objects.remove(found, call.now);
    commit(call, found, 'storage.objects.delete');
    return new Verbatim({ status: 204, headers: {}, body: '' });
  }

  #bucketOf(params: Call['params']): string {
    const bucket = defined(params['bucket']);
    const { buckets } = this.#surface.switches;
    if (buckets === null || buckets.includes(bucket)) return bucket;
    throw new ApiError('NOT_FOUND', 'The specified bucket does not exist.', { legacyReason: 'notFound' });
  }

  /** The object that is meant; with `generation` only that version of it, and only the newest is kept. */
  #found({ params, query }: Call): StoredObject {
    const bucket = this.#bucketOf(params);
    const name = defined(params['object']);
    const found = this.#objects.get(bucket, name);
    const generation = query.get('generation');
    if (found !== undefined && (generation === undefined || generation === String(found.generation))) return found;
    throw new ApiError('NOT_FOUND', `No such object: ${bucket}/${name}`, { legacyReason: 'notFound' });
  }

  #pace(bucket: string, name: string, now: number): void {
    if (!this.#objects.isTooSoon(bucket, name, now)) return;
    const message =
      `The object ${bucket}/${name} exceeded the rate limit for object mutation operations (create, update, and delete). ` +
      'Please reduce your request rate. See https://cloud.google.com/storage/docs/gcs429.';
    throw new ApiError('RESOURCE_EXHAUSTED', message, { legacyReason: 'rateLimitExceeded' });
  }

  #render(object: StoredObject): Fields {
    const { bucket, name, generation, metageneration, text, md5, createdAt, updatedAt } = object;
    const { contentType, cacheControl, metadata } = object;
    const { baseUrl } = this.#surface;
    const path = `b/${bucket}/o/${encodeURIComponent(name)}`;
    return {
      kind: 'storage#object',
      id: `${bucket}/${name}/${generation}`,
      selfLink: `${baseUrl}/storage/v1/${path}`,
      mediaLink: `${baseUrl}/download/storage/v1/${path}?generation=${generation}&alt=media`,
      name,
      bucket,
      generation: String(generation),
      metageneration: String(metageneration),
      contentType,
      ...(cacheControl !== undefined && { cacheControl }),
      storageClass: 'STANDARD',
      size: String(Buffer.byteLength(text)),
      md5Hash: md5,
      etag: etagOf(object),
      timeCreated: timestamp(createdAt),
      updated: timestamp(updatedAt),
      timeStorageClassUpdated: timestamp(createdAt),
      ...(metadata !== undefined && { metadata }),
    };
  }
}

/** Why a request with preconditions is not carried out: 412, or `unchanged` (304 for a read that would bring nothing new); null: it is. */
function refusal(there: StoredObject | undefined, query: Query, unchanged = () => conditionNotMet('If-None-Match')): Verbatim | null {
  const wanted = (name: string) => readGeneration(query.get(name), name);
  const [generation, metageneration] = [there?.generation ?? 0, there?.metageneration ?? 0];
  const failed = (name: string, actual: number) => wanted(name) !== null && wanted(name) !== actual;
  if (failed('ifGenerationMatch', generation)) return conditionNotMet('If-Match');
  if (failed('ifMetagenerationMatch', metageneration)) return conditionNotMet('If-Match');
  if (wanted('ifGenerationNotMatch') !== null && !failed('ifGenerationNotMatch', generation)) return unchanged();
  if (wanted('ifMetagenerationNotMatch') !== null && !failed('ifMetagenerationNotMatch', metageneration)) return unchanged();
  return null;
}

function readGeneration(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw invalid(`Invalid unsigned integer value: '${text}'.`, name);
  return Number(text);
}

/** gcp-facts 9: 412 with reason `conditionNotMet`, in the older body. */
function conditionNotMet(location: string): Verbatim {
  const message = 'At least one of the pre-conditions you specified did not hold.';
  const errors = [{ message, domain: 'global', reason: 'conditionNotMet', locationType: 'header', location }];
  return new Verbatim({ status: 412, headers: JSON_HEADERS, body: JSON.stringify({ error: { code: 412, message, errors } }) });
}

function notModified(): Verbatim {
  return new Verbatim({ status: 304, headers: {}, body: '' });
}

function mediaHeaders(object: StoredObject): SimResponse['headers'] {
  return {
    'content-type': object.contentType,
    'cache-control': object.cacheControl ?? 'private, max-age=0, must-revalidate',
    etag: etagOf(object),
    'x-goog-generation': String(object.generation),
    'x-goog-metageneration': String(object.metageneration),
    'x-goog-hash': `md5=${object.md5}`,
    'x-goog-storage-class': 'STANDARD',
    'x-goog-stored-content-encoding': 'identity',
    'x-goog-stored-content-length': String(Buffer.byteLength(object.text)),
  };
}

function etagOf({ generation, metageneration }: StoredObject): string {
  return Buffer.from(`${generation}/${metageneration}`).toString('base64');
}

function commit(call: Call, { bucket, name }: StoredObject, methodName: string): void {
  const resource = { type: 'gcs_bucket', labels: { bucket_name: bucket } };
  call.commit({ methodName, resourceName: `projects/_/buckets/${bucket}/objects/${name}`, resource, request: {} });
}
