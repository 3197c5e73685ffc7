import type { ChainLink } from '../../core/model/observation.ts';
import { identityOf } from '../../core/region.ts';
import { shortName } from '../response-parsing.ts';
import { regionOf } from './resources.ts';
import type { BackendService, EndpointGroup, ForwardingRule, TargetProxy } from './resources.ts';

export interface ChainParts {
  /** The document's own: its services are called by their short names. */
  readonly region: string;
  readonly urlMap: { readonly name: string; readonly backends: readonly string[] };
  readonly rules: readonly ForwardingRule[];
  /** Only those of our url map. */
  readonly proxies: readonly TargetProxy[];
  readonly backends: readonly BackendService[];
  readonly groups: readonly EndpointGroup[];
}

/**
 * The path from the address to the services, one link each (gcp-facts 6). Pure. A link that names something that is not there
 * says so in `problem` and ends its branch. Whether a service exists and lets the load balancer in is not known here: services
 * are read at every look, and the observer fills that in.
 */
export function chainOf(parts: ChainParts): readonly ChainLink[] {
  const { urlMap, rules, proxies } = parts;
  const front = rules.filter(({ target }) => proxies.some(({ name }) => name === target));
  const links: ChainLink[] = front.map(({ name, target }) => ({ kind: 'forwarding-rule', name, leadsTo: [target], problem: null }));
  for (const { name, certificates, certificateMap } of proxies) {
    const unreached = front.every(({ target }) => target !== name) ? 'no forwarding rule leads to it' : null;
    const bare = certificates.length === 0 && certificateMap === null ? 'it has neither certificates nor a certificate map' : null;
    links.push({ kind: 'proxy', name, leadsTo: [urlMap.name], problem: unreached ?? bare });
  }
  const unused = proxies.length === 0 ? 'no target HTTPS proxy uses it' : urlMap.backends.length === 0 ? 'it leads to no service' : null;
  links.push({ kind: 'url-map', name: urlMap.name, leadsTo: urlMap.backends, problem: unused });
  for (const backend of urlMap.backends) links.push(...backendLinks(parts, backend));
  return uniqueLinks(links);
}

function backendLinks(parts: ChainParts, name: string): readonly ChainLink[] {
  const backend = parts.backends.find((each) => each.name === name);
  if (backend === undefined) return [broken('backend-service', name, 'it does not exist')];
  if (backend.groups.length === 0) return [broken('backend-service', name, 'it has no backends')];
  const link: ChainLink = {
    kind: 'backend-service',
    name,
    leadsTo: backend.groups.map((group) => groupName(group, parts.region)),
    problem: null,
  };
  return [link, ...backend.groups.flatMap((group) => groupLinks(parts, group))];
}

function groupLinks({ groups, region }: ChainParts, fullName: string): readonly ChainLink[] {
  const name = groupName(fullName, region);
  const where = regionOf(fullName);
  // Zonal and global groups are other kinds of backend: they lead to no Cloud Run service.
  if (where === null) return [{ kind: 'neg', name, leadsTo: [], problem: null }];
  const group = groups.find((each) => each.name === shortName(fullName) && (each.region === '' || each.region === where));
  if (group === undefined) return [broken('neg', name, `it does not exist in ${where}`)];
  if (!group.serverless || group.service === null) return [{ kind: 'neg', name, leadsTo: [], problem: null }];
  const service = identityOf({ name: group.service, region: where }, region);
  return [
    { kind: 'neg', name, leadsTo: [service], problem: null },
    { kind: 'service', name: service, leadsTo: [], problem: null },
  ];
}

/** Groups of two regions may have one name. */
function groupName(fullName: string, home: string): string {
  return identityOf({ name: shortName(fullName), region: regionOf(fullName) ?? home }, home);
}

function broken(kind: ChainLink['kind'], name: string, problem: string): ChainLink {
  return { kind, name, leadsTo: [], problem };
}

/** Several paths may lead over the same link. */
function uniqueLinks(links: readonly ChainLink[]): readonly ChainLink[] {
  return [...new Map(links.map((link) => [`${link.kind} ${link.name}`, link])).values()];
}
