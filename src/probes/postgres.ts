import { connect as connectSocket, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { sayDuration } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';
import type { DatabaseAnswer, ProbesPort } from '../ports/probes.ts';
import { LATE, within } from './deadline.ts';
import { saidOutside } from './outside-text.ts';
import { logIn } from './postgres-login.ts';
import { WireReader, errorFields, message, sslRequest, startup, terminate } from './postgres-wire.ts';
import type { Message } from './postgres-wire.ts';
import { problemOf } from './problems.ts';

type Request = Parameters<ProbesPort['database']>[0];
type Connection = DatabaseAnswer['connections'][number];

/** Makes the raw stream to a server, before any TLS. */
export type Dial = (target: { readonly host: string; readonly port: number }) => Duplex;

/**
 * Opens so many PostgreSQL connections at once, asks `SELECT 1` on each, and closes them all once every one has its answer:
 * they are open together, as the connections of a pool are. Whatever goes wrong with one is said in its `problem`, with the
 * stage it was in; only the caller's abort is thrown. Over sockets, or over the streams that `dial` makes.
 */
export function createDatabaseProbe(clock: Clock, dial: Dial | null): ProbesPort['database'] {
  return async (request) => {
    const visits = Array.from({ length: request.connections }, () => new Visit(request, clock, dial ?? connectSocket));
    try {
      // Time must not overtake real sockets; streams of the same process live by the clock themselves.
      const all = Promise.all(visits.map((visit) => visit.answer()));
      return { connections: await (dial === null ? clock.during(all) : all) };
    } finally {
      for (const visit of visits) visit.close();
    }
  };
}

/** One connection, from the first byte to the goodbye. */
class Visit {
  readonly #request: Request;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #raw: Duplex;
  /** The raw one, or TLS over it. */
  #stream: Duplex;
  #stage = 'no connection came about';
  #queriedAt: number | null = null;

  constructor(request: Request, clock: Clock, dial: Dial) {
    this.#request = request;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#raw = dial({ host: request.host, port: request.port });
    this.#stream = this.#raw;
    this.#raw.once('connect', () => (this.#stage = 'connected, but the server says nothing'));
  }

  async answer(): Promise<Connection> {
    const { deadlineMs, signal } = this.#request;
    try {
      const end = await within(this.#clock, this.#startedAt + deadlineMs, this.#converse(), signal);
      if (end === LATE) return { connectMs: null, problem: `${this.#stage} (given up after ${sayDuration(deadlineMs)})` };
      const now = this.#clock.now();
      return { connectMs: now - this.#startedAt, queryMs: now - (this.#queriedAt ?? now), problem: null };
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      return { connectMs: null, problem: thrown instanceof ServerError ? thrown.message : problemOf(thrown) };
    }
  }

  close(): void {
    const hangUp = (): void => {
      this.#stream.destroy();
      this.#raw.destroy();
    };
    // A goodbye only to a server that answers: another would hold the socket open.
    if (this.#queriedAt !== null && this.#stream.writable) this.#stream.end(terminate(), hangUp);
    else hangUp();
  }

  async #converse(): Promise<void> {
    const { database, user, password } = this.#request;
    const verified = await this.#secure();
    const reader = new WireReader(this.#stream);
    const talk = { send: (bytes: Buffer) => void this.#stream.write(bytes), next: () => nextOf(reader) };
    talk.send(startup({ user, database, application_name: 'firebreak' }));
    await logIn(talk, { user, password, mayShowPassword: verified });
    this.#stage = 'logged in, but the server does not become ready';
    await until(talk.next, 'Z');
    this.#stage = 'logged in, but SELECT 1 is not answered';
    this.#queriedAt = this.#clock.now();
    talk.send(message('Q', 'SELECT 1\0'));
    await until(talk.next, 'D');
    await until(talk.next, 'Z');
  }

  /** Whether a password may be shown: without TLS the document wants it so, with TLS the certificate must be a verified one. */
  async #secure(): Promise<boolean> {
    const { host, tls } = this.#request;
    if (!tls) return true;
    const reader = new WireReader(this.#stream);
    this.#stream.write(sslRequest());
    const [answer] = await reader.bytes(1);
    if (answer !== 'S'.charCodeAt(0)) throw new Error('the server offers no TLS');
    reader.release();
    this.#stage = 'TLS is not answered';
    const secured = connectTls({ socket: this.#stream, rejectUnauthorized: false, ...(isIP(host) === 0 ? { servername: host } : {}) });
    this.#stream = secured;
    await new Promise<void>((resolve, reject) => secured.once('secureConnect', resolve).once('error', reject));
    this.#stage = 'TLS is there, but the login is not answered';
    return secured.authorized;
  }
}

async function until(next: () => Promise<Message>, type: string): Promise<void> {
  while ((await next()).type !== type);
}

/** An error of the server ends the visit; what it says is the finding. */
async function nextOf(reader: WireReader): Promise<Message> {
  const found = await reader.message();
  if (found.type !== 'E') return found;
  const fields = errorFields(found.body);
  const state = fields.get('C') ?? '';
  const words = SQLSTATE[state];
  const told = `${saidOutside(fields.get('S') ?? 'ERROR', 20)} ${saidOutside(state, 5)}${words === undefined ? '' : ` (${words})`}`;
  throw new ServerError(`${told}: ${saidOutside(fields.get('M') ?? '')}`);
}

class ServerError extends Error {}

/** SQLSTATEs that a probe can meet, in the words of this program. */
const SQLSTATE: Readonly<Record<string, string>> = {
  '28000': 'the login is not allowed',
  '28P01': 'the password is refused',
  '3D000': 'there is no such database',
  '53300': 'no connection slot is left',
  '57P01': 'the server is being shut down',
  '57P03': 'the server is starting or stopping',
};
