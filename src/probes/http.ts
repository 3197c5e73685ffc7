import { request as overHttp } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as overHttps } from 'node:https';
import type { Clock } from '../ports/clock.ts';
import type { ProbeAnswer, ProbeRequest } from '../ports/probes.ts';
import { targetOf } from './connect.ts';
import type { Connect } from './connect.ts';
import { LATE, within } from './deadline.ts';
import { certificateDetail, problemOf } from './problems.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** Why a connection is closed; one object for all, as in `deadline.ts`. */
const OVER = new Error('the probe is over');

/** One request and its answer, whatever carries it. `status` null: the connection was reset. Rejects with socket errors. */
export type Exchange = (request: {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}) => Promise<{ readonly status: number | null; readonly headers: Readonly<Record<string, string>>; readonly body: string }>;

/**
 * A synthetic request as a user would send it: a connection of its own, no redirects followed, the time measured to the end
 * of the body on the given clock. A failure on the way is an answer with a `problem`; only the caller's abort is thrown.
 */
export function createHttpProbe(clock: Clock, exchange: Exchange): (request: ProbeRequest) => Promise<ProbeAnswer> {
  return async ({ url, method, headers = {}, body = '', deadlineMs, maxBytes = MAX_BODY_BYTES, signal }) => {
    const startedAt = clock.now();
    const hangUp = new AbortController();
    const failed = (problem: string): ProbeAnswer => ({ status: null, headers: {}, body: '', latencyMs: clock.now() - startedAt, problem });
    try {
      const answer = await within(
        clock,
        startedAt + deadlineMs,
        exchange({ url, method, headers, body, maxBytes, signal: hangUp.signal }),
        signal,
      );
      if (answer === LATE) return failed('deadline');
      if (answer.status === null) return failed('reset');
      return {
        status: answer.status,
        headers: answer.headers,
        body: bounded(answer.body, maxBytes),
        latencyMs: clock.now() - startedAt,
        problem: null,
      };
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      const detail = certificateDetail(thrown);
      return { ...failed(problemOf(thrown)), ...(detail === null ? {} : { detail }) };
    } finally {
      hangUp.abort(OVER);
    }
  };
}

/** The exchange over sockets, or over the streams that `connect` makes. */
export function socketExchange(connect: Connect | null): Exchange {
  return ({ url, method, headers, body, maxBytes, signal }) =>
    new Promise((resolve, reject) => {
      const sized = body === '' ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
      const request = open(new URL(url), { method, headers: sized, signal }, connect);
      request.on('error', reject);
      request.on('response', (response) => {
        const status = response.statusCode ?? null;
        readBody(response, maxBytes).then((text) => resolve({ status, headers: plainHeaders(response), body: text }), reject);
      });
      request.end(body);
    });
}

/** No agent: every probe pays for name, connection and TLS, as a new user does. */
function open(
  url: URL,
  options: Pick<RequestOptions, 'method' | 'signal'> & { readonly headers: Readonly<Record<string, string>> },
  connect: Connect | null,
): ClientRequest {
  if (connect === null) return (url.protocol === 'https:' ? overHttps : overHttp)(url, { ...options, agent: false });
  const target = targetOf(url);
  const where = { host: target.host, port: target.port, path: url.pathname + url.search, headers: { host: url.host, ...options.headers } };
  return overHttp({ ...options, ...where, createConnection: () => connect(target) });
}

/** At most so much; the rest is not waited for. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

function plainHeaders(response: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function bounded(body: string, maxBytes: number): string {
  return Buffer.byteLength(body) <= maxBytes ? body : Buffer.from(body).subarray(0, maxBytes).toString('utf8');
}
