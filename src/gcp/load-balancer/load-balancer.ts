import { FirebreakError } from '../../core/errors.ts';
import { absent, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { CertificateFacts, ChainLink } from '../../core/model/observation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallOptions, LoadBalancerPort } from '../../ports/cloud.ts';
import { allPages, shortName } from '../answers.ts';
import type { Send } from '../calls.ts';
import { list, optionalText, understood } from '../json.ts';
import type { Json } from '../json.ts';
import { lazily } from '../lazily.ts';
import type { Scope } from '../scope.ts';
import { createCertificateManager } from './certificate-manager.ts';
import { chainOf } from './chain.ts';
import { computeCertificate, missing } from './certificates.ts';
import type { compute_v1 } from './compute-client.ts';
import { backendService, backendsOf, endpointGroup, forwardingRule, regionOf, targetProxy } from './resources.ts';
import type { BackendService, EndpointGroup, TargetProxy } from './resources.ts';

const PAGE_SIZE = 500;
const MAX_PAGES = 10;
const MANAGER = 'certificatemanager.googleapis.com/';

/**
 * The external application load balancer in front of the services (gcp-facts 6), by lists, so that its cost does not grow with
 * the number of backends: five reads, one for each region with endpoint groups, one or two for certificates.
 * What could not be read is absent with the reason; the chain and the certificates fail apart. Only certificates that a proxy of
 * this url map shows are told.
 */
export function createLoadBalancer(scope: Scope, clock: Clock): LoadBalancerPort {
  const client = lazily(clock, async () => {
    const { compute_v1: compute } = await import('./compute-client.ts');
    return new compute.Compute(scope.client as compute_v1.Options);
  });
  const manager = createCertificateManager(scope, clock);
  return {
    async describe(urlMap, options) {
      const compute = new Listing(await client(), scope, options);
      const source = `compute.googleapis.com/urlMaps/${urlMap}`;
      const proxies = compute.proxiesOf(urlMap);
      const [chain, certificates] = await Promise.all([
        told(source, clock, async () => readChain(compute, scope, urlMap, await proxies)),
        told(source, clock, async () => readCertificates(compute, manager, await proxies, options)),
      ]);
      return { chain, certificates };
    },
  };
}

async function told<T>(source: string, clock: Clock, read: () => Promise<T>): Promise<Measured<T>> {
  try {
    return fresh(await read(), clock.now(), source);
  } catch (thrown) {
    if (!(thrown instanceof FirebreakError) || (thrown.kind !== 'terminal' && thrown.kind !== 'transient')) throw thrown;
    return absent(source, `${thrown.code}: ${thrown.message}`);
  }
}

async function readChain(compute: Listing, scope: Scope, name: string, proxies: readonly TargetProxy[]): Promise<readonly ChainLink[]> {
  const [map, rules, backends] = await Promise.all([compute.urlMap(name), compute.forwardingRules(), compute.backendServices()]);
  if (map === null) return [{ kind: 'url-map', name, leadsTo: [], problem: 'it does not exist' }];
  const reached = backends.filter((backend) => map.includes(backend.name));
  const groups = await compute.endpointGroups(regionsOf(reached));
  return chainOf({ region: scope.region, urlMap: { name, backends: map }, rules, proxies, backends, groups });
}

function regionsOf(backends: readonly BackendService[]): readonly string[] {
  const regions = backends.flatMap(({ groups }) => groups.map(regionOf));
  return [...new Set(regions.filter((region) => region !== null))];
}

async function readCertificates(
  compute: Listing,
  manager: ReturnType<typeof createCertificateManager>,
  proxies: readonly TargetProxy[],
  options: CallOptions | undefined,
): Promise<readonly CertificateFacts[]> {
  const named = [...new Set(proxies.flatMap(({ certificates }) => certificates))];
  const maps = [...new Set(proxies.flatMap(({ certificateMap }) => (certificateMap === null ? [] : [certificateMap])))];
  const ours = named.filter((name) => !name.includes(MANAGER)).map(shortName);
  const managed = named.filter((name) => name.includes(MANAGER)).map(shortName);
  const [classic, modern] = await Promise.all([
    ours.length === 0 ? [] : compute.certificates(),
    maps.length + managed.length === 0 ? [] : manager.inForce(maps, managed, options),
  ]);
  return [...ours.map((name) => classic.find((each) => each.name === name) ?? missing(name, 'compute')), ...modern];
}

/** Compute's lists, read whole. */
class Listing {
  readonly #api: compute_v1.Compute;
  readonly #scope: Scope;
  readonly #options: CallOptions | undefined;

  constructor(api: compute_v1.Compute, scope: Scope, options: CallOptions | undefined) {
    this.#api = api;
    this.#scope = scope;
    this.#options = options;
  }

  /** Short names of the backend services it may send to; null when there is no such url map. */
  async urlMap(name: string): Promise<readonly string[] | null> {
    const { project, calls } = this.#scope;
    const call = { api: 'compute', method: 'urlMaps.get', resource: name };
    try {
      const body = await calls.read(call, (signal) => this.#api.urlMaps.get({ project, urlMap: name }, { signal }), this.#options);
      return understood(`url map ${name}`, body, (map: Json) => backendsOf(map));
    } catch (thrown) {
      // Compute's errors often carry no canonical status; then it is made from the HTTP status.
      if (thrown instanceof FirebreakError && thrown.code === 'NOT_FOUND') return null;
      throw thrown;
    }
  }

  forwardingRules() {
    return this.#all('forwardingRules', forwardingRule, (page) => (signal) => this.#api.globalForwardingRules.list(page, { signal }));
  }

  async proxiesOf(urlMap: string): Promise<readonly TargetProxy[]> {
    const proxies = await this.#all(
      'targetHttpsProxies',
      targetProxy,
      (page) => (signal) => this.#api.targetHttpsProxies.list(page, { signal }),
    );
    return proxies.filter((proxy) => proxy.urlMap === urlMap);
  }

  backendServices() {
    return this.#all('backendServices', backendService, (page) => (signal) => this.#api.backendServices.list(page, { signal }));
  }

  async endpointGroups(regions: readonly string[]): Promise<readonly EndpointGroup[]> {
    const lists = regions.map((region) =>
      this.#all(
        'networkEndpointGroups',
        (value) => ({ ...endpointGroup(value), region }),
        (page) => (signal) => this.#api.regionNetworkEndpointGroups.list({ ...page, region }, { signal }),
      ),
    );
    return (await Promise.all(lists)).flat();
  }

  certificates() {
    return this.#all('sslCertificates', computeCertificate, (page) => (signal) => this.#api.sslCertificates.list(page, { signal }));
  }

  async #all<T>(
    what: string,
    read: (value: unknown) => T,
    ask: (page: { readonly project: string; readonly maxResults: number; readonly pageToken?: string }) => Send,
  ): Promise<readonly T[]> {
    const { project, calls } = this.#scope;
    const call = { api: 'compute', method: `${what}.list`, resource: project };
    const pages = await allPages(what, MAX_PAGES, async (pageToken) => {
      const page = { project, maxResults: PAGE_SIZE, ...(pageToken === undefined ? {} : { pageToken }) };
      return understood(what, await calls.read(call, ask(page), this.#options), (body) => ({
        items: list(body.items, 'items').map(read),
        nextPageToken: optionalText(body.nextPageToken, 'nextPageToken') ?? undefined,
      }));
    });
    return pages.flatMap(({ items }) => items);
  }
}
