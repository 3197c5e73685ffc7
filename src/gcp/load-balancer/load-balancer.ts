import { FirebreakError } from '../../core/errors.ts';
import { absent, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { CertificateFacts, ChainLink } from '../../core/model/observation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallOptions, LoadBalancerPort } from '../../ports/cloud.ts';
import { shortName } from '../response-parsing.ts';
import type { Scope } from '../scope.ts';
import { createCertificateManager } from './certificate-manager.ts';
import { missing } from './certificates.ts';
import { chainOf } from './chain.ts';
import { createCompute } from './compute.ts';
import type { Compute } from './compute.ts';
import { wayIn } from './hosts.ts';
import { regionOf } from './resources.ts';
import type { BackendService, TargetProxy } from './resources.ts';

const MANAGER = 'certificatemanager.googleapis.com/';

/**
 * The external application load balancer in front of the services (gcp-facts 6), by lists, so that its cost does not grow with
 * the number of backends: four reads, one for each region with endpoint groups, one or two for certificates.
 * What could not be read is absent with the reason; the chain and the certificates fail apart. Only certificates that a proxy of
 * this url map shows are told.
 */
export function createLoadBalancer(scope: Scope, clock: Clock): LoadBalancerPort {
  const compute = createCompute(scope);
  const manager = createCertificateManager(scope, clock);
  return {
    async describe(urlMap, options) {
      const source = `compute.googleapis.com/urlMaps/${urlMap}`;
      const proxies = compute.proxiesOf(urlMap, options);
      const [chain, certificates] = await Promise.all([
        told(source, clock, async () => readChain(compute, scope, { name: urlMap, proxies: await proxies, options })),
        told(source, clock, async () => readCertificates(compute, manager, await proxies, options)),
      ]);
      return { chain, certificates };
    },
    async waysIn(options) {
      const [maps, backends] = await Promise.all([compute.urlMaps(options), compute.backendServices(options)]);
      if (maps.length === 0) return [];
      const groups = await compute.endpointGroups(scope.regions, options);
      return maps.map((map) => wayIn(map, backends, groups, scope)).filter((way) => way.backends.length > 0);
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

async function readChain(
  compute: Compute,
  { region }: Scope,
  {
    name,
    proxies,
    options,
  }: { readonly name: string; readonly proxies: readonly TargetProxy[]; readonly options: CallOptions | undefined },
): Promise<readonly ChainLink[]> {
  const [map, rules, all] = await Promise.all([
    compute.urlMap(name, options),
    compute.forwardingRules(options),
    compute.backendServices(options),
  ]);
  if (map === null) return [{ kind: 'url-map', name, leadsTo: [], problem: 'it does not exist' }];
  const backends = all.filter((backend) => map.includes(backend.name));
  const groups = await compute.endpointGroups(regionsOf(backends), options);
  return chainOf({ region, urlMap: { name, backends: map }, rules, proxies, backends, groups });
}

function regionsOf(backends: readonly BackendService[]): readonly string[] {
  const regions = backends.flatMap(({ groups }) => groups.map(regionOf));
  return [...new Set(regions.filter((region) => region !== null))];
}

async function readCertificates(
  compute: Compute,
  manager: ReturnType<typeof createCertificateManager>,
  proxies: readonly TargetProxy[],
  options: CallOptions | undefined,
): Promise<readonly CertificateFacts[]> {
  const named = [...new Set(proxies.flatMap(({ certificates }) => certificates))];
  const maps = [...new Set(proxies.flatMap(({ certificateMap }) => (certificateMap === null ? [] : [certificateMap])))];
  const ours = named.filter((name) => !name.includes(MANAGER)).map(shortName);
  const managed = named.filter((name) => name.includes(MANAGER)).map(shortName);
  const [classic, modern] = await Promise.all([
    ours.length === 0 ? [] : compute.certificates(options),
    maps.length + managed.length === 0 ? [] : manager.inForce(maps, managed, options),
  ]);
  return [...ours.map((name) => classic.find((each) => each.name === name) ?? missing(name, 'compute')), ...modern];
}
