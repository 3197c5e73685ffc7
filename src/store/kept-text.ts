import type { RunRecord } from '../ports/store.ts';

/**
 * The JSON of a record, byte for byte what `JSON.stringify` gives. What its statechart's context holds stays the very same object from step to
 * step until the chart puts another in its place, and nothing in it is changed once made (`test/store/saved-records.test.ts`): so the text of
 * each piece is made once, and kept as long as the piece.
 */
export function recordJson(record: RunRecord): Buffer {
  if (!isPlain(record)) return Buffer.from(JSON.stringify(record));
  const text = new Pieces();
  putFields(record, text, (key, field) => {
    if (key !== 'snapshot' || !isPlain(field)) return text.add(JSON.stringify(field));
    putFields(field, text, (name, part) => {
      if (name === 'context' && isPlain(part)) putFields(part, text, (_, piece) => putKept(piece, text, DEEPER));
      else text.add(JSON.stringify(part));
    });
  });
  return text.whole();
}

/** A list of looks, or a plan, changes in one of its parts: those of a piece are kept by themselves. */
const DEEPER = 1;

const kept = new WeakMap<object, Buffer>();

function putKept(value: unknown, text: Pieces, deeper: number): void {
  if (typeof value !== 'object' || value === null) return text.add(JSON.stringify(value) ?? 'null');
  const known = kept.get(value) ?? textOf(value, deeper);
  kept.set(value, known);
  text.put(known);
}

function textOf(value: object, deeper: number): Buffer {
  const text = new Pieces();
  if (deeper > 0 && Array.isArray(value)) {
    value.forEach((part, index) => {
      text.add(index === 0 ? '[' : ',');
      putKept(part, text, deeper - 1);
    });
    text.add(value.length === 0 ? '[]' : ']');
  } else if (deeper > 0 && isPlain(value)) putFields(value, text, (_, part) => putKept(part, text, deeper - 1));
  else text.add(JSON.stringify(value));
  return text.whole();
}

/** What JSON leaves out of an object is left out. */
function putFields(value: object, text: Pieces, put: (key: string, field: unknown) => void): void {
  let before = '{';
  for (const [key, field] of Object.entries(value) as [string, unknown][]) {
    if (field === undefined || typeof field === 'function' || typeof field === 'symbol') continue;
    text.add(`${before}${JSON.stringify(key)}:`);
    put(key, field);
    before = ',';
  }
  text.add(before === '{' ? '{}' : '}');
}

/** Everything else says itself how it is written. */
function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value);
}

/** A text of new words and of pieces that are encoded already. */
class Pieces {
  readonly #pieces: Uint8Array[] = [];
  #words = '';

  add(words: string): void {
    this.#words += words;
  }

  put(piece: Uint8Array): void {
    this.#encode();
    this.#pieces.push(piece);
  }

  whole(): Buffer {
    this.#encode();
    return Buffer.concat(this.#pieces);
  }

  #encode(): void {
    if (this.#words !== '') this.#pieces.push(Buffer.from(this.#words));
    this.#words = '';
  }
}
