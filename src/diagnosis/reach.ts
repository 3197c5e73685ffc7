import type { ProbeResult, ServiceObservation } from '../core/model/observation.ts';

/** Why a probe says nothing of the service's health; null: it does. */
export interface Unreached {
  readonly because: string;
  /** `explained`: the service's own settings, or a refusal for want of a right, say why; `door`: a 404 that could be anything. */
  readonly kind: 'explained' | 'door';
}

const INTERNAL = 'INGRESS_TRAFFIC_INTERNAL_ONLY';
const BALANCED = 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER';

/**
 * A 404 of an address in front of the service (a load balancer's domain) is no such thing: users meet it too.
 *
 * A probe that was turned away at the door has not met the service: internal ingress answers 404 to whoever comes from outside,
 * IAM answers 401 or 403. That is no illness, whatever the cause, and no reason for a step.
 * Source: Cloud Run, "Restrict network ingress" (404 for denied traffic) and "Authenticating" (403 without an invoker's right).
 */
export function unreached(
  probe: Pick<ProbeResult, 'url' | 'outcome' | 'status' | 'problem'>,
  service: ServiceObservation,
): Unreached | null {
  if (probe.outcome === 'ok' || probe.outcome === 'slow') return null;
  const ingress = service.state.value?.template.ingress ?? null;
  const own = service.state.value?.uri ?? null;
  const direct = own !== null && probe.url.startsWith(own);
  if (ingress === INTERNAL || (ingress === BALANCED && direct))
    return { kind: 'explained', because: `not reachable from here: its ingress is ${ingress} (${answerOf(probe)})` };
  if (probe.status === 401 || probe.status === 403)
    return { kind: 'explained', because: `not reachable from here: ${probe.url} answered ${probe.status}, which is a missing right` };
  if (probe.status === 404 && direct) return { kind: 'door', because: `not reachable from here: ${probe.url} answered 404` };
  return null;
}

/**
 * Turned away at the door, and nothing else speaks against the service: its ingress is internal, or its users are served. Then
 * it is no harm and no cause of any.
 */
export function isTurnedAway(probe: ProbeResult, service: ServiceObservation): boolean {
  const why = unreached(probe, service);
  return why !== null && ((service.state.value?.template.ingress ?? '').startsWith('INGRESS_TRAFFIC_INTERNAL') || usersAreServed(service));
}

/** Requests of the last minutes, or of the hour where nobody calls just now: at most one of twenty failed. */
function usersAreServed({ requests, hour }: ServiceObservation): boolean {
  const near = requests.freshness === 'fresh' ? requests.value : null;
  const seen = near !== null && near.total > 0 ? [near] : (hour?.value ?? []);
  const total = seen.reduce((sum, each) => sum + each.total, 0);
  const failed = seen.reduce((sum, each) => sum + each.serverErrors, 0);
  return total > 0 && failed / total <= 0.05;
}

/** What a probe met, in words. */
function answerOf(probe: Pick<ProbeResult, 'outcome' | 'status' | 'problem'>): string {
  if (probe.outcome === 'error') return `no answer: ${probe.problem ?? 'no reason'}`;
  return `answered ${probe.status ?? 'nothing'}`;
}
