/** The parts of PostgreSQL's frontend/backend protocol 3.0 that a connecting client meets: framing, and the backend's messages. */

import { defined } from '../core/defined.ts';

export const PROTOCOL_3 = 196_608;
export const SSL_REQUEST = 80_877_103;
export const GSS_REQUEST = 80_877_104;
export const CANCEL_REQUEST = 80_877_102;

/** Longest message a client of this server has reason to send. */
const LONGEST = 1 << 20;
const INT4 = 23;
const TEXT = 25;

export interface Message {
  /** One letter; '' for the message that begins a connection. */
  readonly type: string;
  readonly body: Buffer;
}

/** Cuts a byte stream into messages; the first ones have no type until `started`. Throws when a length cannot be. */
export class MessageReader {
  #left: Buffer = Buffer.alloc(0);
  #typed = false;

  /** From now on messages have a type. */
  started(): void {
    this.#typed = true;
  }

  push(chunk: Buffer): void {
    this.#left = this.#left.length === 0 ? chunk : Buffer.concat([this.#left, chunk]);
  }

  /** The next whole message, or null until more bytes have come. */
  next(): Message | null {
    const head = this.#typed ? 1 : 0;
    if (this.#left.length < head + 4) return null;
    const length = this.#left.readInt32BE(head);
    if (length < 4 || length > LONGEST) throw new RangeError(`a message of ${length} bytes`);
    if (this.#left.length < head + length) return null;
    const type = this.#typed ? String.fromCharCode(defined(this.#left[0])) : '';
    const body = this.#left.subarray(head + 4, head + length);
    this.#left = this.#left.subarray(head + length);
    return { type, body };
  }
}

export interface Column {
  readonly name: string;
  readonly type: 'int4' | 'text';
}

export const authenticationOk = (): Buffer => message('R', int32(0));
export const parameterStatus = (name: string, value: string): Buffer => message('S', text(name), text(value));
export const backendKey = (process: number, secret: number): Buffer => message('K', int32(process), int32(secret));
/** Outside of a transaction. */
export const readyForQuery = (): Buffer => message('Z', Buffer.from('I'));
export const parseComplete = (): Buffer => message('1');
export const bindComplete = (): Buffer => message('2');
export const closeComplete = (): Buffer => message('3');
export const noData = (): Buffer => message('n');
export const noParameters = (): Buffer => message('t', int16(0));
export const emptyQuery = (): Buffer => message('I');
export const commandComplete = (tag: string): Buffer => message('C', text(tag));

export function rowDescription(columns: readonly Column[]): Buffer {
  const fields = columns.flatMap(({ name, type }) => [
    text(name),
    int32(0),
    int16(0),
    int32(type === 'int4' ? INT4 : TEXT),
    int16(type === 'int4' ? 4 : -1),
    int32(-1),
    int16(0),
  ]);
  return message('T', int16(columns.length), ...fields);
}

/** Values as text. */
export function dataRow(values: readonly string[]): Buffer {
  const cells = values.flatMap((value) => {
    const bytes = Buffer.from(value);
    return [int32(bytes.length), bytes];
  });
  return message('D', int16(values.length), ...cells);
}

/** `code` is the SQLSTATE. */
export function errorResponse(severity: 'ERROR' | 'FATAL', code: string, what: string): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${what}`].map(text);
  return message('E', ...fields, Buffer.from([0]));
}

/** The strings that follow each other in a message, each ended by a zero byte. */
export function strings(body: Buffer): readonly string[] {
  return body.toString('utf8').split('\0');
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
