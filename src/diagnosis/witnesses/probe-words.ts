import { sayDuration } from '../../core/duration.ts';
import type { ProbeResult } from '../../core/model/observation.ts';

/** It met the service and was answered as the document wants it, in time or not. */
export function isAnswered({ outcome }: Pick<ProbeResult, 'outcome'>): boolean {
  return outcome === 'ok' || outcome === 'slow';
}

/** What a probe that is not well met, in one line. */
export function sayProbe(probe: ProbeResult): string {
  const { outcome, url, status, problem, kind, said, latencyMs, maxLatencyMs } = probe;
  if (outcome === 'slow') return `${url} took ${sayDuration(latencyMs)}, limit ${sayDuration(maxLatencyMs)}`;
  if (outcome === 'unsent') return `${url} was not asked (${problem ?? 'no reason'})`;
  if (kind === 'tcp') return outcome === 'ok' ? `${url} takes connections` : `${url} takes no connection (${problem ?? 'no reason'})`;
  if (outcome === 'error') return `${url} gave no answer (${problem ?? 'no reason'})`;
  if (kind === 'grpc') return `gRPC health of ${url} answers ${said ?? status ?? 'nothing'}`;
  return `${url} answered ${status ?? 'nothing'}`;
}
