import { defined } from '../core/defined.ts';
import type { IncomingMessage } from 'node:http';

/** No answer is longer. */
const LONGEST_BODY = 8_192;

export type Fields = Readonly<Record<string, string>>;

/** The body of a request, null where it is too long; then the rest is not read. The server's own time limit bounds how long it may take. */
export async function bodyOf(request: Pick<IncomingMessage, 'iterator'>): Promise<string | null> {
  let bytes = 0;
  const parts: Buffer[] = [];
  // The answer still has to go over the same connection.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > LONGEST_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** The fields of a form or of a JSON object; null: it is neither, or a field of it is no text. A field twice is none. */
export function fieldsOf(body: string, type: string | undefined): Fields | null {
  const kind = defined((type ?? '').split(';', 1)[0])
    .trim()
    .toLowerCase();
  if (kind === 'application/x-www-form-urlencoded') {
    const form = new URLSearchParams(body);
    return new Set(form.keys()).size === form.size ? Object.fromEntries(form) : null;
  }
  if (kind === '' && body === '') return {};
  return kind === 'application/json' ? ofJson(body) : null;
}

function ofJson(body: string): Fields | null {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const entries = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return entries.length === Object.keys(value).length ? Object.fromEntries(entries) : null;
  } catch {
    return null;
  }
}
