import { describe, expect, test } from 'vitest';
import type { LoadBalancerObservation } from '../../../src/core/model/observation.ts';
import { PROJECT } from '../support/cloud-over.ts';
import { askedOf } from '../support/peer-by-path.ts';
import type { Scripted } from '../support/peer.ts';

const ROOT = `/compute/v1/projects/${PROJECT}`;
const MANAGER = `/v1/projects/${PROJECT}/locations/global`;
const link = (path: string): string => `https://www.googleapis.com${ROOT}/${path}`;
const items = (...all: readonly object[]): Scripted => ({ body: { items: all } });

const MAP = {
  name: 'web',
  defaultService: link('global/backendServices/front'),
  pathMatchers: [
    {
      defaultService: link('global/backendServices/front'),
      pathRules: [{ paths: ['/api/*'], service: link('global/backendServices/api') }],
      routeRules: [{ routeAction: { weightedBackendServices: [{ backendService: link('global/backendServices/api'), weight: 10 }] } }],
    },
    { defaultService: link('global/backendBuckets/files') },
  ],
};
const backend = (name: string, neg: string): object => ({
  name,
  backends: [{ group: link(`regions/us-central1/networkEndpointGroups/${neg}`) }],
});
const neg = (name: string, service: string): object => ({ name, networkEndpointType: 'SERVERLESS', cloudRun: { service } });

const WHOLE: Readonly<Record<string, Scripted>> = {
  [`${ROOT}/global/urlMaps/web`]: { body: MAP },
  [`${ROOT}/global/targetHttpsProxies`]: items(
    { name: 'web-proxy', urlMap: link('global/urlMaps/web'), sslCertificates: [link('global/sslCertificates/cert')] },
    { name: 'other-proxy', urlMap: link('global/urlMaps/other'), sslCertificates: [link('global/sslCertificates/foreign')] },
  ),
  [`${ROOT}/global/forwardingRules`]: items({ name: 'web-https', target: link('global/targetHttpsProxies/web-proxy') }),
  [`${ROOT}/global/backendServices`]: items(backend('front', 'front-neg'), backend('api', 'api-neg'), backend('unused', 'x')),
  [`${ROOT}/regions/us-central1/networkEndpointGroups`]: items(neg('front-neg', 'frontend'), neg('api-neg', 'backend')),
  [`${ROOT}/global/sslCertificates`]: items(
    {
      name: 'cert',
      type: 'MANAGED',
      managed: { domains: ['a.example.com'], status: 'RENEWAL_FAILED', domainStatus: { 'a.example.com': 'FAILED_NOT_VISIBLE' } },
      expireTime: '2025-10-01T00:00:00Z',
    },
    { name: 'foreign', type: 'SELF_MANAGED', subjectAlternativeNames: ['b.example.com'] },
  ),
};

async function described(
  changed: Readonly<Record<string, Scripted>> = {},
): Promise<{ seen: LoadBalancerObservation; paths: readonly string[] }> {
  const { answer, paths } = await askedOf({ ...WHOLE, ...changed }, (cloud) => cloud.loadBalancer.describe('web'));
  return { seen: answer, paths };
}

const problems = (seen: LoadBalancerObservation): readonly string[] =>
  (seen.chain.value ?? []).flatMap(({ kind, name, problem }) => (problem === null ? [] : [`${kind} ${name}: ${problem}`]));

describe('the chain in front of the services', () => {
  test('is followed from the forwarding rule to the services, over every rule of the url map, in six reads', async () => {
    const { seen, paths } = await described();
    expect(seen.chain).toMatchObject({ freshness: 'fresh', source: 'compute.googleapis.com/urlMaps/web' });
    expect(seen.chain.value?.map(({ kind, name, leadsTo }) => `${kind} ${name} → ${leadsTo.join(', ')}`)).toEqual([
      'forwarding-rule web-https → web-proxy',
      'proxy web-proxy → web',
      'url-map web → front, api',
      'backend-service front → front-neg',
      'neg front-neg → frontend',
      'service frontend → ',
      'backend-service api → api-neg',
      'neg api-neg → backend',
      'service backend → ',
    ]);
    expect(problems(seen)).toEqual([]);
    expect(paths).toHaveLength(6);
  });

  test.each<[string, Readonly<Record<string, Scripted>>, string]>([
    ['the url map', { [`${ROOT}/global/urlMaps/web`]: { status: 404, body: {} } }, 'url-map web: it does not exist'],
    [
      'a backend service',
      { [`${ROOT}/global/backendServices`]: items(backend('front', 'front-neg')) },
      'backend-service api: it does not exist',
    ],
    [
      'its backends',
      { [`${ROOT}/global/backendServices`]: items(backend('front', 'front-neg'), { name: 'api' }) },
      'backend-service api: it has no backends',
    ],
    [
      'an endpoint group',
      { [`${ROOT}/regions/us-central1/networkEndpointGroups`]: items(neg('front-neg', 'frontend')) },
      'neg api-neg: it does not exist in us-central1',
    ],
    ['the proxy', { [`${ROOT}/global/targetHttpsProxies`]: items() }, 'url-map web: no target HTTPS proxy uses it'],
    ['the forwarding rule', { [`${ROOT}/global/forwardingRules`]: items() }, 'proxy web-proxy: no forwarding rule leads to it'],
    [
      'every certificate',
      { [`${ROOT}/global/targetHttpsProxies`]: items({ name: 'web-proxy', urlMap: link('global/urlMaps/web') }) },
      'proxy web-proxy: it has neither certificates nor a certificate map',
    ],
  ])('names the link that is broken when %s is missing', async (_what, changed, problem) => {
    expect(problems((await described(changed)).seen)).toEqual([problem]);
  });

  test('leads to a service of another region by its name and region', async () => {
    const group = { name: 'api', backends: [{ group: link('regions/europe-west1/networkEndpointGroups/api-neg') }] };
    const { seen } = await described({
      [`${ROOT}/global/backendServices`]: items(backend('front', 'front-neg'), group),
      [`${ROOT}/regions/europe-west1/networkEndpointGroups`]: items(neg('api-neg', 'backend')),
    });
    expect(seen.chain.value?.at(-1)).toMatchObject({ kind: 'service', name: 'backend@europe-west1' });
  });

  test('that may not be read is absent with the reason, and so is nothing else', async () => {
    const { seen } = await described({
      [`${ROOT}/global/backendServices`]: { status: 403, body: { error: { code: 403, message: 'denied' } } },
    });
    expect(seen.chain).toMatchObject({ value: null, freshness: 'absent', problem: expect.stringContaining('PERMISSION_DENIED') });
    expect(seen.certificates.value).toHaveLength(1);
  });
});

