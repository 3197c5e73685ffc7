import { createServer, type Server, type Socket } from 'node:net';
import type { SimClock } from './clocks/sim-clock.ts';
import type { World } from './world/contract.ts';
import * as wire from './postgres-wire.ts';

export interface PostgresOptions {
  readonly world: World;
  /** Which instance of the world answers. */
  readonly instance: string;
  readonly clock: SimClock;
  /** Lets happen in the world what is due. */
  readonly settle: () => number;
}

/**
 * A PostgreSQL server, not yet listening, that takes anybody in without a password as long as the world's instance has slots
 * left: connecting takes as long as the world's connector makes it take, a slot too many is FATAL 53300, a stopped instance
 * never answers. It knows `SELECT 1` and little more, by the simple and by the extended protocol.
 */
export function createPostgres(options: PostgresOptions): Server {
  const open = new Set<Session>();
  let attempts = 0;
  return createServer((socket) => {
    attempts += 1;
    const session: Session = new Session(socket, options, attempts, {
      held: () => open.size,
      admitted: () => open.add(session),
      gone: () => open.delete(session),
    });
    session.listen();
  });
}

interface Prepared {
  readonly columns: readonly wire.Column[];
  readonly rows: readonly (readonly string[])[];
  readonly tag: string;
}

const PARAMETERS: readonly (readonly [string, string])[] = [
  ['server_version', '15.7'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['DateStyle', 'ISO, MDY'],
  ['integer_datetimes', 'on'],
  ['standard_conforming_strings', 'on'],
  ['TimeZone', 'UTC'],
];
const SLOTS_RESERVED = 'remaining connection slots are reserved for non-replication superuser connections';

/** Who holds a slot. */
interface Book {
  /** Slots that are held now. */
  held(): number;
  admitted(): void;
  gone(): void;
}

/** One client's connection, from its first byte to its end. */
class Session {
  readonly #socket: Socket;
  readonly #options: PostgresOptions;
  readonly #attempt: number;
  readonly #book: Book;
  readonly #reader = new wire.MessageReader();
  readonly #gone = new AbortController();
  readonly #statements = new Map<string, Prepared | null>();
  readonly #portals = new Map<string, Prepared | null>();
  #starting = false;
  #failed = false;

  constructor(socket: Socket, options: PostgresOptions, attempt: number, book: Book) {
    this.#socket = socket;
    this.#options = options;
    this.#attempt = attempt;
    this.#book = book;
  }

  listen(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      this.#book.gone();
      this.#gone.abort(new Error('the client hung up'));
    });
  }

  #take(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
      while (!this.#starting) {
        const each = this.#reader.next();
        if (each === null) return;
        this.#answer(each);
      }
    } catch {
      this.#end(wire.errorResponse('FATAL', '08P01', 'invalid frontend message'));
    }
  }

  #answer({ type, body }: wire.Message): void {
    if (type === '') return this.#begin(body);
    if (type === 'X') return void this.#socket.end();
    if (type === 'Q') return this.#query(body);
    if (type === 'S') {
      this.#failed = false;
      return this.#send(wire.readyForQuery());
    }
    if (!this.#failed && type !== 'H') this.#extended(type, body);
  }

  #begin(body: Buffer): void {
    const code = body.length >= 4 ? body.readInt32BE(0) : 0;
    if (code === wire.SSL_REQUEST || code === wire.GSS_REQUEST) return this.#send(Buffer.from('N'));
    if (code === wire.CANCEL_REQUEST) return void this.#socket.end();
    if (code >> 16 !== wire.PROTOCOL_3 >> 16) return this.#end(wire.errorResponse('FATAL', '0A000', 'unsupported frontend protocol'));
    this.#starting = true;
    void this.#admit();
  }

  /** After the time that the path takes; bytes that come meanwhile wait. */
  async #admit(): Promise<void> {
    const { clock, settle } = this.#options;
    const { afterMs } = this.#admission();
    if (afterMs === null) return;
    try {
      await clock.sleepUntil(settle() + afterMs, this.#gone.signal);
    } catch {
      return;
    }
    settle();
    if (this.#admission().free <= 0) return this.#end(wire.errorResponse('FATAL', '53300', SLOTS_RESERVED));
    this.#book.admitted();
    this.#reader.started();
    const process = 1_000 + this.#book.held();
    this.#send(
      wire.authenticationOk(),
      ...PARAMETERS.map(([name, value]) => wire.parameterStatus(name, value)),
      wire.backendKey(process, process),
      wire.readyForQuery(),
    );
    this.#starting = false;
    this.#take(Buffer.alloc(0));
  }

  #query(body: Buffer): void {
    const [text = ''] = wire.strings(body);
    if (text.trim() === '') return this.#send(wire.emptyQuery(), wire.readyForQuery());
    const found = this.#read(text);
    if (found === null) return this.#send(notSimulated(text), wire.readyForQuery());
    const described = found.columns.length === 0 ? [] : [wire.rowDescription(found.columns)];
    this.#send(...described, ...found.rows.map(wire.dataRow), wire.commandComplete(found.tag), wire.readyForQuery());
  }

  #extended(type: string, body: Buffer): void {
    const [first = '', second = ''] = wire.strings(body);
    switch (type) {
      case 'P': {
        const prepared = second.trim() === '' ? null : this.#read(second);
        if (prepared === null && second.trim() !== '') return this.#refuse(second);
        this.#statements.set(first, prepared);
        return this.#send(wire.parseComplete());
      }
      case 'B':
        this.#portals.set(first, this.#statements.get(second) ?? null);
        return this.#send(wire.bindComplete());
      case 'D': {
        const ofStatement = first.startsWith('S');
        const found = (ofStatement ? this.#statements : this.#portals).get(first.slice(1)) ?? null;
        const rows = found === null || found.columns.length === 0 ? wire.noData() : wire.rowDescription(found.columns);
        return this.#send(...(ofStatement ? [wire.noParameters()] : []), rows);
      }
      case 'E': {
        const found = this.#portals.get(first) ?? null;
        if (found === null) return this.#send(wire.emptyQuery());
        return this.#send(...found.rows.map(wire.dataRow), wire.commandComplete(found.tag));
      }
      case 'C':
        return this.#send(wire.closeComplete());
      default:
        return this.#end(wire.errorResponse('FATAL', '08P01', `invalid frontend message type ${type}`));
    }
  }

  /** null: a statement that is not simulated. */
  #read(text: string): Prepared | null {
    const bare = text.trim().replace(/;\s*$/, '').replaceAll(/\s+/g, ' ');
    const number = /^select (-?\d+)(?: as "?(\w+)"?)?$/i.exec(bare);
    if (number) return one({ name: number[2] ?? '?column?', type: 'int4' }, number[1] ?? '');
    if (/^show max_connections$/i.test(bare))
      return one({ name: 'max_connections', type: 'text' }, String(this.#admission().maxConnections), 'SHOW');
    if (/^select version\(\)$/i.test(bare)) return one({ name: 'version', type: 'text' }, 'PostgreSQL 15.7 (simulated)');
    const word = /^(begin|commit|rollback|set|reset|discard|deallocate)\b/i.exec(bare)?.[1];
    return word === undefined ? null : { columns: [], rows: [], tag: word.toUpperCase() };
  }

  #admission(): ReturnType<World['database']['admission']> {
    const { world, instance } = this.#options;
    return world.database.admission(instance, this.#book.held(), this.#attempt);
  }

  #refuse(text: string): void {
    this.#failed = true;
    this.#send(notSimulated(text));
  }

  #send(...parts: readonly Buffer[]): void {
    if (!this.#socket.destroyed) this.#socket.write(Buffer.concat(parts));
  }

  #end(last: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.end(last);
  }
}

function one(column: wire.Column, value: string, tag = 'SELECT 1'): Prepared {
  return { columns: [column], rows: [[value]], tag };
}

function notSimulated(text: string): Buffer {
  return wire.errorResponse('ERROR', '0A000', `the simulator does not know this statement: ${text.slice(0, 80)}`);
}
