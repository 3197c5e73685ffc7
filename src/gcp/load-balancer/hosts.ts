import type { WayIn } from '../../core/model/way-in.ts';
import { shortName } from '../response-parsing.ts';
import { list, object, optionalText, text, texts } from '../json.ts';
import { backendsOf } from './resources.ts';
import type { BackendService, EndpointGroup } from './resources.ts';

/** A url map, with all backend services that it may send to. */
export interface UrlMap extends Omit<WayIn, 'backends'> {
  readonly leadsTo: readonly string[];
}

/** To be called within `understood`. */
export function urlMap(value: unknown): UrlMap {
  const map = object(value, 'urlMaps');
  const matchers = list(map.pathMatchers, 'pathMatchers').map((each) => object(each, 'pathMatchers'));
  const hosts = list(map.hostRules, 'hostRules').flatMap((each) => {
    const rule = object(each, 'hostRules');
    const matcher = matchers.find(({ name }) => name === rule.pathMatcher);
    const backend = short(matcher?.defaultService);
    return texts(rule.hosts, 'hostRules.hosts').map((host) => ({ host, backend: backend ?? '' }));
  });
  return {
    name: text(map.name, 'urlMaps.name'),
    hosts: hosts.filter(({ backend }) => backend !== ''),
    defaultBackend: short(map.defaultService),
    leadsTo: backendsOf(map),
  };
}

/** A backend bucket serves files, not a service. */
function short(value: unknown): string | null {
  const name = optionalText(value, 'urlMap.service');
  return name === null || name.includes('/backendBuckets/') ? null : shortName(name);
}

/** The map followed to the services of the region whose endpoint groups are given. */
export function wayIn({ leadsTo, ...map }: UrlMap, backends: readonly BackendService[], groups: readonly EndpointGroup[]): WayIn {
  const found = backends
    .filter(({ name }) => leadsTo.includes(name))
    .flatMap(({ name, groups: behind }) =>
      behind.map(shortName).flatMap((group) => {
        const service = groups.find((each) => each.name === group)?.service ?? null;
        return service === null ? [] : [{ name, group, service }];
      }),
    );
  return { ...map, backends: found };
}
