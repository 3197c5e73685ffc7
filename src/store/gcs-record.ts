import { TransientError, UserError } from '../core/errors.ts';
import type { RunRecord } from '../ports/store.ts';
import { judgeSave } from './fencing.ts';
import type { EpochHolder, WriteMark } from './fencing.ts';
import { ABSENT } from './gcs-objects.ts';
import type { Objects } from './gcs-objects.ts';
import { createQueue } from './queue.ts';
import { checkRecord, parseObject, recordText, torn } from './record-text.ts';

/** Form of the object around the record; the record has a format of its own. */
const FORM = 1;
/** Others can win the object this often in a row before we give up for now. */
const ROUNDS = 5;

/**
 * `record.json`: the record, and the epoch that it is sealed for. Every replacement names the generation it replaces. Lease and
 * record are two objects, so a new holder seals the record before it loads it: from then on a late save of the epoch before meets
 * another generation, looks, and is fenced. No such save can slip in between an acquisition and the new holder's first load.
 */
export class RecordObject {
  readonly #objects: Objects;
  readonly #name: string;
  readonly #queue = createQueue();
  /** What is there as far as we know, so that a step need not read back its predecessor; null: look. */
  #known: Known | null = null;

  constructor(objects: Objects, name: string) {
    this.#objects = objects;
    this.#name = name;
  }

  /** Null when there is none. `UserError` when it is torn, or not of this form. */
  async load(): Promise<RunRecord | null> {
    return (await this.#read()).record;
  }

  /** The highest epoch that a save or a seal has left. */
  async epoch(): Promise<number> {
    return epochOf(await this.#read());
  }

  /** See `RunStore.save`. */
  save(wanted: RunRecord): Promise<void> {
    return this.#queue(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const seen = this.#known ?? (await this.#look());
        if (judgeSave(wanted, await this.#compared(wanted, seen), seen.fence) === 'already-there') return;
        if (await this.#replace({ generation: seen.generation, fence: seen.fence, record: wanted })) return;
      }
      throw contended(this.#objects.placeOf(this.#name));
    });
  }

  /** Closes the record to all epochs below. False when a newer one has it already. */
  seal(fence: EpochHolder): Promise<boolean> {
    return this.#queue(async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const seen = await this.#read();
        if (seen.fence?.epoch === fence.epoch) return true;
        if (epochOf(seen) >= fence.epoch) return false;
        if (await this.#replace({ ...seen, fence })) return true;
      }
      throw contended(this.#objects.placeOf(this.#name));
    });
  }

  /** Only a record of the very same step must be compared word by word: it is ours when the answer to a save was lost. */
  async #compared(wanted: RunRecord, { mark }: Known): Promise<(WriteMark & { readonly isSame: boolean }) | null> {
    if (mark === null || mark.epoch !== wanted.epoch || mark.seq !== wanted.seq) return mark === null ? null : { ...mark, isSame: false };
    const { record } = await this.#read();
    return { ...mark, isSame: JSON.stringify(record) === JSON.stringify(wanted) };
  }

  /** False when somebody else was faster; then nothing is known any more, and nothing is while the write is on its way. */
  async #replace({ generation, fence, record }: Seen): Promise<boolean> {
    this.#known = null;
    const written = await this.#objects.put(
      this.#name,
      `{"form":${FORM},"fence":${JSON.stringify(fence)},"record":${record === null ? 'null' : recordText(record)}}\n`,
      { generation },
    );
    if (written === null) return false;
    this.#known = { generation: written, fence, mark: markOf(record) };
    return true;
  }

  async #look(): Promise<Known> {
    const seen = await this.#read();
    return (this.#known = { generation: seen.generation, fence: seen.fence, mark: markOf(seen.record) });
  }

  async #read(): Promise<Seen> {
    const object = await this.#objects.get(this.#name);
    if (object === null) return { generation: ABSENT, fence: null, record: null };
    return { generation: object.generation, ...parse(object.text, this.#objects.placeOf(this.#name)) };
  }
}

interface Known {
  readonly generation: string;
  readonly fence: EpochHolder | null;
  readonly mark: WriteMark | null;
}

interface Seen {
  readonly generation: string;
  readonly fence: EpochHolder | null;
  readonly record: RunRecord | null;
}

function epochOf({ fence, record }: Seen): number {
  return Math.max(fence?.epoch ?? 0, record?.epoch ?? 0);
}

function markOf(record: RunRecord | null): WriteMark | null {
  return record === null ? null : { epoch: record.epoch, seq: record.seq };
}

function parse(text: string, path: string): Pick<Seen, 'fence' | 'record'> {
  const value = parseObject(text);
  // A bare record, as the folder store keeps it: somebody has copied it here.
  if (value !== null && 'format' in value) return { fence: null, record: checkRecord(value, path) };
  const form = value?.['form'];
  if (value === null || typeof form !== 'number') throw torn(path);
  if (form !== FORM)
    throw new UserError(
      'record-format',
      `${path} has form ${form}; this version reads ${FORM}`,
      'use the version of firebreak that wrote it, or move the object aside to start anew',
    );
  const { fence, record } = value;
  if (!isFence(fence) || record === undefined) throw torn(path);
  return { fence, record: record === null ? null : checkRecord(asObject(record), path) };
}

function isFence(value: unknown): value is EpochHolder | null {
  if (value === null) return true;
  const fence = asObject(value);
  return typeof fence?.['epoch'] === 'number' && typeof asObject(fence['owner'])?.['described'] === 'string';
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function contended(place: string): TransientError {
  return new TransientError('store-contended', `${place} is being replaced by somebody else again and again`);
}
