/** Google's own limit for one LogEntry is 256 KiB; a page of a thousand, as the API answers it, still fits. */
import { defined } from '../../core/defined.ts';

const LONGEST_VALUE = 4 * 1_024 * 1_024;

/** What a splitter hands on; called in the order of the bytes. */
export interface JsonSink {
  /** One complete JSON object, not yet parsed; the bytes are only valid during the call. `offset` is its first byte. */
  value(bytes: Buffer, offset: number): void;
  /** Something that is no value: from where, and why. Reading goes on after it. */
  broken(offset: number, why: string): void;
}

export interface JsonSplitter {
  push(chunk: Buffer): void;
  /** No more bytes. The offset of the value or the list that was cut off, or null when everything was closed. */
  end(): number | null;
}

const NEWLINE = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
/** No indentation: something else stood on this line. */
const NONE = -1;

/**
 * Cuts a stream of bytes into JSON objects: the entries of one list or of several, one object per line, or pretty-printed objects
 * after one another. Holds at most one value of `longest` bytes. A value that cannot end as JSON (a line break inside a text, or
 * another object beginning a line at its own indentation before it has ended) is reported broken, and reading goes on at the next line
 * that begins an object at that indentation.
 */
export function createJsonSplitter(sink: JsonSink, longest: number = LONGEST_VALUE): JsonSplitter {
  return new Splitter(sink, longest);
}

class Splitter implements JsonSplitter {
  readonly #sink: JsonSink;
  readonly #longest: number;
  /** Offset of the present chunk's first byte. */
  #base = 0;
  /** Brackets open inside the present value; 0: between values. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Lists open around the values, and where the outermost began. */
  #lists = 0;
  #listAt = 0;
  #valueAt = 0;
  #valueIndent: number | null = null;
  /** That of the first whole value. */
  #usualIndent: number | null = null;
  /** The value is lost: wait for a line that begins an object. */
  #skipping = false;
  /** Bytes of the present value from earlier chunks. */
  #kept: Buffer[] = [];
  #keptLength = 0;
  /** Blanks since the last line break; null when something else stood on this line. */
  #indent: number | null = 0;
  /** Whether a line that begins an object at the value's own indentation means that the value never ended. */
  #resync: boolean | null = null;
  #sawSuspect = false;
  #strayAt: number | null = null;

  constructor(sink: JsonSink, longest: number) {
    this.#sink = sink;
    this.#longest = longest;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let i = 0; i < chunk.length; i += 1) {
      if (this.#depth > 0) {
        i = this.#along(chunk, i);
        if (i < chunk.length) start = this.#turn(chunk, i, start);
      } else start = this.#between(defined(chunk[i]), i, start);
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
    this.#base += chunk.length;
  }

