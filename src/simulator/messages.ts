/** One HTTP request as the simulator reads it, whatever carried it here. */
export interface SimRequest {
  readonly method: string;
  /** Path with query, as on the request line. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The client hung up. */
  readonly signal?: AbortSignal;
}

/** `status` null: the connection was reset and no answer arrives (gcp-facts 11: the write may have been committed). */
export interface SimResponse {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The value that `body` spells, when it is JSON; shared with the simulator, so copy before handing it on, unless it `isFresh`. */
  readonly json?: unknown;
  /** `json` is what a reader of `body` would get, made for this request out of what never changes. */
  readonly isFresh?: boolean;
}

export const JSON_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json; charset=UTF-8' };
export const HTML_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'text/html; charset=UTF-8' };

export const RESET: SimResponse = { status: null, headers: {}, body: '' };

export function jsonResponse(status: number, value: unknown, isFresh = false): SimResponse {
  return new JsonResponse(status, value, isFresh);
}

/** The answer with the time of Google's front end, as every one of them carries it. */
export function dated(response: SimResponse, at: number): SimResponse {
  if (response.status === null) return response;
  const headers = { ...response.headers, date: new Date(at).toUTCString() };
  if (response instanceof JsonResponse) return new JsonResponse(response.status, response.json, response.isFresh, headers);
  return { ...response, headers };
}

/** Spelled only when somebody reads the text: within one process nobody does. */
class JsonResponse implements SimResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
  readonly isFresh: boolean;
  #body: string | undefined;

  constructor(status: number, json: unknown, isFresh: boolean, headers = JSON_HEADERS) {
    this.headers = headers;
    this.status = status;
    this.json = json;
    this.isFresh = isFresh;
  }

  get body(): string {
    return (this.#body ??= JSON.stringify(this.json));
  }
}

/** What a reader of `body` would get: a deep copy without undefined fields, several times cheaper than spelling and parsing. */
export function copyJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    for (const each of value) list.push(each === undefined ? null : copyJson(each));
    return list;
  }
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (inner !== undefined) copy[key] = typeof inner === 'object' && inner !== null ? copyJson(inner) : inner;
  }
  return copy;
}
