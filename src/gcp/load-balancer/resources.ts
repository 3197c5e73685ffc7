import { shortName } from '../response-parsing.ts';
import { list, object, optionalObject, optionalText, text, texts } from '../json.ts';
import type { Json } from '../json.ts';

/** Compute resources as far as the chain needs them, by short name (gcp-facts 6). All readers are to be called within `understood`. */
export interface ForwardingRule {
  readonly name: string;
  /** Short name of the target proxy. */
  readonly target: string;
}

export interface TargetProxy {
  readonly name: string;
  readonly urlMap: string;
  /** As Compute names them; a Certificate Manager certificate may stand here too. */
  readonly certificates: readonly string[];
  readonly certificateMap: string | null;
}

export interface BackendService {
  readonly name: string;
  /** Full names of the groups behind it. */
  readonly groups: readonly string[];
}

export interface EndpointGroup {
  readonly name: string;
  readonly region: string;
  readonly serverless: boolean;
  /** Cloud Run service; null: the group finds it by a URL mask, or leads elsewhere. */
  readonly service: string | null;
}

export function forwardingRule(value: unknown): ForwardingRule {
  const { name, target } = object(value, 'forwardingRules');
  return { name: text(name, 'forwardingRules.name'), target: shortName(optionalText(target, 'forwardingRules.target') ?? '') };
}

export function targetProxy(value: unknown): TargetProxy {
  const proxy = object(value, 'targetHttpsProxies');
  const map = optionalText(proxy.certificateMap, 'targetHttpsProxies.certificateMap');
  return {
    name: text(proxy.name, 'targetHttpsProxies.name'),
    urlMap: shortName(optionalText(proxy.urlMap, 'targetHttpsProxies.urlMap') ?? ''),
    certificates: texts(proxy.sslCertificates, 'targetHttpsProxies.sslCertificates'),
    certificateMap: map === null ? null : shortName(map),
  };
}

export function backendService(value: unknown): BackendService {
  const { name, backends } = object(value, 'backendServices');
  const groups = list(backends, 'backends').map((each) => optionalText(object(each, 'backends').group, 'backends.group') ?? '');
  return { name: text(name, 'backendServices.name'), groups: groups.filter((group) => group !== '') };
}

export function endpointGroup(value: unknown): EndpointGroup {
  const group = object(value, 'networkEndpointGroups');
  const cloudRun = optionalObject(group.cloudRun, 'networkEndpointGroups.cloudRun');
  const region = optionalText(group.region, 'networkEndpointGroups.region');
  return {
    name: text(group.name, 'networkEndpointGroups.name'),
    region: region === null ? '' : shortName(region),
    serverless: group.networkEndpointType === 'SERVERLESS',
    service: optionalText(cloudRun.service, 'networkEndpointGroups.cloudRun.service'),
  };
}

/** Short names of all backend services that a url map may send to: by default, by path, by route, by weight; each once. */
export function backendsOf(urlMap: Json): readonly string[] {
  const found: string[] = [];
  const add = (value: unknown): void => {
    const name = optionalText(value, 'urlMap.service');
    // A backend bucket serves files, not a service.
    if (name !== null && !name.includes('/backendBuckets/')) found.push(shortName(name));
  };
  add(urlMap.defaultService);
  addAction(urlMap.defaultRouteAction, add);
  for (const value of list(urlMap.pathMatchers, 'pathMatchers')) {
    const matcher = object(value, 'pathMatchers');
    add(matcher.defaultService);
    addAction(matcher.defaultRouteAction, add);
    for (const rule of [...list(matcher.pathRules, 'pathRules'), ...list(matcher.routeRules, 'routeRules')]) {
      const { service, routeAction } = object(rule, 'rules');
      add(service);
      addAction(routeAction, add);
    }
  }
  return [...new Set(found)];
}

function addAction(action: unknown, add: (value: unknown) => void): void {
  const weighted = list(optionalObject(action, 'routeAction').weightedBackendServices, 'weightedBackendServices');
  for (const each of weighted) add(object(each, 'weightedBackendServices').backendService);
}

/** Where a regional resource lives, read from its full name; null when it does not say. */
export function regionOf(fullName: string): string | null {
  return /\/regions\/([^/]+)\//.exec(fullName)?.[1] ?? null;
}
