import type { CloudRun } from './apis/run/run.ts';
import type { EndpointTarget } from './endpoints.ts';
import { HTML_HEADERS, type SimResponse } from './messages.ts';
import type { Surface } from './surface/surface.ts';
import { balancerStateOf, type BalancerState } from './world/load-balancer-state.ts';

/** The external load balancers of the scenario, as those who call their host names meet them (gcp-facts 6). */
export class LoadBalancers {
  readonly #surface: Surface;
  readonly #run: CloudRun;
  readonly #hosts: ReadonlySet<string>;

  constructor(surface: Surface, run: CloudRun) {
    this.#surface = surface;
    this.#run = run;
    this.#hosts = new Set(surface.scenario.world.loadBalancers.flatMap(({ hosts }) => hosts.map(({ name }) => name)));
  }

  /** Whether a Host header names one of the load balancers' hosts. */
  serves(host: string | undefined): boolean {
    return host !== undefined && this.#hosts.size > 0 && this.#hosts.has(bare(host));
  }

  /** What a TLS client that checks would say to this host now, with the code of OpenSSL's; null: nothing. */
  tlsProblem(host: string, now: number): { readonly code: string; readonly message: string } | null {
    const { tls } = this.#door(bare(host), now);
    if (tls === null) return null;
    if (tls === 'expired') return { code: 'CERT_HAS_EXPIRED', message: 'certificate has expired' };
    const message = `Hostname/IP does not match certificate's altnames: Host: ${bare(host)}. is not in the cert's altnames`;
    return { code: 'ERR_TLS_CERT_ALTNAME_INVALID', message };
  }

  /** The service that a request to this host arrives at, or Google's page when it arrives at none. */
  target(host: string, path: string, now: number): EndpointTarget | SimResponse {
    const { service } = this.#door(bare(host), now);
    const admitted = service !== null && this.#run.has(service) && this.#run.ingressOf(service) !== 'INGRESS_TRAFFIC_INTERNAL_ONLY';
    return admitted ? { service, revision: null, path } : NOT_FOUND;
  }

  /** Whether a request that names a service's own address gets in: from outside the network only where all traffic may (gcp-facts 2). */
  admitsDirectly(host: string, service: string): boolean {
    return this.serves(host) || this.#run.ingressOf(service) === 'INGRESS_TRAFFIC_ALL';
  }

  #door(host: string, now: number): BalancerState {
    const { scenario } = this.#surface;
    return balancerStateOf(scenario.world, scenario.startAt, host, now);
  }
}

export const NOT_FOUND: SimResponse = {
  status: 404,
  headers: HTML_HEADERS,
  body: '<html><head><title>404 Page not found</title></head><body><h1>Error: Page not found</h1><h2>The requested URL was not found on this server.</h2></body></html>',
};

function bare(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}
