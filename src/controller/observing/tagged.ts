import type { Observation, ProbeResult, ServiceObservation } from '../../core/model/observation.ts';
import type { HealthCheckSpec } from '../../core/model/spec.ts';
import type { Trial } from '../../core/model/trial.ts';
import { unreached } from '../../diagnosis/witnesses/reach.ts';
import type { ObserverOptions } from './options.ts';
import { askHealth } from './health-check.ts';
import type { Asking } from './health-check.ts';
import { probeUrl } from './probing.ts';

/** `late`: it was asked, and gave no answer in the time that the document leaves it. */
export type TagAnswer = 'well' | 'ill' | 'late' | 'silent' | 'unreachable';

/** Problems of the way there: the name or the certificate of the tagged address, not the revision. */
const NEVER_LEFT = ['dns', 'refused', 'tls'];

/**
 * The document's own health checks against the address of the trial's revision alone. null: no trial asks for it. `silent`: the tag
 * is not in force yet, or does not stand for that revision. `unreachable`: there is nothing to ask it, or the door does not open.
 */
export async function askByTag(
  options: Pick<ObserverOptions, 'probes' | 'spec' | 'clock' | 'cloud'>,
  trial: Trial | null,
  observation: Observation,
  signal: AbortSignal,
): Promise<TagAnswer | null> {
  if (trial === null || trial.tag === null) return null;
  const [name = ''] = trial.services;
  // A bare connection meets no revision.
  const checks = (options.spec.services.find((service) => service.name === name)?.health ?? []).filter(({ kind }) => kind !== 'tcp');
  const service = observation.services[name];
  const uri = addressOf(trial, service);
  if (service === undefined || uri === null) return 'silent';
  if (checks.length === 0) return 'unreachable';
  const answers = await Promise.all(checks.map((check) => ask(options, check, { uri, service, signal })));
  return (['ill', 'late', 'unreachable', 'silent'] as const).find((word) => answers.includes(word)) ?? 'well';
}

function addressOf({ tag, revision }: Trial, service: ServiceObservation | undefined): string | null {
  const state = service?.state.value ?? null;
  const target = state?.trafficStatuses.find((each) => each.tag === tag);
  if (state === null || state.reconciling || target === undefined || target.revision !== revision) return null;
  return state.tagUris?.[tag ?? ''] ?? null;
}

async function ask(
  asking: Asking,
  check: HealthCheckSpec,
  { uri, service, signal }: { readonly uri: string; readonly service: ServiceObservation; readonly signal: AbortSignal },
): Promise<TagAnswer> {
  const url = probeUrl(pathOf(check.url), uri) ?? uri;
  const result = await askHealth(asking, check, { url, own: service.state.value?.uri ?? uri, signal });
  if (result.outcome === 'error' && NEVER_LEFT.includes(result.problem ?? '')) return 'unreachable';
  if (unreached(result, service) !== null || isDocuments(result, check, service)) return 'unreachable';
  if (result.outcome === 'slow' || (result.outcome === 'error' && result.problem === 'deadline')) return 'late';
  return result.outcome === 'ok' ? 'well' : 'ill';
}

/** What serves answers 404 there too: the document names a path that the service does not have, which says nothing of a revision. */
function isDocuments({ status }: ProbeResult, { url }: HealthCheckSpec, { state, probes }: ServiceObservation): boolean {
  const own = probeUrl(url, state.value?.uri ?? null);
  return status === 404 && probes.some((probe) => probe.status === 404 && probe.url === own);
}

/** An absolute address leads to whatever serves; its path is what the revision is asked for. */
function pathOf(url: string): string {
  if (url.startsWith('/')) return url;
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
