import { FirebreakError } from '../../core/errors.ts';
import type { CertificateFacts } from '../../core/model/observation.ts';
import type { CallOptions } from '../../ports/cloud.ts';
import { allPages } from '../response-parsing.ts';
import { list, optionalText, understood } from '../json.ts';
import { createRest } from '../rest.ts';
import type { Scope } from '../scope.ts';
import { computeCertificate } from './certificates.ts';
import { backendService, backendsOf, endpointGroup, forwardingRule, targetProxy } from './resources.ts';
import { urlMap } from './hosts.ts';
import type { UrlMap } from './hosts.ts';
import type { BackendService, EndpointGroup, ForwardingRule, TargetProxy } from './resources.ts';

const PAGE_SIZE = 500;
const MAX_PAGES = 10;

/** Compute v1 as far as the chain needs it, each list read whole. */
export interface Compute {
  /** Short names of the backend services it may send to; null when there is no such url map. */
  urlMap(name: string, options?: CallOptions): Promise<readonly string[] | null>;
  /** Every global url map, with its hosts. */
  urlMaps(options?: CallOptions): Promise<readonly UrlMap[]>;
  /** HTTPS proxies that use this url map. */
  proxiesOf(urlMap: string, options?: CallOptions): Promise<readonly TargetProxy[]>;
  forwardingRules(options?: CallOptions): Promise<readonly ForwardingRule[]>;
  backendServices(options?: CallOptions): Promise<readonly BackendService[]>;
  endpointGroups(regions: readonly string[], options?: CallOptions): Promise<readonly EndpointGroup[]>;
  certificates(options?: CallOptions): Promise<readonly CertificateFacts[]>;
}

export function createCompute(scope: Scope): Compute {
  const { get } = createRest(scope, 'compute.googleapis.com');
  const root = `/compute/v1/projects/${scope.project}`;

  async function all<T>(path: string, read: (value: unknown) => T, options: CallOptions | undefined): Promise<readonly T[]> {
    const what = path.slice(path.lastIndexOf('/') + 1);
    const call = { api: 'compute', method: `${what}.list`, resource: scope.project };
    const pages = await allPages(what, MAX_PAGES, async (pageToken) =>
      understood(what, await get(call, `${root}/${path}`, { maxResults: PAGE_SIZE, pageToken }, options), (body) => ({
        items: list(body.items, 'items').map(read),
        nextPageToken: optionalText(body.nextPageToken, 'nextPageToken') ?? undefined,
      })),
    );
    return pages.flatMap(({ items }) => items);
  }

  return {
    async urlMap(name, options) {
      const call = { api: 'compute', method: 'urlMaps.get', resource: name };
      try {
        return understood(
          `url map ${name}`,
          await get(call, `${root}/global/urlMaps/${encodeURIComponent(name)}`, {}, options),
          backendsOf,
        );
      } catch (thrown) {
        if (thrown instanceof FirebreakError && thrown.code === 'NOT_FOUND') return null;
        throw thrown;
      }
    },
    urlMaps: (options) => all('global/urlMaps', urlMap, options),
    async proxiesOf(urlMap, options) {
      const proxies = await all('global/targetHttpsProxies', targetProxy, options);
      return proxies.filter((proxy) => proxy.urlMap === urlMap);
    },
    forwardingRules: (options) => all('global/forwardingRules', forwardingRule, options),
    backendServices: (options) => all('global/backendServices', backendService, options),
    async endpointGroups(regions, options) {
      const within = (region: string) => (value: unknown) => ({ ...endpointGroup(value), region });
      const lists = regions.map((region) => all(`regions/${region}/networkEndpointGroups`, within(region), options));
      return (await Promise.all(lists)).flat();
    },
    certificates: (options) => all('global/sslCertificates', computeCertificate, options),
  };
}
