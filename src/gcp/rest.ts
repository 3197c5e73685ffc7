import type { CallOptions } from '../ports/cloud.ts';
import type { CallName } from './calls.ts';
import type { Scope } from './scope.ts';

/** One GET; empty values of the query are left out. */
export type Get = (
  call: CallName,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  options?: CallOptions,
) => Promise<unknown>;

/**
 * Plain reads of an API for which googleapis has no client (Service Health), or one that costs more than it gives: Compute's is
 * 1.5 MB of code and 9 MB of types for six lists. They pass the same guard, deadlines and retries as all others.
 */
export function createGet(scope: Scope, host: string): Get {
  const root = scope.client.rootUrl?.replace(/\/$/, '') ?? `https://${host}`;
  return (call, path, query, options) => {
    const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
    const url = `${root}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
    return scope.calls.read(call, (signal) => scope.client.auth.request({ url, method: 'GET', signal }), options);
  };
}
