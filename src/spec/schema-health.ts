import { z } from 'zod';
import { addressFault, count, duration, pathFault, text } from './fields.ts';
import type { Fault } from './fields.ts';

/** Headers that the connection itself sets (HTTP, RFC 9110 and 9113). */
const OF_THE_CONNECTION =
  /^(?:host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|keep-alive|proxy-connection|x-serverless-authorization)$/i;

/** `user:password@` has no place in it. */
const TCP = /^tcp:\/\/(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?):([1-9]\d{0,4})$/;

/** Google's front end takes every connection to these names, whatever becomes of the service behind it. */
const GOOGLES_FRONT = /\.(?:run\.app|a\.run\.app|appspot\.com|cloudfunctions\.net)$/;

const SERVICE_ACCOUNT = /^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/;

const fields = z.strictObject({
  kind: z
    .enum(['http', 'grpc', 'tcp'])
    .default('http')
    .describe('http: a GET. grpc: grpc.health.v1.Health/Check over HTTP/2. tcp: a connection alone, which vouches for nothing by itself.'),
  url: text('An absolute http(s) URL, or a path on the service itself such as /health; of tcp: tcp://HOST:PORT.', urlFault).optional(),
  service: text('Of grpc: the name to ask for, as the server registers it; absent: the server as a whole.', (value) =>
    /^[A-Za-z_][\w.]{0,199}$/.test(value)
      ? null
      : { what: 'not the name of a gRPC service', fix: 'write it as the server registers it, such as shop.v1.Checkout' },
  ).optional(),
  maxLatency: duration('A slower answer counts as unhealthy.', '10ms', '5m').default('2s'),
  expectStatus: count('Of http: the one status that is a good answer; absent: any from 200 to 299.', 100, 599).optional(),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/), z.string().max(4_096))
    .default({})
    .describe('Sent along; a value may be env:NAME, and a secret must be.'),
  identity: text(
    'Sends an ID token for the service’s own address along: self (of the account that Firebreak runs as), or the e-mail address of a service account that it may impersonate.',
    (value) =>
      value === 'self' || SERVICE_ACCOUNT.test(value)
        ? null
        : { what: 'neither self nor a service account', fix: 'write self, or NAME@PROJECT.iam.gserviceaccount.com' },
  ).optional(),
});

type Fields = z.output<typeof fields>;

/** One synthetic request of each look. */
export const healthCheck = fields.superRefine((check, context) => {
  for (const { key, what, fix } of faultsOf(check)) context.addIssue({ code: 'custom', path: key, message: what, params: { fix } });
});

interface KeyFault extends Fault {
  readonly key: string[];
}

function faultsOf(check: Fields): readonly KeyFault[] {
  return [...urlFaults(check), ...foreignKeys(check), ...headerFaults(check), ...identityFaults(check)];
}

function urlFault(value: string): Fault | null {
  if (value.startsWith('/')) return pathFault(value);
  if (!value.startsWith('tcp:')) return addressFault(value);
  const port = Number(TCP.exec(value)?.[1]);
  if (port <= 65_535) return null;
  return { what: 'not an address of the form tcp://HOST:PORT', fix: 'write host and port, such as tcp://10.0.0.5:8443' };
}

function urlFaults({ kind, url }: Fields): readonly KeyFault[] {
  const key = ['url'];
  const isTcp = url?.startsWith('tcp:') === true;
  if (url === undefined) {
    if (kind === 'grpc') return [];
    return [{ key, what: 'required, but missing', fix: kind === 'tcp' ? 'add url: tcp://HOST:PORT' : 'add url: /health' }];
  }
  if (kind !== 'tcp') return isTcp ? [{ key, what: `${kind} does not ask a tcp:// address`, fix: 'write kind: tcp' }] : grpcUrl(kind, url);
  if (!isTcp) {
    const what = 'a connection to the service’s own address meets Google’s front end, whatever becomes of the service';
    return [{ key, what, fix: 'name what really listens, as tcp://HOST:PORT, or leave out kind: tcp' }];
  }
  const hostname = URL.parse(url)?.hostname ?? '';
  const what = `${hostname} is Google’s front end, which takes every connection`;
  return GOOGLES_FRONT.test(hostname) ? [{ key, what, fix: 'ask by kind: http or grpc' }] : [];
}

function grpcUrl(kind: Fields['kind'], url: string): readonly KeyFault[] {
  if (kind !== 'grpc' || url === '/') return [];
  if (url.startsWith('/') || new URL(url).pathname !== '/')
    return [{ key: ['url'], what: 'gRPC health has a path of its own', fix: 'leave url out, or write the address alone: https://HOST' }];
  return [];
}

function foreignKeys({ kind, service, expectStatus, headers, identity }: Fields): readonly KeyFault[] {
  const given = {
    service: service !== undefined && kind !== 'grpc',
    expectStatus: expectStatus !== undefined && kind !== 'http',
    headers: Object.keys(headers).length > 0 && kind === 'tcp',
    identity: identity !== undefined && kind === 'tcp',
  };
  return Object.entries(given)
    .filter(([, isForeign]) => isForeign)
    .map(([key]) => ({ key: [key], what: `${key} says nothing where kind is ${kind}`, fix: `remove ${key}, or write another kind` }));
}

function headerFaults({ headers }: Fields): readonly KeyFault[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const key = ['headers', name];
    if (OF_THE_CONNECTION.test(name)) return [{ key, what: 'this header is set by the request itself', fix: 'remove it' }];
    return isHeaderValue(value) ? [] : [{ key, what: 'a header cannot hold this value', fix: 'write printable characters on one line' }];
  });
}

/** Printable, of one line (RFC 9110, 5.5). */
export function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function identityFaults({ identity, url }: Fields): readonly KeyFault[] {
  if (identity === undefined || url?.startsWith('http:') !== true) return [];
  return [{ key: ['identity'], what: 'an ID token does not travel over an open line', fix: 'write url as https://…, or as a path' }];
}
