import { ask } from './wire.ts';
import type { Asked, Wire } from './wire.ts';

/** The part of the Fetch standard that the clients of Slack and GitHub use. */
export interface FetchedAnswer {
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: FetchedHeaders;
  arrayBuffer(): Promise<ArrayBuffer>;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

interface FetchedHeaders extends Iterable<[string, string]> {
  get(name: string): string | null;
  entries(): Iterable<[string, string]>;
}

interface Init {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

/** `fetch` for clients that take one, over our own port: its deadline, its bound, its clock. Throws as `ask` does. */
export function fetchOver(wire: Wire, asked: Asked): (url: string | URL, init?: Init) => Promise<FetchedAnswer> {
  return async (url, { method = 'GET', headers = {}, body } = {}) => {
    const verb = METHODS.find((known) => known === method);
    if (verb === undefined) throw new TypeError(`no channel sends ${method}`);
    if (body !== undefined && body !== null && typeof body !== 'string') throw new TypeError('no channel sends files');
    const answer = await ask(wire, { url: String(url), method: verb, headers, ...(typeof body === 'string' ? { body } : {}) }, asked);
    const text = (): Promise<string> => Promise.resolve(answer.body);
    return {
      ok: answer.status >= 200 && answer.status < 300,
      status: answer.status,
      statusText: '',
      url: String(url),
      headers: headersOf(answer.headers),
      text,
      json: async () => JSON.parse(await text()) as unknown,
      arrayBuffer: async () => new TextEncoder().encode(await text()).buffer as ArrayBuffer,
    };
  };
}

function headersOf(headers: Readonly<Record<string, string>>): FetchedHeaders {
  const entries = (): [string, string][] => Object.entries(headers);
  return { get: (name) => headers[name.toLowerCase()] ?? null, entries, [Symbol.iterator]: () => entries()[Symbol.iterator]() };
}
