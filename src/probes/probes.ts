import type { Clock } from '../ports/clock.ts';
import type { ProbesPort } from '../ports/probes.ts';
import type { Connect } from './connect.ts';
import { createGrpcHealthProbe, http2Exchange } from './grpc-health.ts';
import type { GrpcExchange } from './grpc-health.ts';
import { createHttpProbe, socketExchange } from './http.ts';
import type { Exchange } from './http.ts';
import { createDatabaseProbe } from './postgres.ts';
import type { Dial } from './postgres.ts';
import { createTcpProbe, openSocket } from './tcp.ts';
import type { Open } from './tcp.ts';
import { createWebSocketProbe } from './websocket.ts';

/** Probes over sockets, or over the streams that `connect` makes. */
export function createProbes({ clock, connect = null }: { readonly clock: Clock; readonly connect?: Connect | null }): ProbesPort {
  const database = createDatabaseProbe(clock, null);
  return createProbesOver({ clock, http: socketExchange(connect), grpc: http2Exchange(connect), open: openSocket, connect, database });
}

/**
 * Probes whose requests are carried by functions, as when the simulated services live in the same process. Connections to
 * a database go over the streams of `dial`, which speak no TLS, whatever the document wants of the real one. Without it there is
 * no database: a rehearsal must not knock at the real one.
 */
export function createProbesOver({
  clock,
  http,
  grpc = () => Promise.reject(new Error('there is no gRPC in this rehearsal')),
  open = () => Promise.reject(new Error('nothing listens in this rehearsal')),
  connect,
  dial,
  database = dial === undefined ? noDatabase : withoutTls(createDatabaseProbe(clock, dial)),
}: {
  readonly clock: Clock;
  readonly http: Exchange;
  readonly grpc?: GrpcExchange;
  readonly open?: Open;
  readonly connect: Connect | null;
  readonly dial?: Dial;
  readonly database?: ProbesPort['database'];
}): ProbesPort {
  return {
    http: createHttpProbe(clock, http),
    grpcHealth: createGrpcHealthProbe(clock, grpc),
    tcp: createTcpProbe(clock, open),
    webSocket: createWebSocketProbe(clock, connect),
    database,
  };
}

function withoutTls(probe: ProbesPort['database']): ProbesPort['database'] {
  return (request) => probe({ ...request, tls: false });
}

const noDatabase: ProbesPort['database'] = ({ connections }) =>
  Promise.resolve({ connections: Array.from({ length: connections }, () => ({ connectMs: null, problem: NO_DATABASE })) });

const NO_DATABASE = 'there is no PostgreSQL in this rehearsal';
