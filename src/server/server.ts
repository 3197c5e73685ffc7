import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { answerTo } from './answer.ts';
import type { Answer } from './reply.ts';
import { follow, lastSeen } from './events.ts';
import type { Answering } from './answering.ts';
import { bodyOf } from './fields.ts';
import { admit } from './guard.ts';
import { headersOf } from './headers.ts';
import { answerPost } from './post.ts';
import { Rate } from './rate.ts';
import { Readers } from './readers.ts';
import type { LastPages } from './readers.ts';
import { sharedRuns } from './shared.ts';
import type { Runs } from './runs.ts';

export interface ServeOptions {
  readonly runs: Runs;
  readonly clock: Clock;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Other names that it goes by, such as that of a proxy before it. */
  readonly names?: readonly string[];
  /** Missing or null: it only reads. */
  readonly answering?: Answering | null;
  /** Told of what an answer says without its details. */
  readonly onFailure: (thrown: unknown) => void;
}

export interface Serving {
  readonly url: string;
  /**
   * Before `close`, where nothing more will happen: who has a page open gets the last one. Resolves when they have it, after `withinMs` at
   * the latest, at once where nobody reads; `onWait` is told where somebody does. Rejects when `signal` says so.
   */
  lastPages(wait: LastPages): Promise<void>;
  /** Ends every stream and every connection. */
  close(): Promise<void>;
}

/** At once: each holds a connection, and keeps asking for its journal. */
export const MOST_STREAMS = 32;
const MOST_CONNECTIONS = 128;
/** A request of ours is a head, and at most a short form. */
const LIMITS = { maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 };
/** A connection over which nothing moves, such as that of a reader who does not read; longer than the heartbeat of a stream. */
const IDLE_MS = 60_000;

/** Shows the runs of a store to whoever asks by HTTP, and takes answers where it was given what that needs. Throws `UserError` `port-in-use`, `port-refused`, `host-unknown`. */
export async function serveRuns(options: ServeOptions): Promise<Serving> {
  const { runs, clock, host, port, answering = null, onFailure } = options;
  const ours = { boundTo: host, names: options.names ?? [], takesAnswers: answering !== null };
  const rate = new Rate(clock);
  const closing = new AbortController();
  const readers = new Readers(clock);
  let known = sharedRuns(runs, clock);
  const server = createServer(LIMITS);
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = IDLE_MS;
  server.on('request', (request, response) => {
    void respond(request, response).catch((thrown: unknown) => {
      onFailure(thrown);
      if (response.headersSent) response.destroy();
      else write(response, request.method, { status: 503, type: 'text/plain', body: 'The store cannot be read now.\n' });
    });
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
    const asked = { method, url, host: headers.host, hasBody, origin: headers.origin, fetchSite: fetchSiteOf(headers) };
    const admitted = admit(asked, ours);
    if (!admitted.ok) return write(response, method, refusal(admitted.status, admitted.why, admitted.headers));
    if (method === 'POST' && answering !== null) return write(response, method, await take(request, admitted.path, answering));
    const answer = await answerTo(admitted.path, { runs: known, answering, now: clock.now() });
    if (answer.type === 'text/html') readers.asked();
    if (answer.stream === undefined) return write(response, method, answer);
    if (headers['sec-fetch-site'] === 'cross-site') return write(response, method, refusal(403, 'not for another site’s page'));
    if (method === 'HEAD') return write(response, method, { ...answer, body: '' });
    if (readers.streams >= MOST_STREAMS) return write(response, method, refusal(503, 'too many follow already', { 'retry-after': '10' }));
    response.writeHead(200, { ...headersOf(answer.type), connection: 'close' });
    const streaming = follow(response, { lines: answer.stream, after: lastSeen(request), clock, signal: closing.signal });
    readers.follows(streaming.catch(() => {}));
    await streaming;
  }

  async function take(request: IncomingMessage, path: readonly string[], by: Answering): Promise<Answer> {
    const { headers, socket } = request;
    const body = await bodyOf(request);
    const posted = { path, body, type: headers['content-type'], authorization: headers.authorization, accept: headers.accept };
    return answerPost({ ...posted, from: socket.remoteAddress ?? '' }, { ...by, clock, rate, signal: closing.signal });
  }

  const actual = await listen(server, port, host);
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    lastPages: async (wait) => {
      // What was read before the end would not tell of it.
      known = sharedRuns(runs, clock);
      await readers.served(wait);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closing.abort();
      await readers.settled();
      server.closeAllConnections();
      await closed;
    },
  };
}

function fetchSiteOf(headers: IncomingMessage['headers']): string | undefined {
  const said = headers['sec-fetch-site'];
  return Array.isArray(said) ? said.join() : said;
}

function refusal(status: number, why: string, headers?: Readonly<Record<string, string>>): Answer {
  return { status, type: 'text/plain', body: `${why.charAt(0).toUpperCase()}${why.slice(1)}.\n`, ...(headers && { headers }) };
}

function write(response: ServerResponse, method: string | undefined, { status, type, body, headers }: Answer): void {
  const bytes = Buffer.from(body);
  // What has not been read of a refused request is not waited for.
  const closes = status >= 400 && status !== 404 ? { connection: 'close' } : {};
  response.writeHead(status, { ...headersOf(type), ...headers, ...closes, 'content-length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(unavailable(cause, port, host)));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function unavailable(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  const other = 'give another one with --port; 0 takes a free one';
  if (cause.code === 'EADDRINUSE')
    return new UserError('port-in-use', `port ${port} of ${host} is in use by another program`, other, { cause });
  if (cause.code === 'EACCES')
    return new UserError('port-refused', `port ${port} of ${host} may not be taken by this user`, other, { cause });
  if (cause.code === 'EADDRNOTAVAIL' || cause.code === 'ENOTFOUND' || cause.code === 'EAI_AGAIN')
    return new UserError('host-unknown', `${host} is no address of this machine`, 'give one of its addresses with --host', { cause });
  return cause;
}
