import { AuthClient } from 'google-auth-library';
import type { gaxios } from 'google-auth-library';
import { FirebreakError, InvariantError } from '../core/errors.ts';
import { credentialsFailure, givesIdTokens, noIdToken } from './auth.ts';

/** The largest answer that is read: a page of log entries or time series is far below it. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const GOOGLE_HOST = '.googleapis.com';
/** POSTs that change nothing. Everything else that is not a GET is a write. */
const READING_POSTS = [
  /^\/v2\/entries:list$/,
  /^\/v[13]\/projects\/[^/]+:(?:testIamPermissions|getIamPolicy)$/,
  /^\/v1\/projects\/[^/]+\/serviceAccounts\/[^/]+:testIamPermissions$/,
  // Makes a token that says who we are; nothing at Google changes by it.
  /^\/v1\/projects\/-\/serviceAccounts\/[^/]+:generateIdToken$/,
];

export interface GuardOptions {
  readonly authClient: AuthClient;
  /** null: Google itself. Otherwise the one origin that may be spoken to. */
  readonly baseUrl: string | null;
  readonly readOnly: boolean;
  /** Told the `Date` of each answer. */
  readonly onDate?: (date: string | null) => void;
}

/**
 * The lowest layer of every call to Google, whichever client makes it (googleapis, the generated ones, or our own): they are
 * all handed this client instead of the credentials. It promises that
 * - with `readOnly`, nothing but reads is sent: anything else is an `InvariantError` before a byte leaves;
 * - nothing is sent anywhere but to `*.googleapis.com`, or to `baseUrl` when there is one: a rehearsal cannot reach production;
 * - no client library retries, follows a redirect, sets a timeout of its own or gets hold of a token;
 * - credentials that do not work are reported as such (`UserError`), and never look like an answer of the API.
 */
export class GuardedClient extends AuthClient {
  readonly #inner: AuthClient;
  readonly #base: URL | null;
  readonly #prefix: string;
  readonly #readOnly: boolean;
  readonly #onDate: (date: string | null) => void;

  constructor(options: GuardOptions) {
    super();
    this.#inner = options.authClient;
    this.#base = options.baseUrl === null ? null : new URL(options.baseUrl);
    this.#prefix = `${this.#base?.origin}/`;
    this.#readOnly = options.readOnly;
    this.#onDate = options.onDate ?? (() => {});
  }

  override async request<T>(options: gaxios.GaxiosOptions): gaxios.GaxiosPromise<T> {
    const url = String(options.url);
    if (!this.#isOurs(url)) this.#refuseForeign(new URL(url));
    if (this.#readOnly) refuseWrite((options.method ?? 'GET').toUpperCase(), new URL(url), options.headers);
    if (this.#base === null || this.#base.protocol === 'https:') await this.#authorize(new URL(url));
    if (options.signal?.aborted) throw options.signal.reason;
    return this.#send<T>(options);
  }

  /** Nothing: a token leaves this object only inside `request`. */
  override getRequestHeaders(): Promise<Headers> {
    return Promise.resolve(new Headers());
  }

  /** Nothing: see `getRequestHeaders`. */
  override getAccessToken(): Promise<{ token?: string | null }> {
    return Promise.resolve({});
  }

  /**
   * An ID token of the credentials' own account for `audience`, as a text: for a service of ours, never for Google's APIs.
   * @throws UserError `no-id-token` where credentials of this kind give none.
   */
  async idToken(audience: string): Promise<string> {
    if (!givesIdTokens(this.#inner)) throw noIdToken();
    try {
      return await this.#inner.fetchIdToken(audience);
    } catch (thrown) {
      throw thrown instanceof FirebreakError ? thrown : credentialsFailure(thrown);
    }
  }

  /** The usual case, told without taking the address apart: it begins with the one origin, and the path begins right behind it. */
  #isOurs(url: string): boolean {
    return this.#base !== null && url.startsWith(this.#prefix);
  }

  #refuseForeign(url: URL): void {
    const allowed =
      this.#base === null ? url.protocol === 'https:' && url.hostname.endsWith(GOOGLE_HOST) : url.origin === this.#base.origin;
    if (!allowed)
      throw new InvariantError(
        `a request for ${url.origin} was about to be sent; only ${this.#base?.origin ?? `*${GOOGLE_HOST}`} is allowed`,
      );
  }

  /** Gets (or refreshes) the token first, so that its failure is not taken for the API's. Cached by the credentials. */
  async #authorize(url: URL): Promise<void> {
    try {
      await this.#inner.getRequestHeaders(url);
    } catch (thrown) {
      throw thrown instanceof FirebreakError ? thrown : credentialsFailure(thrown);
    }
  }

  async #send<T>(options: gaxios.GaxiosOptions): gaxios.GaxiosPromise<T> {
    // Generated clients ask for a stream and bring an agent that ignores proxies; both are ours to decide.
    const { agent: _agent, timeout: _timeout, ...rest } = options;
    const streamed = options.responseType === 'stream';
    const sent: gaxios.GaxiosOptions = {
      ...rest,
      retry: false,
      redirect: 'error',
      maxContentLength: MAX_ANSWER_BYTES,
      adapter: sendAbortably,
    };
    // A proxy of the environment must not see what is meant for this machine.
    if (this.#base?.protocol === 'http:') sent.noProxy = [this.#base.hostname];
    const answer = await this.#inner.request<T>(streamed ? { ...sent, responseType: 'text' } : sent);
    const { headers } = answer;
    this.#onDate((headers instanceof Headers ? headers : new Headers(headers)).get('date'));
    return streamed ? asFetchResponse<T>(answer) : answer;
  }
}

/**
 * node-fetch, given a request with a body whose signal is aborted already, throws past everybody: the whole process would end.
 * It may come to that although the signal is asked before, for a few promises lie in between; so an abort reaches it only in a
 * later turn of the loop, when the request is on its way.
 */
async function sendAbortably<T>(
  options: gaxios.GaxiosOptionsPrepared,
  send: (options: gaxios.GaxiosOptionsPrepared) => gaxios.GaxiosPromise<T>,
): gaxios.GaxiosPromise<T> {
  const { signal } = options;
  if (!signal) return send(options);
  signal.throwIfAborted();
  const later = new AbortController();
  const abort = (): void => void setImmediate(() => later.abort(signal.reason));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await send({ ...options, signal: later.signal });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function refuseWrite(method: string, url: URL, headers: unknown): void {
  if (isRead(method, url, headers)) return;
  throw new InvariantError(`${method} ${url.pathname} was about to be sent although this run may only read`);
}

/** Whether a request only reads (the allow-list of a dry run). */
export function isRead(method: string, url: URL, headers: unknown): boolean {
  // Google's front ends honour this header: a GET could carry a PATCH.
  if (new Headers(headers as ConstructorParameters<typeof Headers>[0]).has('x-http-method-override')) return false;
  if (method === 'GET' || method === 'HEAD') return true;
  return method === 'POST' && READING_POSTS.some((path) => path.test(url.pathname));
}

/** The answer with a body that can still be read the way `fetch` does, which is how the generated clients read it. */
function asFetchResponse<T>(answer: gaxios.GaxiosResponse<T>): gaxios.GaxiosResponse<T> {
  const data: unknown = answer.data;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const empty = answer.status === 204 || answer.status === 304;
  const response = new Response(empty ? null : text, { status: answer.status, headers: answer.headers });
  return Object.assign(response, { config: answer.config, data: answer.data });
}
