import type { Clock } from '../ports/clock.ts';
import type { ProbesPort } from '../ports/probes.ts';
import type { Connect } from './connect.ts';
import { createHttpProbe, socketExchange } from './http.ts';
import type { Exchange } from './http.ts';
import { createDatabaseProbe } from './postgres.ts';
import type { Dial } from './postgres.ts';
import { createWebSocketProbe } from './websocket.ts';

/** Probes over sockets, or over the streams that `connect` makes. */
export function createProbes({ clock, connect = null }: { readonly clock: Clock; readonly connect?: Connect | null }): ProbesPort {
  return createProbesOver({ clock, http: socketExchange(connect), connect, database: createDatabaseProbe(clock, null) });
}

/**
 * Probes whose HTTP requests are carried by a function, as when the simulated services live in the same process. Connections to
 * a database go over the streams of `dial`, which speak no TLS, whatever the document wants of the real one. Without it there is
 * no database: a rehearsal must not knock at the real one.
 */
export function createProbesOver({
  clock,
  http,
  connect,
  dial,
  database = dial === undefined ? noDatabase : withoutTls(createDatabaseProbe(clock, dial)),
}: {
  readonly clock: Clock;
  readonly http: Exchange;
  readonly connect: Connect | null;
  readonly dial?: Dial;
  readonly database?: ProbesPort['database'];
}): ProbesPort {
  return { http: createHttpProbe(clock, http), webSocket: createWebSocketProbe(clock, connect), database };
}

function withoutTls(probe: ProbesPort['database']): ProbesPort['database'] {
  return (request) => probe({ ...request, tls: false });
}

const noDatabase: ProbesPort['database'] = ({ connections }) =>
  Promise.resolve({ connections: Array.from({ length: connections }, () => ({ connectMs: null, problem: NO_DATABASE })) });

const NO_DATABASE = 'there is no PostgreSQL in this rehearsal';
