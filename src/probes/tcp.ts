import { createConnection } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import type { ProbesPort } from '../ports/probes.ts';
import { LATE, within } from './deadline.ts';
import { problemOf } from './problems.ts';

/** Opens a connection, or rejects with the socket's error. */
export type Open = (target: { readonly host: string; readonly port: number; readonly signal: AbortSignal }) => Promise<void>;

/** Why the socket is closed; one object for all, as in `deadline.ts`. */
const OVER = new Error('the probe is over');

/** A connection and nothing over it. */
export function createTcpProbe(clock: Clock, open: Open): ProbesPort['tcp'] {
  return async ({ host, port, deadlineMs, signal }) => {
    const startedAt = clock.now();
    const hangUp = new AbortController();
    const answer = (problem: string | null) => ({ latencyMs: clock.now() - startedAt, problem });
    try {
      const opened = await within(clock, startedAt + deadlineMs, open({ host, port, signal: hangUp.signal }), signal);
      return answer(opened === LATE ? 'deadline' : null);
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      return answer(problemOf(thrown));
    } finally {
      hangUp.abort(OVER);
    }
  };
}

export const openSocket: Open = ({ host, port, signal }) =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, signal });
    socket.on('error', reject);
    socket.on('connect', () => {
      resolve();
      socket.destroy();
    });
  });
