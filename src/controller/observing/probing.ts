import type { Measured } from '../../core/model/measured.ts';
import type { ProbeResult, ServiceState } from '../../core/model/observation.ts';
import type { HealthCheckSpec, ServiceSpec } from '../../core/model/spec.ts';
import type { ObserverOptions } from './options.ts';
import type { States } from './services.ts';

/** One synthetic request per health check, all at once. */
export async function probeServices(
  options: ObserverOptions,
  states: States,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly ProbeResult[]>> {
  const probed = options.spec.services.map(
    async (service) => [service.name, await probeService(options, service, states(service.name), signal)] as const,
  );
  return new Map(await Promise.all(probed));
}

async function probeService(
  options: ObserverOptions,
  service: ServiceSpec,
  state: Measured<ServiceState>,
  signal: AbortSignal,
): Promise<readonly ProbeResult[]> {
  const targets = service.health.flatMap((check) => {
    const url = probeUrl(check.url, state.value?.uri ?? null);
    return url === null ? [] : [{ check, url }];
  });
  return Promise.all(targets.map(({ check, url }) => probe(options, check, url, signal)));
}

/** Against the service's own URI unless absolute; null when that is not known. */
export function probeUrl(url: string, uri: string | null): string | null {
  if (!url.startsWith('/')) return url;
  return uri === null ? null : `${uri.replace(/\/$/, '')}${url}`;
}

/** A slow answer is still awaited for a while: how slow it is tells more than that it was late. */
const PATIENCE = 4;

async function probe({ probes, clock }: ObserverOptions, check: HealthCheckSpec, url: string, signal: AbortSignal): Promise<ProbeResult> {
  const at = clock.now();
  const answer = await probes.http({ url, method: 'GET', deadlineMs: check.maxLatencyMs * PATIENCE, signal });
  const { status, latencyMs } = answer;
  const base = { url, status, latencyMs, maxLatencyMs: check.maxLatencyMs, at };
  if (status === null) return { ...base, outcome: 'error', problem: answer.problem ?? 'no answer' };
  if (status < 200 || status >= 300) return { ...base, outcome: 'bad-status', problem: `HTTP ${status}` };
  return latencyMs > check.maxLatencyMs ? { ...base, outcome: 'slow', problem: null } : { ...base, outcome: 'ok', problem: null };
}