describe('certificates', () => {
  test('are those of our proxies alone, with what Google says of each domain', async () => {
    expect((await described()).seen.certificates.value).toEqual([
      {
        name: 'cert',
        source: 'compute',
        domains: ['a.example.com'],
        status: 'RENEWAL_FAILED',
        expiresAt: Date.parse('2025-10-01T00:00:00Z'),
        domainStatus: { 'a.example.com': 'FAILED_NOT_VISIBLE' },
      },
    ]);
  });

  test('of a certificate map count for the hosts of their entries only', async () => {
    const named = (name: string): string => `projects/${PROJECT}/locations/global/certificates/${name}`;
    const proxy = {
      name: 'web-proxy',
      urlMap: link('global/urlMaps/web'),
      certificateMap: `//certificatemanager.googleapis.com/projects/${PROJECT}/locations/global/certificateMaps/web-map`,
    };
    const entries = [
      { name: 'one', hostname: 'app.example.com', certificates: [named('wild')] },
      { name: 'rest', matcher: 'PRIMARY', certificates: [named('main')] },
      { name: 'lost', hostname: 'old.example.com', certificates: [named('gone')] },
    ];
    const certificates = [
      { name: named('wild'), managed: { domains: ['*.example.com'], state: 'ACTIVE' }, expireTime: '2025-11-01T00:00:00Z' },
      {
        name: named('main'),
        managed: { domains: ['example.com'], state: 'FAILED', authorizationAttemptInfo: [{ domain: 'example.com', state: 'FAILED' }] },
      },
      { name: named('elsewhere'), selfManaged: {}, sanDnsnames: ['other.example.com'] },
    ];
    const { seen, paths } = await described({
      [`${ROOT}/global/targetHttpsProxies`]: items(proxy),
      [`${MANAGER}/certificateMaps/web-map/certificateMapEntries`]: { body: { certificateMapEntries: entries } },
      [`${MANAGER}/certificates`]: { body: { certificates } },
    });
    expect(seen.certificates.value).toMatchObject([
      { name: 'wild', source: 'certificate-manager', domains: ['app.example.com'], status: 'ACTIVE' },
      { name: 'main', domains: ['example.com'], status: 'FAILED', domainStatus: { 'example.com': 'FAILED' } },
      { name: 'gone', domains: [], status: 'NOT_FOUND' },
    ]);
    expect(paths.some((path) => path.includes('sslCertificates'))).toBe(false);
  });
});

describe('the ways in', () => {
  test('are the url maps that lead to a service of the region, with the host that each of them names', async () => {
    const map = {
      ...MAP,
      hostRules: [
        { hosts: ['www.example.com', 'example.com'], pathMatcher: 'pages' },
        { hosts: ['files.example.com'], pathMatcher: 'files' },
        { hosts: ['lost.example.com'], pathMatcher: 'nowhere' },
      ],
      pathMatchers: [
        { name: 'pages', ...MAP.pathMatchers[0] },
        { name: 'files', ...MAP.pathMatchers[1] },
      ],
    };
    const empty = { name: 'empty', defaultService: link('global/backendServices/unused') };
    const { answer } = await askedOf({ ...WHOLE, [`${ROOT}/global/urlMaps`]: items(map, empty) }, (cloud) => cloud.loadBalancer.waysIn());
    expect(answer).toEqual([
      {
        name: 'web',
        hosts: ['www.example.com', 'example.com'].map((host) => ({ host, backend: 'front' })),
        defaultBackend: 'front',
        backends: [
          { name: 'front', group: 'front-neg', service: 'frontend' },
          { name: 'api', group: 'api-neg', service: 'backend' },
        ],
      },
    ]);
  });

  test('are none where there is no url map, and nothing more is asked', async () => {
    const { answer, paths } = await askedOf({ ...WHOLE, [`${ROOT}/global/urlMaps`]: items() }, (cloud) => cloud.loadBalancer.waysIn());
    expect([answer, paths.some((path) => path.includes('networkEndpointGroups'))]).toEqual([[], false]);
  });
});
