import { connect as overHttp2, constants } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Clock } from '../ports/clock.ts';
import type { GrpcHealthAnswer, GrpcHealthRequest, ProbesPort } from '../ports/probes.ts';
import { targetOf } from './connect.ts';
import type { Connect } from './connect.ts';
import { LATE, within } from './deadline.ts';
import { CHECK_PATH, checkRequest, servingStatus } from './grpc-message.ts';
import { problemOf } from './problems.ts';

/** An answer of grpc.health.v1 has a few bytes. */
const MAX_BODY_BYTES = 1_024;

/** What came back on the one stream. */
interface GrpcReply {
  readonly status: number | null;
  /** Of head and trailers together. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One call and its reply, whatever carries it. Rejects with socket errors. */
export type GrpcExchange = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}) => Promise<GrpcReply>;

/** Why the stream is closed; one object for all, as in `deadline.ts`. */
const OVER = new Error('the probe is over');

/** A `Health/Check` as gRPC clients send it. A failure on the way is an answer with a `problem`; only the caller's abort is thrown. */
export function createGrpcHealthProbe(clock: Clock, exchange: GrpcExchange): ProbesPort['grpcHealth'] {
  return async ({ origin, below = '', service, headers = {}, deadlineMs, signal }: GrpcHealthRequest) => {
    const startedAt = clock.now();
    const hangUp = new AbortController();
    const failed = (problem: string): GrpcHealthAnswer => ({
      status: null,
      grpcStatus: null,
      serving: null,
      latencyMs: clock.now() - startedAt,
      problem,
    });
    const sent = {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': `${Math.min(deadlineMs, 99_999_999)}m`,
    };
    const url = `${origin.replace(/\/$/, '')}${below}${CHECK_PATH}`;
    try {
      const call = exchange({ url, headers: sent, body: checkRequest(service), signal: hangUp.signal });
      const reply = await within(clock, startedAt + deadlineMs, call, signal);
      if (reply === LATE) return failed('deadline');
      if (reply.status === null) return failed('reset');
      return { ...read(reply), status: reply.status, latencyMs: clock.now() - startedAt, problem: null };
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      return failed(problemOf(thrown));
    } finally {
      hangUp.abort(OVER);
    }
  };
}

function read({ headers, body }: GrpcReply): Pick<GrpcHealthAnswer, 'grpcStatus' | 'serving'> {
  const told = headers['grpc-status'];
  const grpcStatus = told === undefined || !/^\d{1,3}$/.test(told) ? null : Number(told);
  return { grpcStatus, serving: grpcStatus === 0 ? servingStatus(body) : null };
}

/** Over sockets, or over the streams that `connect` makes. A session of its own: every probe pays for name, connection and TLS. */
export function http2Exchange(connect: Connect | null): GrpcExchange {
  return (request) =>
    new Promise((resolve, reject) => {
      const url = new URL(request.url);
      const session = open(url, connect);
      session.on('error', reject);
      request.signal.addEventListener('abort', () => session.destroy(), { once: true });
      call(session, url, request).then(resolve, reject);
    });
}

function open(url: URL, connect: Connect | null): ClientHttp2Session {
  if (connect === null) return overHttp2(url.origin);
  return overHttp2(url.origin, { createConnection: (): Duplex => connect(targetOf(url)) });
}

function call(
  session: ClientHttp2Session,
  { pathname, host }: URL,
  { headers, body }: Pick<Parameters<GrpcExchange>[0], 'headers' | 'body'>,
): Promise<GrpcReply> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: pathname,
      [constants.HTTP2_HEADER_AUTHORITY]: host,
      ...headers,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let head: IncomingHttpHeaders & { readonly ':status'?: number | undefined } = {};
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', (found) => (head = found));
    stream.on('trailers', (found) => (trailers = found));
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    stream.on('error', reject);
    // Nothing but `close` comes when the peer resets the stream without an error of its own.
    stream.on('close', () => {
      const status = head[':status'] ?? null;
      resolve({ status, headers: { ...plain(head), ...plain(trailers) }, body: Buffer.concat(chunks) });
    });
    stream.end(body);
  });
}

function plain(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
