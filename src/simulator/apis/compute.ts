import { defined } from '../../core/defined.ts';
import { ApiError, invalid } from '../surface/api-error.ts';
import { page, pageSize } from '../surface/paging.ts';
import type { Call, Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { timestamp, type Fields } from '../surface/wire.ts';
import { placed } from '../world/place.ts';
import type { CertificateDescription, GatewayDescription, LoadBalancerDescription } from '../world/description/description.ts';
import { expiryOf } from '../world/load-balancer-state.ts';

const HOST = 'compute.googleapis.com';
const PREFIX = '/compute/v1';
const DAY_MS = 86_400_000;

/** A kind of resource of a load balancer: its collection in the path, and every one there is. */
interface Collection {
  readonly id: string;
  readonly kind: string;
  /** Below the project. */
  readonly path: string;
  /** Parameter of the get method, as the discovery document names it. */
  readonly parameter: string;
  readonly permission: string;
  all(): readonly Fields[];
}

/** Compute v1, read-only: what an external load balancer with serverless NEGs is made of (gcp-facts 6). Errors have the older body shape. */
export function computeRoutes(surface: Surface): readonly Route[] {
  return [...collections(surface).flatMap((collection) => readRoutes(surface, collection)), getHealth(surface)];
}

function readRoutes(surface: Surface, collection: Collection): readonly Route[] {
  const read = { host: HOST, method: 'GET', writes: false, errors: 'legacy' } as const;
  const path = `${PREFIX}/projects/{project}/${collection.path}`;
  return [
    {
      ...read,
      id: `compute.${collection.id}.list`,
      path,
      permission: `${collection.permission}.list`,
      answer: (call) => list(surface, collection, call),
    },
    {
      ...read,
      id: `compute.${collection.id}.get`,
      path: `${path}/{${collection.parameter}}`,
      permission: `${collection.permission}.get`,
      answer: (call) => get(surface, collection, call),
    },
  ];
}

/** Serverless NEGs have no health: the answer says nothing (gcp-facts 6). */
function getHealth(surface: Surface): Route {
  return {
    id: 'compute.backendServices.getHealth',
    host: HOST,
    method: 'POST',
    path: `${PREFIX}/projects/{project}/global/backendServices/{backendService}/getHealth`,
    permission: 'compute.backendServices.get',
    writes: false,
    errors: 'legacy',
    answer: (call) => {
      const services = defined(collections(surface).find(({ id }) => id === 'backendServices'));
      get(surface, services, call);
      return { kind: 'compute#backendServiceGroupHealth' };
    },
  };
}

function list(surface: Surface, collection: Collection, { params, query }: Call): unknown {
  const filter = query.get('filter') ?? '';
  const wanted = /^\s*\(?\s*name\s*(?:=|eq)\s*"?([-\w]+)"?\s*\)?\s*$/.exec(filter)?.[1];
  if (filter.trim() !== '' && wanted === undefined)
    throw invalid(`Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`, 'filter');
  const all = inRegion(surface, collection, params['region']).filter(({ name }) => wanted === undefined || name === wanted);
  const { items, nextPageToken } = page(all, pageSize(query.get('maxResults'), 500, 500), query.get('pageToken'));
  const at = collection.path.replace('{region}', params['region'] ?? '');
  return {
    kind: `${collection.kind}List`,
    id: `projects/${surface.project}/${at}`,
    ...(items.length > 0 && { items }),
    ...(nextPageToken !== undefined && { nextPageToken }),
    selfLink: link(surface, at),
  };
}

function get(surface: Surface, collection: Collection, { params }: Call): Fields {
  const wanted = params[collection.parameter];
  const found = inRegion(surface, collection, params['region']).find(({ name }) => name === wanted);
  if (found) return found;
  const at = collection.path.replace('{region}', params['region'] ?? '');
  throw new ApiError('NOT_FOUND', `The resource 'projects/${surface.project}/${at}/${wanted}' was not found`);
}

/** All of a global collection; of a regional one those of this region. */
function inRegion(surface: Surface, collection: Collection, region: string | undefined): readonly Fields[] {
  if (region === undefined) return collection.all();
  const at = `${link(surface, `regions/${region}`)}/`;
  return collection.all().filter(({ selfLink }) => String(selfLink).startsWith(at));
}

function collections(surface: Surface): readonly Collection[] {
  const every = <T>(make: (balancer: LoadBalancerDescription) => readonly T[]): readonly T[] =>
    surface.scenario.world.loadBalancers.flatMap(make);
  const global = (id: string, kind: string, parameter: string, make: Make): Collection => ({
    id,
    kind,
    path: `global/${id.replace(/^global(.)/, (_, first: string) => first.toLowerCase())}`,
    parameter,
    permission: `compute.${id}`,
    all: () => every((balancer) => make(surface, balancer)),
  });
  return [
    global('globalForwardingRules', 'compute#forwardingRule', 'forwardingRule', forwardingRules),
    global('targetHttpsProxies', 'compute#targetHttpsProxy', 'targetHttpsProxy', proxies),
    global('urlMaps', 'compute#urlMap', 'urlMap', urlMaps),
    global('backendServices', 'compute#backendService', 'backendService', backendServices),
    global('sslCertificates', 'compute#sslCertificate', 'sslCertificate', sslCertificates),
    {
      id: 'routers',
      kind: 'compute#router',
      path: 'regions/{region}/routers',
      parameter: 'router',
      permission: 'compute.routers',
      all: () => surface.scenario.world.network.gateways.map((gateway) => router(surface, gateway)),
    },
    {
      id: 'subnetworks',
      kind: 'compute#subnetwork',
      path: 'regions/{region}/subnetworks',
      parameter: 'subnetwork',
      permission: 'compute.subnetworks',
      all: () =>
        surface.scenario.world.network.subnets.map(({ name, network, ipCidrRange }) => ({
          ...resource(surface, 'compute#subnetwork', `regions/${surface.region}/subnetworks`, name),
          network: link(surface, `global/networks/${network}`),
          ipCidrRange,
          privateIpGoogleAccess: true,
        })),
    },
    {
      id: 'regionNetworkEndpointGroups',
      kind: 'compute#networkEndpointGroup',
      path: 'regions/{region}/networkEndpointGroups',
      parameter: 'networkEndpointGroup',
      permission: 'compute.regionNetworkEndpointGroups',
      all: () => every((balancer) => networkEndpointGroups(surface, balancer)),
    },
  ];
}

/** A router with one Cloud NAT gateway of the same name. */
function router(surface: Surface, { name, network, addresses, subnets }: GatewayDescription): Fields {
  const region = `regions/${surface.region}`;
  return {
    ...resource(surface, 'compute#router', `${region}/routers`, name),
    network: link(surface, `global/networks/${network}`),
    region: link(surface, region),
    nats: [
      {
        name,
        natIpAllocateOption: addresses === 'fixed' ? 'MANUAL_ONLY' : 'AUTO_ONLY',
        ...(addresses === 'fixed' && { natIps: [link(surface, `${region}/addresses/${name}`)] }),
        sourceSubnetworkIpRangesToNat: subnets === 'all' ? 'ALL_SUBNETWORKS_ALL_IP_RANGES' : 'LIST_OF_SUBNETWORKS',
      },
    ],
  };
}

type Make = (surface: Surface, balancer: LoadBalancerDescription) => readonly Fields[];

const forwardingRules: Make = (surface, { name, ipAddress }) => [
  {
    ...resource(surface, 'compute#forwardingRule', 'global/forwardingRules', `${name}-https`),
    IPAddress: ipAddress,
    IPProtocol: 'TCP',
    portRange: '443-443',
    loadBalancingScheme: 'EXTERNAL_MANAGED',
    networkTier: 'PREMIUM',
    target: link(surface, `global/targetHttpsProxies/${name}-proxy`),
  },
];

const proxies: Make = (surface, { name, certificateMap, certificates }) => [
  {
    ...resource(surface, 'compute#targetHttpsProxy', 'global/targetHttpsProxies', `${name}-proxy`),
    urlMap: link(surface, `global/urlMaps/${name}`),
    // A proxy with a certificate map has no certificates of Compute's (gcp-facts 6).
    ...(certificateMap === undefined
      ? {
          sslCertificates: certificates
            .filter(({ source }) => source === 'compute')
            .map((one) => link(surface, `global/sslCertificates/${one.name}`)),
        }
      : {
          certificateMap: `//certificatemanager.googleapis.com/projects/${surface.project}/locations/global/certificateMaps/${certificateMap}`,
        }),
  },
];

const urlMaps: Make = (surface, { name, backends, hosts }) => {
  const leadingTo = [...new Set(hosts.map(({ backend }) => backend))];
  return [
    {
      ...resource(surface, 'compute#urlMap', 'global/urlMaps', name),
      defaultService: backendLink(surface, backends[0]?.name ?? ''),
      ...(hosts.length > 0 && {
        hostRules: leadingTo.map((backend) => ({
          hosts: hosts.filter((host) => host.backend === backend).map((host) => host.name),
          pathMatcher: `to-${backend}`,
        })),
        pathMatchers: leadingTo.map((backend) => ({ name: `to-${backend}`, defaultService: backendLink(surface, backend) })),
      }),
    },
  ];
};

/** Several backends of one name are one backend service. */
const backendServices: Make = (surface, { backends }) =>
  [...Map.groupBy(backends, ({ name }) => name)].map(([name, all]) => ({
    ...resource(surface, 'compute#backendService', 'global/backendServices', name),
    backends: all.map(({ neg, service }) => ({
      group: link(surface, `regions/${placed(service, surface.region).region}/networkEndpointGroups/${neg}`),
      balancingMode: 'UTILIZATION',
      capacityScaler: 1,
    })),
    loadBalancingScheme: 'EXTERNAL_MANAGED',
    protocol: 'HTTPS',
    port: 80,
    portName: 'http',
    // Shown, and without effect on a serverless backend (gcp-facts 6).
    timeoutSec: 30,
    enableCDN: false,
    sessionAffinity: 'NONE',
  }));

const networkEndpointGroups: Make = (surface, { backends }) =>
  backends.map(({ neg, service }) => {
    const { name, region } = placed(service, surface.region);
    return {
      ...resource(surface, 'compute#networkEndpointGroup', `regions/${region}/networkEndpointGroups`, neg),
      networkEndpointType: 'SERVERLESS',
      region: link(surface, `regions/${region}`),
      size: 0,
      cloudRun: { service: name },
    };
  });

const sslCertificates: Make = (surface, { certificates }) =>
  certificates.filter(({ source }) => source === 'compute').map((certificate) => sslCertificate(surface, certificate));

function sslCertificate(surface: Surface, certificate: CertificateDescription): Fields {
  const { name, managed, domains, status, domainStatus } = certificate;
  const expiresAt = expiryOf(certificate, surface.scenario.startAt);
  return {
    ...resource(surface, 'compute#sslCertificate', 'global/sslCertificates', name),
    type: managed ? 'MANAGED' : 'SELF_MANAGED',
    subjectAlternativeNames: domains,
    ...(expiresAt !== null && { expireTime: timestamp(expiresAt) }),
    ...(managed && {
      managed: { domains, status, domainStatus: Object.fromEntries(domains.map((domain) => [domain, domainStatus[domain] ?? 'ACTIVE'])) },
    }),
  };
}

function backendLink(surface: Surface, name: string): string {
  return link(surface, `global/backendServices/${name}`);
}

function resource(surface: Surface, kind: string, collection: string, name: string): Fields {
  return {
    kind,
    id: numericId(`${collection}/${name}`),
    creationTimestamp: timestamp(surface.scenario.startAt - 90 * DAY_MS),
    name,
    selfLink: link(surface, `${collection}/${name}`),
  };
}

function link(surface: Surface, path: string): string {
  return `https://www.googleapis.com/compute/v1/projects/${surface.project}/${path}`;
}

/** Compute's ids are long numbers; this one depends on the name alone. */
function numericId(text: string): string {
  let value = 7n;
  for (let index = 0; index < text.length; index += 1) value = (value * 131n + BigInt(text.charCodeAt(index))) % 9_000_000_000_000_000_000n;
  return String(value + 1_000_000_000_000_000n);
}
