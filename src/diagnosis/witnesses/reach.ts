import type { ProbeResult, ServiceObservation } from '../../core/model/observation.ts';

/** Why a probe says nothing of the service's health; null: it does. */
export interface Unreached {
  readonly because: string;
  /** `explained`: the service's own settings, or a refusal for want of a right, say why; `door`: a 404 that could be anything. */
  readonly kind: 'explained' | 'door';
}

type Answer = Pick<ProbeResult, 'url' | 'outcome' | 'status' | 'problem' | 'said' | 'sentTo' | 'kind'>;

const INTERNAL = 'INGRESS_TRAFFIC_INTERNAL_ONLY';
const BALANCED = 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER';
/** What answers a gRPC call is no gRPC server: a proxy, a page, another kind of application. */
export const NO_GRPC = 'no gRPC';
/** Where Identity-Aware Proxy sends whoever has not logged in. Source: Cloud Run, "Configure Identity-Aware Proxy". */
const LOGIN_HOST = 'accounts.google.com';

/**
 * A 404 of an address in front of the service (a load balancer's domain) is no such thing: users meet it too.
 *
 * A probe that was turned away at the door has not met the service: internal ingress answers 404 to whoever comes from outside,
 * IAM answers 401 or 403, Identity-Aware Proxy sends to a login. That is no illness, whatever the cause, and no reason for a step.
 * Source: Cloud Run, "Restrict network ingress" (404 for denied traffic) and "Authenticating" (403 without an invoker's right).
 */
export function unreached(probe: Answer, service: ServiceObservation): Unreached | null {
  const { outcome, url } = probe;
  if (outcome === 'ok' || outcome === 'slow') return null;
  if (outcome === 'unsent') return { kind: 'explained', because: `not asked from here: ${url}: ${probe.problem ?? 'no reason'}` };
  if (probe.kind === 'tcp') return null;
  const ingress = service.state.value?.template.ingress ?? null;
  if (ingress === INTERNAL || (ingress === BALANCED && isDirect(url, service)))
    return { kind: 'explained', because: `not reachable from here: its ingress is ${ingress} (${answerOf(probe)})` };
  if (probe.status === 401 || probe.status === 403)
    return { kind: 'explained', because: `not reachable from here: ${url} ${answerOf(probe)}, which is a missing right` };
  if (probe.sentTo === LOGIN_HOST)
    return { kind: 'explained', because: `not reachable from here: ${url} sends to a login at ${LOGIN_HOST} (Identity-Aware Proxy)` };
  if (isDoor(probe) && isOwn(url, service.state.value?.uri ?? null))
    return { kind: 'door', because: `not reachable from here: ${url} ${answerOf(probe)}` };
  return null;
}

/**
 * Turned away at the door, and nothing else speaks against the service: its ingress is internal, or its users are served. Then
 * it is no harm and no cause of any.
 */
export function isTurnedAway(probe: ProbeResult, service: ServiceObservation): boolean {
  const why = unreached(probe, service);
  if (why === null) return false;
  const isInternal = (service.state.value?.template.ingress ?? '').startsWith('INGRESS_TRAFFIC_INTERNAL');
  return probe.outcome === 'unsent' || isInternal || usersAreServed(service);
}

/** A path that is not there, a method or a content that it does not take, or a question in a language that what answers does not speak. */
function isDoor({ status, kind, said }: Answer): boolean {
  return status === 404 || status === 405 || status === 415 || (kind === 'grpc' && said === NO_GRPC);
}

/** At the service's own address or one of its tags', past any load balancer. */
function isDirect(url: string, { state }: ServiceObservation): boolean {
  const { uri = null, tagUris = {} } = state.value ?? {};
  return [uri, ...Object.values(tagUris)].some((address) => isOwn(url, address));
}

/** `https://shop.example` is not below `https://shop`. */
function isOwn(url: string, address: string | null): boolean {
  if (address === null) return false;
  const home = address.replace(/\/$/, '');
  return url === home || url.startsWith(`${home}/`);
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
function answerOf({ outcome, status, problem, said }: Answer): string {
  if (outcome === 'error') return `no answer: ${problem ?? 'no reason'}`;
  return `answered ${said ?? status ?? 'nothing'}`;
}
