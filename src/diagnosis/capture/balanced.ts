import type { LogGroup } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import { signatureOf } from '../signatures.ts';

type Requests = Readonly<Record<string, RequestStats>>;

/** Requests that a load balancer handed on, by balancer and backend, and how the service itself logs such. */
export interface Balanced {
  /** One entry of a balancer's log that its backend answered. */
  add(service: string, backend: string, request: { readonly at: number; readonly status: number; readonly insertId: string | null }): void;
  /** What is to be made of them once everything is read. */
  settle(groups: readonly LogGroup[], requests: Requests, own: Own): { readonly groups: readonly LogGroup[]; readonly requests: Requests };
}

/** Of the request log of services themselves: all, and those answered 404. */
interface Own {
  readonly requests: number;
  readonly notFound: number;
}

interface Backend {
  readonly service: string;
  readonly backend: string;
  total: number;
  notFound: number;
  firstAt: number;
  lastAt: number;
  insertId: string | null;
}

/** So many requests show that it is all of them. */
const ENOUGH = 20;
const MOST_BACKENDS = 500;

export function createBalanced(): Balanced {
  const backends = new Map<string, Backend>();
  return {
    add(service, backend, { at, status, insertId }) {
      const key = `${service}\n${backend}`;
      const known = backends.get(key) ?? { service, backend, total: 0, notFound: 0, firstAt: at, lastAt: at, insertId };
      if (!backends.has(key) && backends.size >= MOST_BACKENDS) return;
      backends.set(key, known);
      known.total += 1;
      if (status === 404) known.notFound += 1;
      known.firstAt = Math.min(known.firstAt, at);
      known.lastAt = Math.max(known.lastAt, at);
    },
    settle(groups, requests, own) {
      const empty = [...backends.values()].filter((each) => isEmpty(each, own));
      const balancers = new Set([...backends.values()].map(({ service }) => service));
      const told = toldTwice(groups, balancers) ? groups.filter((group) => !isHandedOn(group, balancers)) : groups;
      const stats = toldTwice(groups, balancers) ? withoutFailures(requests, balancers) : requests;
      return { groups: [...told, ...empty.map(groupOf)], requests: empty.reduce(withFailures, stats) };
    },
  };
}

/**
 * Everything is answered 404 and the services, whose requests are in the capture too, log hardly any: it is Cloud Run’s own page for a
 * name that leads nowhere. Source: Cloud Run, “Serverless NEG issues” (404 for a service that does not exist or denies the ingress).
 */
function isEmpty({ total, notFound }: Backend, own: Own): boolean {
  return total >= ENOUGH && notFound >= 0.95 * total && own.requests > 0 && own.notFound <= 0.1 * notFound;
}

/** Where services log failures themselves, those that the balancer handed on are the same requests once more. */
function toldTwice(groups: readonly LogGroup[], balancers: ReadonlySet<string>): boolean {
  return groups.some(({ service, signature }) => !balancers.has(service) && signatureOf(signature)?.role === 'consequence');
}

function isHandedOn({ service, signature }: LogGroup, balancers: ReadonlySet<string>): boolean {
  return balancers.has(service) && signature === 'server-error';
}

function groupOf({ service, backend, notFound, firstAt, lastAt, insertId }: Backend): LogGroup {
  return {
    signature: 'load-balancer',
    service,
    revision: service,
    count: notFound,
    firstAt,
    lastAt,
    sample: `backend ${backend}: 404 for each of ${notFound} requests, none of which any service logs`,
    facts: { detail: `${backend} answers 404 to all` },
    insertId,
  };
}

function withFailures(requests: Requests, { service, notFound }: Backend): Requests {
  return changed(requests, service, (stats) => ({ ...stats, serverErrors: stats.serverErrors + notFound }));
}

function withoutFailures(requests: Requests, balancers: ReadonlySet<string>): Requests {
  return [...balancers].reduce((all, service) => changed(all, service, (stats) => ({ ...stats, serverErrors: 0 })), requests);
}

type Counts = Pick<RequestStats, 'total' | 'serverErrors'>;

function changed(requests: Requests, service: string, change: (counts: Counts) => Counts): Requests {
  const stats = requests[service];
  if (stats === undefined) return requests;
  const byRevision = Object.fromEntries(Object.entries(stats.byRevision).map(([name, counts]) => [name, change(counts)]));
  return { ...requests, [service]: { ...stats, ...change(stats), byRevision } };
}