  /**
   * Inside of a value, where nearly all bytes stand: on to the next one that decides something (`#turn`). All state is local on the way,
   * which takes a third of the time that fields take. @returns where that byte stands; the chunk's length without one.
   */
  #along(chunk: Buffer, from: number): number {
    const { length } = chunk;
    let indent = this.#indent ?? NONE;
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let i = from;
    for (; i < length; i += 1) {
      const byte = defined(chunk[i]);
      if (inString) {
        if (byte === NEWLINE) break;
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === SPACE || byte === TAB) {
        if (indent !== NONE) indent += 1;
      } else if (byte === NEWLINE) indent = 0;
      else if (byte > SPACE) {
        if (byte === QUOTE) inString = true;
        else if (byte === OPEN_BRACE) {
          if (indent !== NONE) break;
          depth += 1;
        } else if (byte === OPEN_LIST) depth += 1;
        else if (byte === CLOSE_BRACE || byte === CLOSE_LIST) {
          if (depth === 1) break;
          depth -= 1;
        }
        indent = NONE;
      }
    }
    this.#indent = indent === NONE ? null : indent;
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return i;
  }

  /** A line break inside of a text, an object that begins a line, or the end of the value. @returns where the present value begins in the chunk. */
  #turn(chunk: Buffer, i: number, start: number): number {
    if (this.#inString) {
      this.#lose('a line break inside a text');
      return start;
    }
    const begins = chunk[i] === OPEN_BRACE;
    if (begins && this.#beginsAnew()) {
      this.#sink.broken(this.#valueAt, 'it does not end before the next one begins');
      return this.#begin(i);
    }
    this.#indent = null;
    this.#depth += begins ? 1 : -1;
    if (this.#depth === 0) this.#finish(chunk.subarray(start, i + 1));
    return start;
  }

  end(): number | null {
    this.#endStray();
    if (this.#depth > 0) return this.#valueAt;
    return this.#lists > 0 ? this.#listAt : null;
  }

  /** One byte outside of values, or inside of a lost one. */
  #between(byte: number, i: number, start: number): number {
    if (byte === NEWLINE) {
      this.#indent = 0;
      this.#endStray();
    } else if (byte === SPACE || byte === TAB) this.#indent = this.#indent === null ? null : this.#indent + 1;
    else if (byte === OPEN_BRACE && this.#mayBegin()) return this.#begin(i);
    else if (byte === COMMA && this.#lists > 0) this.#endStray();
    else if (this.#skipping && !(byte === CLOSE_LIST && this.#indent === 0)) this.#indent = null;
    else if (byte === OPEN_LIST && this.#strayAt === null) {
      if (this.#lists === 0) this.#listAt = this.#base + i;
      this.#lists += 1;
    } else if (byte === CLOSE_LIST && this.#lists > 0) {
      this.#lists -= 1;
      this.#skipping = false;
      this.#endStray();
    } else if (byte > SPACE && byte !== COMMA) {
      this.#strayAt ??= this.#base + i;
      this.#indent = null;
    }
    return start;
  }

  /** A lost value is over only where a line begins an object at its indentation. */
  #mayBegin(): boolean {
    if (this.#strayAt !== null) return false;
    return !this.#skipping || (this.#indent !== null && this.#indent <= (this.#valueIndent ?? this.#usualIndent ?? 0));
  }

  #beginsAnew(): boolean {
    const own = this.#valueIndent ?? this.#usualIndent;
    if (this.#indent === null || own === null || this.#indent > own) return false;
    if (this.#resync === null) this.#sawSuspect = true;
    return this.#resync === true;
  }

  /** @returns where the value begins in the chunk. */
  #begin(i: number): number {
    this.#valueAt = this.#base + i;
    this.#valueIndent = this.#indent;
    this.#indent = null;
    this.#depth = 1;
    this.#inString = false;
    this.#escaped = false;
    this.#skipping = false;
    this.#kept = [];
    this.#keptLength = 0;
    return i;
  }

  #finish(last: Buffer): void {
    // The first whole value shows how this file is written.
    if (this.#resync === null) this.#usualIndent = this.#valueIndent;
    this.#resync ??= !this.#sawSuspect;
    const bytes = this.#keptLength === 0 ? last : Buffer.concat([...this.#kept, last]);
    this.#kept = [];
    this.#keptLength = 0;
    if (bytes.length > this.#longest) this.#sink.broken(this.#valueAt, tooLong(this.#longest));
    else this.#sink.value(bytes, this.#valueAt);
  }

  #keep(rest: Buffer): void {
    this.#keptLength += rest.length;
    if (this.#keptLength > this.#longest) this.#lose(tooLong(this.#longest));
    // The reader may use its buffer again.
    else this.#kept.push(Buffer.from(rest));
  }

  #lose(why: string): void {
    this.#sink.broken(this.#valueAt, why);
    this.#skipping = true;
    this.#inString = false;
    this.#depth = 0;
    this.#indent = 0;
    this.#kept = [];
    this.#keptLength = 0;
    this.#resync ??= true;
  }

  #endStray(): void {
    if (this.#strayAt !== null) this.#sink.broken(this.#strayAt, 'text that is no JSON');
    this.#strayAt = null;
  }
}

function tooLong(longest: number): string {
  return `longer than ${longest} bytes`;
}
