import { defined } from '../core/defined.ts';
import { isIP } from 'node:net';

/** What of a request decides whether it is answered at all. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly hasBody: boolean;
  /** What a browser says of the page that asks. */
  readonly origin?: string | undefined;
  readonly fetchSite?: string | undefined;
}

/** By what names the server goes, and whether it takes answers. */
export interface Ours {
  readonly boundTo: string;
  /** Others that it was given, such as that of a proxy before it. */
  readonly names?: readonly string[];
  readonly takesAnswers?: boolean;
}

export type Admitted =
  | { readonly ok: true; readonly path: readonly string[] }
  | { readonly ok: false; readonly status: number; readonly why: string; readonly headers?: Readonly<Record<string, string>> };

const LONGEST_URL = 2_048;
const LONGEST_NAME = 200;

/**
 * Whether a request is answered, and what it asks for, in decoded parts of the path. The name that it came by must be one of this
 * machine or one that was given: a foreign page whose name was turned to this address (DNS rebinding) keeps its own name.
 * Answers are sent by POST, and by no page but our own.
 */
export function admit(asked: Asked, ours: Ours): Admitted {
  const { method, url, host, hasBody } = asked;
  if (host === undefined) return { ok: false, status: 400, why: 'no Host is given' };
  if (!isOurs(host, ours)) return { ok: false, status: 421, why: 'this server does not go by that name' };
  const isPost = method === 'POST' && ours.takesAnswers === true;
  const allow = ours.takesAnswers === true ? 'GET, HEAD, POST' : 'GET, HEAD';
  if (method !== 'GET' && method !== 'HEAD' && !isPost)
    return { ok: false, status: 405, why: `it takes ${allow}, nothing else`, headers: { allow } };
  if (isPost && isForeign(asked)) return { ok: false, status: 403, why: 'an answer is not taken from another site’s page' };
  if (hasBody && !isPost) return { ok: false, status: 413, why: 'a request needs no body' };
  if (url.length > LONGEST_URL) return { ok: false, status: 414, why: 'the address is too long' };
  const path = partsOf(url);
  return path === null ? { ok: false, status: 400, why: 'the address cannot be read' } : { ok: true, path };
}

/** What is no browser says nothing of itself; a browser always says from where a form comes. */
function isForeign({ host, origin, fetchSite }: Asked): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return true;
  if (origin === undefined) return false;
  const said = URL.parse(origin);
  return said === null || !['http:', 'https:'].includes(said.protocol) || said.host !== URL.parse(`${said.protocol}//${host}`)?.host;
}

function isOurs(host: string, { boundTo, names = [] }: Ours): boolean {
  const name = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  if (name === undefined) return false;
  const bare = name.replace(/^\[|\]$/g, '');
  if (['localhost', '127.0.0.1', '::1', ...[boundTo, ...names].map((each) => each.toLowerCase())].includes(bare)) return true;
  // Bound to every address of the machine: each of them as a number, which nobody can turn to another machine.
  return ['0.0.0.0', '::'].includes(boundTo) && isIP(bare) !== 0;
}

/** null: it is none. A part that could lead anywhere is no name of ours. */
function partsOf(url: string): readonly string[] | null {
  const path = defined(url.split(/[?#]/, 1)[0]);
  if (!path.startsWith('/')) return null;
  try {
    const parts = path.slice(1).split('/').map(decodeURIComponent);
    return parts.some((part) => part.length > LONGEST_NAME) ? null : parts;
  } catch {
    return null;
  }
}
