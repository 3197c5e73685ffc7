import { invalid } from './api-error.ts';

/** One page of `all`; the token is the offset, opaque to clients. */
export function page<T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
): { readonly items: readonly T[]; readonly nextPageToken: string | undefined } {
  const offset = token === undefined || token === '' ? 0 : readToken(token);
  const items = offset === 0 && all.length <= size ? all : all.slice(offset, offset + size);
  const next = offset + items.length;
  return { items, nextPageToken: next < all.length ? writeToken(next) : undefined };
}

/** A requested page size, with the API's default and cap; negative is 400. */
export function pageSize(text: string | number | undefined, standard: number, cap: number): number {
  const size = text === undefined || text === '' ? 0 : Number(text);
  if (!Number.isInteger(size) || size < 0) throw invalid(`Page size must be a non-negative integer: ${text}.`, 'pageSize');
  return size === 0 ? standard : Math.min(size, cap);
}

export function writeToken(offset: number): string {
  return Buffer.from(`o:${offset}`).toString('base64url');
}

export function readToken(token: string): number {
  const found = /^o:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!found) throw invalid('Page token is invalid.', 'pageToken');
  return Number(found[1]);
}

/** A list answer: an empty list and an absent token are left out, as Google leaves out defaults. */
export function listed(field: string, items: readonly unknown[], nextPageToken: string | undefined): Readonly<Record<string, unknown>> {
  return { ...(items.length > 0 && { [field]: items }), ...(nextPageToken !== undefined && { nextPageToken }) };
}
