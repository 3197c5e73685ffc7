import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { HealthCheckSpec } from '../../core/model/spec.ts';
import type { Trial } from '../../core/model/trial.ts';
import { unreached } from '../../diagnosis/reach.ts';
import type { ObserverOptions } from './options.ts';
import { probeUrl } from './probing.ts';

export type TagAnswer = 'well' | 'ill' | 'silent' | 'unreachable';

const PATIENCE = 4;
/** Problems of the way there: the name or the certificate of the tagged address, not the revision. */
const NEVER_LEFT = ['dns', 'refused', 'tls'];

/**
 * The document's own health checks against the address of the trial's revision alone. null: no trial asks for it. `silent`: the tag
 * is not in force yet, or does not stand for that revision. `unreachable`: there is nothing to ask it, or the door does not open.
 */
export async function askByTag(
  options: Pick<ObserverOptions, 'probes' | 'spec'>,
  trial: Trial | null,
  observation: Observation,
  signal: AbortSignal,
): Promise<TagAnswer | null> {
  if (trial === null || trial.tag === null) return null;
  const [name = ''] = trial.services;
  const checks = options.spec.services.find((service) => service.name === name)?.health ?? [];
  const service = observation.services[name];
  const uri = addressOf(trial, service);
  if (service === undefined || uri === null) return 'silent';
  if (checks.length === 0) return 'unreachable';
  const answers = await Promise.all(checks.map((check) => ask(options, check, { uri, service, signal })));
  return (['ill', 'unreachable', 'silent'] as const).find((word) => answers.includes(word)) ?? 'well';
}

function addressOf({ tag, revision }: Trial, service: ServiceObservation | undefined): string | null {
  const state = service?.state.value ?? null;
  const target = state?.trafficStatuses.find((each) => each.tag === tag);
  if (state === null || state.reconciling || target === undefined || target.revision !== revision) return null;
  return state.tagUris?.[tag ?? ''] ?? null;
}

async function ask(
  { probes }: Pick<ObserverOptions, 'probes'>,
  check: HealthCheckSpec,
  { uri, service, signal }: { readonly uri: string; readonly service: ServiceObservation; readonly signal: AbortSignal },
): Promise<TagAnswer> {
  const { maxLatencyMs } = check;
  const url = probeUrl(pathOf(check.url), uri) ?? uri;
  const { status, latencyMs, problem } = await probes.http({ url, method: 'GET', deadlineMs: maxLatencyMs * PATIENCE, signal });
  if (status === null && NEVER_LEFT.includes(problem ?? '')) return 'unreachable';
  const isGood = status !== null && status >= 200 && status < 300;
  const outcome = status === null ? 'error' : !isGood ? 'bad-status' : latencyMs > maxLatencyMs ? 'slow' : 'ok';
  if (unreached({ url, status, problem, outcome }, service) !== null) return 'unreachable';
  return outcome === 'ok' ? 'well' : 'ill';
}

/** An absolute address leads to whatever serves; its path is what the revision is asked for. */
function pathOf(url: string): string {
  if (url.startsWith('/')) return url;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
