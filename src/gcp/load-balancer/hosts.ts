import type { WayIn } from '../../core/model/way-in.ts';
import { shortName } from '../response-parsing.ts';
import { list, object, optionalText, text, texts } from '../json.ts';
import { identityOf } from '../../core/region.ts';
import type { Scope } from '../scope.ts';
import { backendsOf, regionOf } from './resources.ts';
import type { BackendService, EndpointGroup } from './resources.ts';

/** A url map, with all backend services that it may send to. */
export interface UrlMap extends Omit<WayIn, 'backends' | 'elsewhere'> {
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

/** The map followed to the services of the regions whose endpoint groups are given, and to what other regions it leads. */
export function wayIn(
  { leadsTo, ...map }: UrlMap,
  all: readonly BackendService[],
  groups: readonly EndpointGroup[],
  { region: home, regions }: Pick<Scope, 'region' | 'regions'>,
): WayIn {
  const behind = all.filter(({ name }) => leadsTo.includes(name)).flatMap(({ name, groups: of }) => of.map((group) => ({ name, group })));
  const found = behind.flatMap(({ name, group }) => {
    const at = regionOf(group);
    const known = groups.find((each) => each.name === shortName(group) && (each.region === '' || each.region === at));
    if (known === undefined || known.service === null) return [];
    return [{ name, group: known.name, service: identityOf({ name: known.service, region: at ?? home }, home) }];
  });
  const elsewhere = [...new Set(behind.flatMap(({ group }) => regionOf(group) ?? []))].filter((region) => !regions.includes(region));
  return { ...map, backends: found, ...(elsewhere.length === 0 ? {} : { elsewhere }) };
}
