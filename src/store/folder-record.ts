import { readFileSync, statSync } from 'node:fs';
import { UserError } from '../core/errors.ts';
import type { RunRecord } from '../ports/store.ts';
import { codeOf, readIfThere, replaceFile } from './disk.ts';
import type { Durability } from './disk.ts';
import type { WriteMark } from './fencing.ts';

const FORMAT = 1;

/** `record.json`. All but `load` belongs under the lock. */
export class RecordFile {
  readonly #path: string;
  readonly #survives: Durability;
  /** What the file of that identity says, so that a step need not read back its predecessor. */
  #known: { readonly identity: string; readonly mark: WriteMark } | null = null;

  constructor(path: string, survives: Durability) {
    this.#path = path;
    this.#survives = survives;
  }

  /** Null when there is none. `UserError` when it is torn, or not of this format. */
  load(): RunRecord | null {
    const text = readIfThere(this.#path);
    return text === null ? null : parseRecord(text, this.#path);
  }

  mark(): WriteMark | null {
    const identity = identityOf(this.#path);
    if (identity === null) return null;
    if (this.#known?.identity !== identity) {
      const { epoch, seq } = this.load()!;
      this.#known = { identity, mark: { epoch, seq } };
    }
    return this.#known.mark;
  }

  says(text: string): boolean {
    return readFileSync(this.#path, 'utf8') === text;
  }

  replace(text: string, mark: WriteMark): void {
    replaceFile(this.#path, text, `${this.#path}.tmp`, this.#survives);
    this.#known = { identity: identityOf(this.#path)!, mark };
  }
}

/** Each replacement is another file: another inode, or at least another time of change. */
function identityOf(path: string): string | null {
  try {
    const { ino, ctimeNs, size } = statSync(path, { bigint: true });
    return `${ino} ${ctimeNs} ${size}`;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

function parseRecord(text: string, path: string): RunRecord {
  const record = parseJson(text);
  if (record === null || typeof record['format'] !== 'number') throw torn(path);
  if (record['format'] !== FORMAT) {
    throw new UserError(
      'record-format',
      `${path} has format ${record['format']}; this version reads ${FORMAT}`,
      'use the version of firebreak that wrote it, or move the file aside to start anew',
    );
  }
  if (!isWhole(record)) throw torn(path);
  return record as unknown as RunRecord;
}

function parseJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const NUMBERS = ['epoch', 'seq', 'savedAt', 'journalSeq'];
const TEXTS = ['runId', 'specHash', 'journalHead'];
const LISTS = ['timers', 'activities', 'commandsTaken', 'pending'];
const OBJECTS = ['machine', 'snapshot'];

function isWhole(record: Record<string, unknown>): boolean {
  return (
    NUMBERS.every((key) => Number.isFinite(record[key])) &&
    TEXTS.every((key) => typeof record[key] === 'string') &&
    LISTS.every((key) => Array.isArray(record[key])) &&
    OBJECTS.every((key) => typeof record[key] === 'object' && record[key] !== null) &&
    'ended' in record
  );
}

/** We replace it whole, so a torn one was cut by something else. */
function torn(path: string): UserError {
  return new UserError(
    'record-torn',
    `${path} is not a whole run record`,
    'restore it from a copy; or move it aside, look at the world with `firebreak plan`, and start anew',
  );
}
