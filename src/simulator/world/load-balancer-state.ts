import type { CertificateDescription, LoadBalancerDescription, WorldDescription } from './description/description.ts';

/** What stands at the door of a host name, as a user's connection meets it. */
export interface BalancerState {
  /** Service behind it, which need not exist; null: the name leads to no load balancer of this world. */
  readonly service: string | null;
  /** Why a TLS handshake for the name fails now; null: it does not. */
  readonly tls: 'expired' | 'wrong-name' | null;
  /** The services of all regions that its backend service leads to. */
  readonly behind: readonly string[];
}

/** Clients that look at no certificate: the share of a host's load that still arrives when it is not in force. */
const CARELESS = 0.03;

/** Whom a host name leads to at an instant, and whether its certificate is in force. Any name of no load balancer leads nowhere. */
export function balancerStateOf(world: WorldDescription, startAt: number, host: string, at: number): BalancerState {
  for (const balancer of world.loadBalancers) {
    const rule = balancer.hosts.find(({ name }) => name === host);
    if (rule === undefined) continue;
    const behind = balancer.backends.filter(({ name }) => name === rule.backend).map(({ service }) => service);
    return { service: behind[0] ?? null, behind, tls: tlsProblem(balancer, host, startAt, at) };
  }
  return { service: null, behind: [], tls: null };
}

/** Share of a service's own load that arrives: what its public name leads elsewhere, or no client accepts, does not. */
export function arrivingShare(
  world: WorldDescription,
  startAt: number,
  { service, host, at }: { readonly service: string; readonly host: string | undefined; readonly at: number },
): number {
  if (host === undefined || world.loadBalancers.length === 0) return 1;
  const door = balancerStateOf(world, startAt, host, at);
  if (door.service === null) return 1;
  if (!door.behind.includes(service)) return 0;
  return door.tls === null ? 1 : CARELESS;
}

/** Epoch milliseconds; null: none is known, as while it is being provisioned. */
export function expiryOf(certificate: CertificateDescription, startAt: number): number | null {
  return certificate.expiresIn === undefined ? null : startAt + certificate.expiresIn;
}

/** A wildcard stands for one label. */
function covers(domain: string, host: string): boolean {
  return domain === host || (domain.startsWith('*.') && host.slice(host.indexOf('.') + 1) === domain.slice(2));
}

/** A load balancer without any certificate described is taken to have a good one. */
function tlsProblem(balancer: LoadBalancerDescription, host: string, startAt: number, at: number): BalancerState['tls'] {
  if (balancer.certificates.length === 0) return null;
  const fitting = balancer.certificates.filter(({ domains, status }) => SERVED.has(status) && domains.some((one) => covers(one, host)));
  if (fitting.length === 0) return 'wrong-name';
  return fitting.some((one) => (expiryOf(one, startAt) ?? Infinity) > at) ? null : 'expired';
}

/** gcp-facts 6: a failed renewal is still served, and expires. */
const SERVED = new Set(['ACTIVE', 'RENEWAL_FAILED']);
