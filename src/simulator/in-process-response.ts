import type { gaxios } from 'google-auth-library';
import { copyJson, type SimResponse } from './messages.ts';

/**
 * An answer that was never on a wire. A real `Response` costs several times the request itself and can be read only once;
 * this one is read as often as anybody likes (the generated clients, and the errors of gaxios, read it again).
 */
export class InProcessResponse<T> implements gaxios.GaxiosResponse<T> {
  readonly status: number;
  readonly ok: boolean;
  readonly config: gaxios.GaxiosOptionsPrepared;
  data: T;
  readonly redirected = false;
  readonly type = 'default';
  readonly bodyUsed = true;
  readonly #answer: SimResponse;

  constructor(answer: SimResponse, status: number, config: gaxios.GaxiosOptionsPrepared) {
    this.status = status;
    this.ok = status >= 200 && status < 300;
    this.config = config;
    this.#answer = answer;
    this.data = decode(answer, config.responseType) as T;
  }

  get headers(): Headers {
    return new Headers(this.#answer.headers);
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

/** What gaxios puts into `data`; for a stream, its text, which is what it keeps of an error's body. */
function decode(answer: SimResponse, responseType: gaxios.GaxiosOptions['responseType']): unknown {
  if (responseType === 'text' || responseType === 'stream') return answer.body;
  if (responseType === 'arraybuffer') return new TextEncoder().encode(answer.body).buffer;
  if (answer.json !== undefined) return copyJson(answer.json);
  if (responseType !== 'json' && !answer.headers['content-type']?.includes('json')) return answer.body;
  try {
    return JSON.parse(answer.body);
  } catch {
    return answer.body;
  }
}
