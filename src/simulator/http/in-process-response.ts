import type { gaxios } from 'google-auth-library';
import { copyJson, type SimResponse } from '../messages.ts';

/**
 * An answer that was never on a wire. A real `Response` costs several times the request itself and can be read only once;
 * this one is read as often as anybody likes (the generated clients, and the errors of gaxios, read it again).
 */
export class InProcessResponse<T> implements gaxios.GaxiosResponse<T> {
  readonly status: number;
  readonly ok: boolean;
  data: T;
  readonly redirected = false;
  readonly type = 'default';
  readonly bodyUsed = true;
  readonly #answer: SimResponse;
  readonly #options: gaxios.GaxiosOptions;
  #config: gaxios.GaxiosOptionsPrepared | undefined;
  #headers: Headers | undefined;

  constructor(answer: SimResponse, status: number, options: gaxios.GaxiosOptions) {
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.#answer = answer;
    this.#options = options;
    this.data = decode(answer, options.responseType) as T;
  }

  /** Made only when somebody asks what was sent: as good as nobody does. */
  get config(): gaxios.GaxiosOptionsPrepared {
    return (this.#config ??= prepared(this.#options));
  }

  /** The errors of gaxios put a copy in its place. */
  set config(config: gaxios.GaxiosOptionsPrepared) {
    this.#config = config;
  }

  get headers(): Headers {
    return (this.#headers ??= new Headers(this.#answer.headers));
  }

  get statusText(): string {
    return this.ok ? 'OK' : '';
  }

  get url(): string {
    return this.config.url.href;
  }

  get body(): Response['body'] {
    return new Response(this.#answer.body).body;
  }

  text(): Promise<string> {
    return Promise.resolve(this.#answer.body);
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#answer.body);
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return new Response(this.#answer.body).arrayBuffer();
  }

  blob(): Promise<Blob> {
    return new Response(this.#answer.body).blob();
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return Promise.resolve(new TextEncoder().encode(this.#answer.body));
  }

  formData(): Promise<FormData> {
    return new Response(this.#answer.body).formData();
  }

  clone(): Response {
    return new Response(this.#answer.body, { status: this.status, headers: this.#answer.headers });
  }
}

/** The options as gaxios reports them: with the address taken apart. */
export function prepared(options: gaxios.GaxiosOptions): gaxios.GaxiosOptionsPrepared {
  const { url } = options;
  return { ...options, url: url instanceof URL ? url : new URL(String(url)), headers: new Headers() };
}

/** What gaxios puts into `data`; for a stream, its text, which is what it keeps of an error's body. */
function decode(answer: SimResponse, responseType: gaxios.GaxiosOptions['responseType']): unknown {
  if (responseType === 'text' || responseType === 'stream') return answer.body;
  if (responseType === 'arraybuffer') return new TextEncoder().encode(answer.body).buffer;
  if (answer.json !== undefined) return answer.isFresh === true ? answer.json : copyJson(answer.json);
  if (responseType !== 'json' && !answer.headers['content-type']?.includes('json')) return answer.body;
  try {
    return JSON.parse(answer.body);
  } catch {
    return answer.body;
  }
}
