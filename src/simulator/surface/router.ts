import { defined } from '../../core/defined.ts';
import type { SimResponse } from '../messages.ts';
import type { Query } from './query.ts';
import type { Fields } from './wire.ts';

/** One call of an API method, as its implementation sees it. */
export interface Call {
  readonly now: number;
  /** When the request arrived; `now` is later only after a `Later`. */
  readonly receivedAt: number;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** Parsed body; throws 400 when it is not JSON. */
  body(): Fields;
  /** The body as it came, for methods that take more than JSON. */
  readonly raw: { readonly contentType: string; readonly text: string };
  /** Principal that the audit log names. */
  readonly actor: string;
  readonly userAgent: string;
  /** Whether the caller is without this permission. */
  lacks(permission: string): boolean;
  /** The write took effect: enters the audit log and `writes()`. */
  commit(write: Committed): void;
  /** A matching fault wants the operation of this call to stay unfinished for so long; null: no such fault. */
  readonly stuckForMs: number | null;
}

export interface Committed {
  /** `google.cloud.run.v2.Services.UpdateService`. */
  readonly methodName: string;
  readonly resourceName: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly request: unknown;
}

export interface Route {
  /** Method id of the discovery document. */
  readonly id: string;
  /** Host of the real API. */
  readonly host: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/v1/projects/{project}/locations/{location}/connectors/{connector}`; the last segment may end in `:verb`. */
  readonly path: string;
  /** Permission needed on the project; null: none. */
  readonly permission: string | null;
  readonly writes: boolean;
  readonly errors?: 'legacy';
  /** Its body is bytes, not JSON. */
  readonly media?: true;
  /** false: a write of data, which the audit log of admin activity and `writes()` leave out; the ledger counts it. */
  readonly audited?: false;
  /** Each answer is made for its call out of what never changes, without undefined fields: the long lists, that need no copy then. */
  readonly answersAfresh?: true;
  answer(call: Call): unknown;
}

/** Answered by a method that waits: ask again at `at`. */
export class Later {
  readonly at: number;

  constructor(at: number) {
    this.at = at;
  }
}

/** Answered by a method whose answer is more than 200 with JSON: media, headers, another status. */
export class Verbatim {
  readonly response: SimResponse;

  constructor(response: SimResponse) {
    this.response = response;
  }
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const REMEMBERED = 2_000;

interface Compiled {
  readonly route: Route;
  readonly segments: readonly { readonly literal: string | null; readonly name: string }[];
  readonly verb: string | null;
}

/** Finds the route of a path (without query). Segments are matched decoded; `%2F` may also separate segments (libraries 1.7). */
export class Router {
  readonly #byShape = new Map<string, Compiled[]>();
  readonly #found = new Map<string, Match | null>();
  readonly routes: readonly Route[];

  constructor(routes: readonly Route[]) {
    this.routes = routes;
    for (const route of routes) {
      const compiled = compile(route);
      const shape = `${route.method} ${compiled.segments.length}`;
      this.#byShape.set(shape, [...(this.#byShape.get(shape) ?? []), compiled]);
    }
  }

  /** The same match for the same path: a run asks for some dozens of paths, thousands of times. */
  find(method: string, path: string): Match | null {
    const key = `${method} ${path}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#search(method, path);
    if (this.#found.size >= REMEMBERED) this.#found.clear();
    this.#found.set(key, found);
    return found;
  }

  #search(method: string, path: string): Match | null {
    const direct = this.#match(method, path);
    if (direct || !/%2f/i.test(path)) return direct;
    return this.#match(method, path.replace(/%2f/gi, '/'));
  }

  #match(method: string, path: string): Match | null {
    const parts = path.split('/');
    const candidates = this.#byShape.get(`${method} ${parts.length}`);
    if (!candidates) return null;
    const last = defined(parts[parts.length - 1]);
    const colon = last.lastIndexOf(':');
    const verb = colon >= 0 ? last.slice(colon + 1) : null;
    if (colon >= 0) parts[parts.length - 1] = last.slice(0, colon);
    for (const candidate of candidates) {
      const params = candidate.verb === verb ? bind(candidate, parts) : null;
      if (params) return { route: candidate.route, params };
    }
    return null;
  }
}

function bind({ segments }: Compiled, parts: readonly string[]): Record<string, string> | null {
  for (let index = 0; index < parts.length; index++) {
    const { literal } = defined(segments[index]);
    if (literal === null ? parts[index] === '' : literal !== parts[index]) return null;
  }
  const params: Record<string, string> = {};
  for (let index = 0; index < parts.length; index++) {
    const { literal, name } = defined(segments[index]);
    if (literal === null) params[name] = decode(defined(parts[index]));
  }
  return params;
}

function compile(route: Route): Compiled {
  const [path, verb] = route.path.split(/:(?=[a-zA-Z]+$)/) as [string, string | undefined];
  const segments = path.split('/').map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return { literal: name === undefined ? part : null, name: name ?? '' };
  });
  return { route, segments, verb: verb ?? null };
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
