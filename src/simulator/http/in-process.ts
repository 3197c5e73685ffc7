import type { Server } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { AuthClient, gaxios } from 'google-auth-library';
import { bytesOf, textOf } from './grpc-body.ts';
import { createHttpServer } from './http-server.ts';
import type { SimResponse } from '../messages.ts';
import { InProcessResponse, prepared } from './in-process-response.ts';
import type { Simulator } from '../simulator-interface.ts';
import { escaped } from '../surface/escaped.ts';
import { isFields } from '../surface/wire.ts';

/**
 * Credentials whose `request()` is the simulator itself, for googleapis, the generated REST clients and bare requests alike.
 * Answers and errors have the shape that gaxios gives them: `GaxiosError` for a status that `validateStatus` refuses, `code`
 * `ECONNRESET` for a lost answer, the signal's reason as `cause` after an abort. It neither retries nor arms timers: `retry`
 * and `timeout` of the options are not looked at.
 */
export function inProcessClient(simulator: Simulator): AuthClient {
  return new InProcessClient(simulator);
}

export interface ProbeTransport {
  /**
   * One request, without streams in between. `status` null: the connection was reset. Rejects with the signal's reason, or
   * with OpenSSL's code when the certificate of one of the load balancers' names is not in force.
   */
  http(request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal?: AbortSignal;
  }): Promise<SimResponse>;
  /** One gRPC call, likewise. */
  grpc(request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
    readonly signal: AbortSignal;
  }): Promise<{ readonly status: number | null; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }>;
  /** Takes a bare connection where a service of the world listens; rejects elsewhere. */
  open(target: { readonly host: string; readonly port: number }): Promise<void>;
  /** The client's end of a new connection to the simulator, for `createConnection` of node:http and ws. */
  connect(): Duplex;
  /** The client's end of a new connection to the simulated database, whatever the address; refused where there is none. */
  dial(): Duplex;
}

/** How probes reach the simulated services within this process. */
export function inProcessProbeTransport(simulator: Simulator): ProbeTransport {
  let server: Server | null = null;
  let database: NetServer | null = null;
  const http: ProbeTransport['http'] = async ({ url, method, headers, body, signal }) => {
    const refused = url.startsWith('https:') ? simulator.tlsProblem(hostOf(url)) : null;
    if (refused !== null) throw Object.assign(new Error(refused.message), { code: refused.code });
    const named = { host: hostOf(url), ...lowerCase(headers) };
    return simulator.handle({ method, path: pathOf(url), headers: named, body, ...(signal && { signal }) });
  };
  return {
    http,
    grpc: async ({ url, headers, body, signal }) => {
      const answer = await http({ url, method: 'POST', headers, body: textOf(body, headers), signal });
      return { ...answer, body: bytesOf(answer.body, answer.headers) };
    },
    open: ({ host, port }) =>
      simulator.listensAt(host, port)
        ? Promise.resolve()
        : Promise.reject(Object.assign(new Error(`connect ECONNREFUSED ${host}:${port}`), { code: 'ECONNREFUSED' })),
    connect: () => {
      server ??= createHttpServer(() => simulator);
      const [client, service] = duplexPair();
      server.emit('connection', service);
      return client;
    },
    dial: () => {
      database ??= simulator.postgres();
      const [client, service] = duplexPair();
      if (database === null) client.destroy(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
      else database.emit('connection', service);
      return client;
    },
  };
}

class InProcessClient extends AuthClient {
  readonly #simulator: Simulator;

  constructor(simulator: Simulator) {
    super({ useAuthRequestParameters: false });
    this.#simulator = simulator;
  }

  override async request<T>(options: gaxios.GaxiosOptions): gaxios.GaxiosPromise<T> {
    const { signal } = options;
    const url = String(options.url);
    const query = queryOf(options.params);
    const path = pathOf(url);
    let answer: SimResponse;
    try {
      answer = await this.#simulator.handle({
        method: (options.method ?? 'GET').toUpperCase(),
        path: query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
        headers: lowerCase(options.headers),
        body: bodyOf(options.data ?? options.body),
        ...(signal && { signal }),
      });
    } catch (thrown) {
      if (!signal?.aborted) throw thrown;
      throw failure(thrown, options);
    }
    if (answer.status === null) throw failure(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), options);
    return this.#checked<T>(answer, answer.status, options);
  }

  #checked<T>(answer: SimResponse, status: number, options: gaxios.GaxiosOptions): gaxios.GaxiosResponse<T> {
    const response = new InProcessResponse<T>(answer, status, options);
    const accepted = options.validateStatus ? options.validateStatus(status) : status >= 200 && status < 300;
    if (accepted) return response;
    const told = errorOf(response.data, status);
    throw new gaxios.GaxiosError(told.message, response.config, response, told);
  }

  /** As on a machine of Google Cloud: the metadata server tells who we are. */
  async fetchIdToken(audience: string): Promise<string> {
    const path = `/computeMetadata/v1/instance/service-accounts/default/identity?audience=${escaped(audience)}`;
    return (await this.#simulator.handle({ method: 'GET', path, headers: { 'metadata-flavor': 'Google' }, body: '' })).body;
  }

  override getRequestHeaders(): Promise<Headers> {
    return Promise.resolve(new Headers());
  }

  override getAccessToken(): Promise<{ token?: string | null }> {
    return Promise.resolve({});
  }
}

/** As gaxios reports a request that had no answer: the name of an abort, or the code of a socket error. */
function failure(cause: unknown, options: gaxios.GaxiosOptions): gaxios.GaxiosError {
  const error = new gaxios.GaxiosError(cause instanceof Error ? cause.message : String(cause), prepared(options), undefined, cause);
  error.code ??= 'AbortError';
  return error;
}

/** Message and code as gaxios reads them from an answer that was refused: from Google's error body, or from the text. */
function errorOf(data: unknown, status: number): { readonly message: string; readonly code: number | string } {
  const standard = { message: typeof data === 'string' && data !== '' ? data : `Request failed with status code ${status}`, code: status };
  const error = isFields(data) && isFields(data['error']) ? data['error'] : null;
  if (!error) return standard;
  const message = typeof error['message'] === 'string' ? error['message'] : standard.message;
  return { ...error, message, code: typeof error['code'] === 'number' ? error['code'] : status };
}

function hostOf(url: string): string {
  return /^\w+:\/\/(?:[^@/]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';
}

function pathOf(url: string): string {
  const origin = url.indexOf('://');
  const slash = url.indexOf('/', origin < 0 ? 0 : origin + 3);
  const path = slash < 0 ? '/' : url.slice(slash);
  const hash = path.indexOf('#');
  return hash < 0 ? path : path.slice(0, hash);
}

/** Lists repeat their key, as Google's front ends read them. */
function queryOf(params: unknown): string {
  if (params === undefined || params === null) return '';
  if (params instanceof URLSearchParams) return params.toString();
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(params)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) pairs.push(`${escaped(name)}=${escaped(String(each))}`);
    }
  }
  return pairs.join('&');
}

function bodyOf(data: unknown): string {
  if (data === undefined || data === null) return '';
  if (typeof data === 'string') return data;
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  return JSON.stringify(data);
}

function lowerCase(headers: unknown): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  if (headers === undefined || headers === null) return out;
  if (headers instanceof Headers) {
    headers.forEach((value, name) => (out[name] = value));
    return out;
  }
  const pairs = Array.isArray(headers) ? (headers as [string, unknown][]) : Object.entries(headers);
  for (const [name, value] of pairs) if (value !== undefined) out[name.toLowerCase()] = String(value);
  return out;
}
