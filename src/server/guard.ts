import { isIP } from 'node:net';

/** What of a request decides whether it is answered at all. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  readonly hasBody: boolean;
}

export type Admitted =
  | { readonly ok: true; readonly path: readonly string[] }
  | { readonly ok: false; readonly status: number; readonly why: string; readonly headers?: Readonly<Record<string, string>> };

const LONGEST_URL = 2_048;
const LONGEST_NAME = 200;

/**
 * Whether a request is answered, and what it asks for, in decoded parts of the path. The name that it came by must be one of this
 * machine or the one that was given: a foreign page whose name was turned to this address (DNS rebinding) keeps its own name.
 */
export function admit({ method, url, host, hasBody }: Asked, boundTo: string): Admitted {
  if (host === undefined) return { ok: false, status: 400, why: 'no Host is given' };
  if (!isOurs(host, boundTo)) return { ok: false, status: 421, why: 'this server does not go by that name' };
  if (method !== 'GET' && method !== 'HEAD')
    return { ok: false, status: 405, why: 'it only reads: GET and HEAD', headers: { allow: 'GET, HEAD' } };
  if (hasBody) return { ok: false, status: 413, why: 'a request needs no body' };
  if (url.length > LONGEST_URL) return { ok: false, status: 414, why: 'the address is too long' };
  const path = partsOf(url);
  return path === null ? { ok: false, status: 400, why: 'the address cannot be read' } : { ok: true, path };
}

function isOurs(host: string, boundTo: string): boolean {
  const name = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]{1,253})(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  if (name === undefined) return false;
  const bare = name.replace(/^\[|\]$/g, '');
  if (['localhost', '127.0.0.1', '::1', boundTo.toLowerCase()].includes(bare)) return true;
  // Bound to every address of the machine: each of them as a number, which nobody can turn to another machine.
  return ['0.0.0.0', '::'].includes(boundTo) && isIP(bare) !== 0;
}

/** null: it is none. A part that could lead anywhere is no name of ours. */
function partsOf(url: string): readonly string[] | null {
  const path = url.split(/[?#]/, 1)[0]!;
  if (!path.startsWith('/')) return null;
  try {
    const parts = path.slice(1).split('/').map(decodeURIComponent);
    return parts.some((part) => part.length > LONGEST_NAME) ? null : parts;
  } catch {
    return null;
  }
}
