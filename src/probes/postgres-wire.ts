import { defined } from '../core/defined.ts';
import type { Duplex } from 'node:stream';

/** PostgreSQL's protocol 3.0 as far as a login and one query need it (postgresql.org, chapter "Frontend/Backend Protocol"). */
const PROTOCOL = 196_608;
const SSL_REQUEST = 80_877_103;
/** A login and `SELECT 1` take some hundred bytes in a dozen messages. */
const LARGEST_MESSAGE_BYTES = 64 * 1024;
const MOST_BYTES = 512 * 1024;
const MOST_MESSAGES = 1_000;

export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

export function sslRequest(): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(8, 0);
  bytes.writeInt32BE(SSL_REQUEST, 4);
  return bytes;
}

export function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const text = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  const body = Buffer.concat([Buffer.alloc(4), Buffer.from(`${text.join('')}\0`)]);
  body.writeInt32BE(PROTOCOL, 0);
  return Buffer.concat([length(body.length + 4), body]);
}

/** A message of the client: type, length, body. */
export function message(type: string, body: Buffer | string): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([Buffer.from(type), length(bytes.length + 4), bytes]);
}

/** `p` with a SASL mechanism and its first words. */
export function saslInitial(mechanism: string, words: string): Buffer {
  const bytes = Buffer.from(words);
  return message('p', Buffer.concat([Buffer.from(`${mechanism}\0`), length(bytes.length), bytes]));
}

export const terminate = (): Buffer => message('X', '');

/** Fields of an error by their letter: S severity, C SQLSTATE, M message. */
export function errorFields(body: Buffer): ReadonlyMap<string, string> {
  const fields = body
    .toString('utf8')
    .split('\0')
    .filter((field) => field !== '');
  return new Map(fields.map((field) => [defined(field[0]), field.slice(1)]));
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value, 0);
  return bytes;
}

/**
 * Reads a stream byte by byte or message by message, for one reader. Rejects when the stream fails, ends early, or brings more
 * than any login has to say: then nothing more is taken in.
 */
export class WireReader {
  readonly #stream: Duplex;
  /** What has come and was not read yet, in the pieces it came in: joined only when so much is asked for. */
  #kept: Buffer[] = [];
  #length = 0;
  #came = 0;
  #messages = 0;
  #failure: Error | null = null;
  #wake: () => void = () => undefined;
  readonly #onData = (chunk: Buffer): void => {
    this.#came += chunk.length;
    if (this.#came > MOST_BYTES) return this.#refuse();
    this.#kept.push(chunk);
    this.#length += chunk.length;
    this.#wake();
  };
  readonly #onError = (error: Error): void => {
    this.#failure ??= error;
    this.#wake();
  };
  readonly #onEnd = (): void => this.#onError(Object.assign(new Error('the server hung up'), { code: 'ECONNRESET' }));

  constructor(stream: Duplex) {
    this.#stream = stream;
    // The error listener stays for good: a socket that fails later has nobody else to tell.
    stream.on('error', this.#onError);
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    stream.on('close', this.#onEnd);
  }

  async bytes(count: number): Promise<Buffer> {
    while (this.#length < count) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const all = this.#kept.length === 1 ? defined(this.#kept[0]) : Buffer.concat(this.#kept);
    const rest = all.subarray(count);
    this.#kept = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
    return all.subarray(0, count);
  }

  async message(): Promise<Message> {
    this.#messages += 1;
    if (this.#messages > MOST_MESSAGES) {
      this.#refuse();
      throw TOO_MUCH;
    }
    const head = await this.bytes(5);
    const size = head.readInt32BE(1);
    if (size < 4 || size > LARGEST_MESSAGE_BYTES) throw new Error('this is not PostgreSQL');
    return { type: head.toString('latin1', 0, 1), body: await this.bytes(size - 4) };
  }

  /** Leaves the stream to another reader, as TLS is one. Bytes that came already would be an injection: they are refused. */
  release(): void {
    if (this.#length > 0) throw new Error('the server spoke before TLS was there');
    this.#stream.off('data', this.#onData);
    this.#stream.off('end', this.#onEnd);
    this.#stream.off('close', this.#onEnd);
    this.#stream.pause();
  }

  #refuse(): void {
    this.#kept = [];
    this.#length = 0;
    this.#stream.pause();
    this.#onError(TOO_MUCH);
  }
}

const TOO_MUCH = new Error('the server says far more than a login takes; it was not heard to the end');
