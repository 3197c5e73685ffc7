import type { CallOptions } from '../ports/cloud.ts';
import type { CallName } from './calls.ts';
import type { Scope } from './scope.ts';

/** Reads of one API as plain JSON. */
export interface Rest {
  /** A GET; a value of the query that is undefined is left out. */
  get(call: CallName, path: string, query: Readonly<Record<string, string | number | undefined>>, options?: CallOptions): Promise<unknown>;
  /** A question that Google wants as a POST; it must stand on the guard's list of reads. */
  ask(call: CallName, path: string, body: object, options?: CallOptions): Promise<unknown>;
}

/**
 * For APIs for which googleapis has no client (Service Health), or one that costs more than it gives: Compute's is 1.5 MB of code
 * and 9 MB of types for six lists. The same guard, deadlines and retries as for all others.
 */
export function createRest(scope: Scope, host: string): Rest {
  const root = scope.client.rootUrl?.replace(/\/$/, '') ?? `https://${host}`;
  const { auth } = scope.client;
  return {
    get(call, path, query, options) {
      const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
      const url = `${root}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
      return scope.calls.read(call, (signal) => auth.request({ url, method: 'GET', signal }), options);
    },
    ask(call, path, body, options) {
      return scope.calls.read(call, (signal) => auth.request({ url: `${root}${path}`, method: 'POST', data: body, signal }), options);
    },
  };
}
