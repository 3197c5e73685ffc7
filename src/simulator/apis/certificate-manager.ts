import { ApiError } from '../surface/api-error.ts';
import { listed, page, pageSize } from '../surface/paging.ts';
import type { Call, Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { timestamp, type Fields } from '../surface/wire.ts';
import type { CertificateDescription } from '../world/description/description.ts';
import { expiryOf } from '../world/load-balancer-state.ts';

const HOST = 'certificatemanager.googleapis.com';
const LOCATION = '/v1/projects/{project}/locations/{location}';
const DAY_MS = 86_400_000;

/** Certificate Manager v1, read-only: maps, their entries, certificates; all of them global (gcp-facts 6). */
export function certificateManagerRoutes(surface: Surface): readonly Route[] {
  const maps = `${LOCATION}/certificateMaps`;
  const entries = `${maps}/{map}/certificateMapEntries`;
  return [
    ...pair('certificateMaps', maps, { parameter: 'map', noun: 'certmaps', all: () => certificateMaps(surface) }),
    ...pair('certificateMaps.certificateMapEntries', entries, {
      parameter: 'entry',
      noun: 'certmapentries',
      all: ({ params }) => mapEntries(surface, params['map'] ?? ''),
    }),
    ...pair('certificates', `${LOCATION}/certificates`, { parameter: 'certificate', noun: 'certs', all: () => certificates(surface) }),
  ];
}

function pair(
  id: string,
  path: string,
  { parameter, noun, all }: { readonly parameter: string; readonly noun: string; readonly all: (call: Call) => readonly Fields[] },
): readonly Route[] {
  const read = { host: HOST, method: 'GET', writes: false } as const;
  const field = id.slice(id.lastIndexOf('.') + 1);
  return [
    {
      ...read,
      id: `certificatemanager.projects.locations.${id}.list`,
      path,
      permission: `certificatemanager.${noun}.list`,
      answer: (call) => {
        const found = isGlobal(call) ? all(call) : [];
        const { items, nextPageToken } = page(found, pageSize(call.query.get('pageSize'), 100, 1_000), call.query.get('pageToken'));
        return listed(field, items, nextPageToken);
      },
    },
    {
      ...read,
      id: `certificatemanager.projects.locations.${id}.get`,
      path: `${path}/{${parameter}}`,
      permission: `certificatemanager.${noun}.get`,
      answer: (call) => {
        const wanted = call.params[parameter] ?? '';
        const found = isGlobal(call) ? all(call).find(({ name }) => String(name).endsWith(`/${wanted}`)) : undefined;
        if (found) return found;
        throw new ApiError('NOT_FOUND', `Resource '${wanted}' of ${field} was not found`);
      },
    },
  ];
}

function isGlobal({ params }: Call): boolean {
  return params['location'] === 'global' || params['location'] === '-';
}

function certificateMaps(surface: Surface): readonly Fields[] {
  return surface.scenario.world.loadBalancers.flatMap(({ name, certificateMap, ipAddress }) => {
    if (certificateMap === undefined) return [];
    const targetHttpsProxy = `//compute.googleapis.com/projects/${surface.project}/global/targetHttpsProxies/${name}-proxy`;
    return [
      {
        ...resource(surface, `certificateMaps/${certificateMap}`),
        gclbTargets: [{ targetHttpsProxy, ipConfigs: [{ ipAddress, ports: [443] }] }],
      },
    ];
  });
}

/** One entry for each name of each certificate. */
function mapEntries(surface: Surface, map: string): readonly Fields[] {
  const balancer = surface.scenario.world.loadBalancers.find(({ certificateMap }) => certificateMap === map);
  if (!balancer) throw new ApiError('NOT_FOUND', `Resource '${map}' of certificateMaps was not found`);
  const own = balancer.certificates.filter(({ source }) => source === 'certificate-manager');
  return own.flatMap((certificate) =>
    certificate.domains.map((hostname) => ({
      ...resource(surface, `certificateMaps/${map}/certificateMapEntries/${hostname.replaceAll('.', '-').replace('*', 'any')}`),
      hostname,
      certificates: [`${root(surface)}/certificates/${certificate.name}`],
      state: 'ACTIVE',
    })),
  );
}

function certificates(surface: Surface): readonly Fields[] {
  return surface.scenario.world.loadBalancers.flatMap((balancer) =>
    balancer.certificates
      .filter(({ source }) => source === 'certificate-manager')
      .map((certificate) => renderCertificate(surface, certificate, balancer.certificateMap)),
  );
}

function renderCertificate(surface: Surface, certificate: CertificateDescription, map: string | undefined): Fields {
  const { name, managed, domains, status, domainStatus } = certificate;
  const expiresAt = expiryOf(certificate, surface.scenario.startAt);
  return {
    ...resource(surface, `certificates/${name}`),
    sanDnsnames: domains,
    ...(expiresAt !== null && { expireTime: timestamp(expiresAt) }),
    ...(map !== undefined && { usedBy: [{ name: `${root(surface)}/certificateMaps/${map}` }] }),
    ...(managed
      ? {
          managed: {
            domains,
            state: STATES[status] ?? 'FAILED',
            authorizationAttemptInfo: domains.map((domain) => ({
              domain,
              state: domainStatus[domain] === undefined ? 'AUTHORIZED' : 'FAILED',
              ...(domainStatus[domain] !== undefined && { failureReason: 'CONFIG', details: domainStatus[domain] }),
            })),
          },
        }
      : { selfManaged: {} }),
  };
}

const STATES: Readonly<Record<string, string>> = { ACTIVE: 'ACTIVE', PROVISIONING: 'PROVISIONING', RENEWAL_FAILED: 'FAILED' };

function resource(surface: Surface, path: string): Fields {
  const createTime = timestamp(surface.scenario.startAt - 90 * DAY_MS);
  return { name: `${root(surface)}/${path}`, createTime, updateTime: createTime };
}

function root(surface: Surface): string {
  return `projects/${surface.project}/locations/global`;
}
