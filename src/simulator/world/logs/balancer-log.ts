import type { WorldLogEntry } from '../contract.ts';
import type { LoadBalancerDescription } from '../description/description.ts';
import { balancerStateOf } from '../load-balancer-state.ts';
import type { LogBook } from './log-book.ts';
import { drawn } from '../random.ts';
import { ownLoad } from '../requests.ts';
import type { WorldState } from '../state.ts';

const MINUTE = 60_000;
/** Of each host, so many of a minute's requests are written: good ones are alike, of failing ones a few say all. */
const SERVED_A_MINUTE = 1;
const FAILED_A_MINUTE = 3;

/**
 * The request log of the external load balancers: what reached them, whatever is behind. A handshake that fails is no request and leaves
 * nothing; a serverless NEG that names no service gets Cloud Run’s own 404, which no service logs. It draws no chance.
 */
export function logBalancers(state: WorldState, book: LogBook): void {
  if (state.at % MINUTE !== 0) return;
  for (const balancer of state.description.loadBalancers) for (const { name } of balancer.hosts) logHost(state, book, balancer, name);
}

function logHost(state: WorldState, book: LogBook, balancer: LoadBalancerDescription, host: string): void {
  const asked = state.services.find(({ description }) => description.domain === host);
  const door = balancerStateOf(state.description, state.startAt, host, state.at);
  if (asked === undefined || ownLoad(asked, state.at - state.startAt) === 0 || door.tls !== null || door.service === null) return;
  const behind = state.byName.get(door.service);
  const failed = drawn(state.seed, state.at, host, 'balanced') >= (behind?.wellness ?? 0);
  if (!failed && state.description.requestLogs === 'failures') return;
  const status = !failed ? 200 : behind === undefined ? 404 : 503;
  for (let index = 0; index < (failed ? FAILED_A_MINUTE : SERVED_A_MINUTE); index += 1) {
    const at = state.at - MINUTE + Math.floor(drawn(state.seed, state.at, host, index) * (MINUTE - 1));
    book.add(at, () => entryOf(state, balancer, { host, at, status, index }));
  }
}

interface Balanced {
  readonly host: string;
  readonly at: number;
  readonly status: number;
  readonly index: number;
}

function entryOf({ description }: WorldState, balancer: LoadBalancerDescription, { host, at, status, index }: Balanced): WorldLogEntry {
  const backend = balancer.hosts.find(({ name }) => name === host)?.backend ?? '';
  return {
    insertId: `lb${Math.floor(at / 1_000).toString(16)}${host.length.toString(16)}${index}`,
    timestamp: new Date(at).toISOString(),
    severity: status >= 400 ? 'WARNING' : 'INFO',
    logName: `projects/${description.project}/logs/requests`,
    resource: {
      type: 'http_load_balancer',
      labels: { project_id: description.project, url_map_name: balancer.name, backend_service_name: backend, zone: 'global' },
    },
    jsonPayload: {
      '@type': 'type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry',
      statusDetails: 'response_sent_by_backend',
    },
    httpRequest: {
      requestMethod: 'GET',
      requestUrl: `https://${host}/`,
      status,
      latency: '0.120000s',
      userAgent: 'Mozilla/5.0',
      remoteIp: '203.0.113.7',
    },
  };
}
