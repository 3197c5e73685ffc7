import { createHash } from 'node:crypto';

/** One object as it lies in a bucket; an overwrite puts another in its place. */
export interface StoredObject {
  readonly bucket: string;
  readonly name: string;
  readonly text: string;
  readonly generation: number;
  readonly metageneration: number;
  readonly contentType: string;
  readonly cacheControl: string | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly md5: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type NewObject = Pick<StoredObject, 'bucket' | 'name' | 'text' | 'contentType' | 'cacheControl' | 'metadata'>;

/** All objects of all buckets, strongly consistent: what was written is read and listed from the next request on (gcp-facts 9). */
export class BucketObjects {
  readonly #objects = new Map<string, StoredObject>();
  readonly #changedAt = new Map<string, number>();
  readonly #gapMs: number;
  #lastGeneration = 0;

  /** `gapMs`: how far two changes of one object must lie apart. */
  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  get(bucket: string, name: string): StoredObject | undefined {
    return this.#objects.get(keyOf(bucket, name));
  }

  /** Whether a change of the object now would come too soon after the one before. */
  isTooSoon(bucket: string, name: string, now: number): boolean {
    const before = this.#changedAt.get(keyOf(bucket, name));
    return before !== undefined && now - before < this.#gapMs;
  }

  put(wanted: NewObject, now: number): StoredObject {
    // Microseconds as Google's are, and never the same twice.
    this.#lastGeneration = Math.max(this.#lastGeneration + 1, now * 1_000);
    const md5 = createHash('md5').update(wanted.text).digest('base64');
    return this.#keep({ ...wanted, md5, generation: this.#lastGeneration, metageneration: 1, createdAt: now, updatedAt: now }, now);
  }

  /** Another metageneration of the same generation. */
  describe(
    object: StoredObject,
    change: Partial<Pick<StoredObject, 'contentType' | 'cacheControl' | 'metadata'>>,
    now: number,
  ): StoredObject {
    return this.#keep({ ...object, ...change, metageneration: object.metageneration + 1, updatedAt: now }, now);
  }

  remove({ bucket, name }: StoredObject, now: number): void {
    this.#objects.delete(keyOf(bucket, name));
    this.#changedAt.set(keyOf(bucket, name), now);
  }

  /** Names in a bucket that begin so, in the order of their UTF-8 bytes. */
  names(bucket: string, prefix: string): readonly string[] {
    const within = [...this.#objects.values()].filter((object) => object.bucket === bucket && object.name.startsWith(prefix));
    const names = within.map(({ name }) => name);
    return names.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  }

  #keep(object: StoredObject, now: number): StoredObject {
    const key = keyOf(object.bucket, object.name);
    this.#objects.set(key, object);
    this.#changedAt.set(key, now);
    return object;
  }
}

function keyOf(bucket: string, name: string): string {
  return `${bucket}/${name}`;
}
