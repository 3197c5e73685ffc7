import type { Clock } from '../ports/clock.ts';
import type { ProbesPort } from '../ports/probes.ts';
import type { Connect } from './connect.ts';
import { createHttpProbe, socketExchange } from './http.ts';
import type { Exchange } from './http.ts';
import { createWebSocketProbe } from './websocket.ts';

/** Probes over sockets, or over the streams that `connect` makes. */
export function createProbes({ clock, connect = null }: { readonly clock: Clock; readonly connect?: Connect | null }): ProbesPort {
  return createProbesOver({ clock, http: socketExchange(connect), connect });
}

/** Probes whose HTTP requests are carried by a function, as when the simulated services live in the same process. */
export function createProbesOver({
  clock,
  http,
  connect,
}: {
  readonly clock: Clock;
  readonly http: Exchange;
  readonly connect: Connect | null;
}): ProbesPort {
  return { http: createHttpProbe(clock, http), webSocket: createWebSocketProbe(clock, connect) };
}
