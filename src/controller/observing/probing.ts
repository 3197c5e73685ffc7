import type { Measured } from '../../core/model/measured.ts';
import type { ProbeResult, ServiceState } from '../../core/model/observation.ts';
import type { ServiceSpec } from '../../core/model/spec.ts';
import { askHealth } from './health-check.ts';
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
  const own = state.value?.uri ?? null;
  const targets = service.health.flatMap((check) => {
    const url = probeUrl(check.url, own);
    return url === null ? [] : [{ check, url }];
  });
  return Promise.all(targets.map(({ check, url }) => askHealth(options, check, { url, own, signal })));
}

/** Against the service's own URI unless absolute; null when that is not known. */
export function probeUrl(url: string, uri: string | null): string | null {
  if (!url.startsWith('/')) return url;
  return uri === null ? null : `${uri.replace(/\/$/, '')}${url}`;
}
