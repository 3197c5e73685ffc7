import { defined } from '../core/defined.ts';
import { readFileSync, statSync } from 'node:fs';
import type { RunRecord } from '../ports/store.ts';
import { codeOf, readIfThere, replaceFile } from './disk.ts';
import type { Durability } from './disk.ts';
import type { WriteMark } from './fencing.ts';
import { parseRecord } from './record-text.ts';

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
      const { epoch, seq } = defined(this.load());
      this.#known = { identity, mark: { epoch, seq } };
    }
    return this.#known.mark;
  }

  says(text: Buffer): boolean {
    return readFileSync(this.#path).equals(text);
  }

  /** `temporary` is the lock's. */
  replace(text: Buffer, mark: WriteMark, temporary: string): void {
    replaceFile(this.#path, text, { temporary, survives: this.#survives, mayMakeIt: false });
    this.#known = { identity: defined(identityOf(this.#path)), mark };
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
