import type { Recorders } from './recorders.ts';
import type { Revision, WorldState } from './state.ts';

export interface ProbeAnswered {
  readonly revision: Revision | null;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly latencyMs: number;
}

/**
 * A request from outside that the world has answered leaves what every request leaves on Cloud Run: it is counted and logged,
 * under the revision that it met. It is no load: at a probe's rate that would change nothing.
 */
export function leaveTrail(state: WorldState, recorders: Recorders, probe: ProbeAnswered): void {
  const { revision, method, path, headers, status, latencyMs } = probe;
  if (!state.description.probesAreRequests || revision === null) return;
  recorders.metrics.requests(revision, status, 1).add(latencyMs, 1);
  if (status < 400 && state.description.requestLogs === 'failures') return;
  const instance = revision.instances[0] ?? null;
  const userAgent = headers['user-agent'] ?? '';
  recorders.log.request(state.at, { revision, instance }, { method, path, status, latencyMs, reason: null, userAgent });
}
