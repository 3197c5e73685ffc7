import { describe, expect, it } from 'vitest';
import { inProcessProbeTransport } from '../../src/simulator/http/in-process.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { given, pick, type Given } from './support/given.ts';

const NETRA = '/compute/v1/projects/netra-staging';
const MAPS = '/v1/projects/netra-staging/locations/global/certificateMaps';

const netra = (scenario: string): Given => given(readScenario(scenario));

/** The last part of a link. */
const short = (link: unknown): string => String(link).split('/').at(-1) ?? '';

/** Walks from a host name to the Cloud Run service, as a reader of the API must. */
async function behind({ call }: Given, host: string): Promise<string> {
  const { data: map } = await call('GET', `${NETRA}/global/urlMaps/netra-staging-lb`);
  const rules = map['hostRules'] as { hosts: string[]; pathMatcher: string }[];
  const matcher = rules.find(({ hosts }) => hosts.includes(host))!.pathMatcher;
  const matchers = map['pathMatchers'] as { name: string; defaultService: string }[];
  const backend = short(matchers.find(({ name }) => name === matcher)!.defaultService);
  const { data: service } = await call('GET', `${NETRA}/global/backendServices/${backend}`);
  const neg = short(pick(service, 'backends', 0, 'group'));
  const { data: group } = await call('GET', `${NETRA}/regions/us-central1/networkEndpointGroups/${neg}`);
  return String(pick(group, 'cloudRun', 'service'));
}

describe('the load balancer of Compute', () => {
  it('leads from its forwarding rule to the url map and from each host to its service', async () => {
    const world = netra('already-healthy');
    const { data: rules } = await world.call('GET', `${NETRA}/global/forwardingRules`);
    const proxy = short(pick(rules, 'items', 0, 'target'));
    const { data: target } = await world.call('GET', `${NETRA}/global/targetHttpsProxies/${proxy}`);
    expect(short(target['urlMap'])).toBe('netra-staging-lb');
    expect((target['sslCertificates'] as string[]).map(short)).toEqual(['netra-staging-cert']);
    expect(await behind(world, 'api-staging.netrasystems.ai')).toBe('netra-backend-staging');
    expect(await behind(world, 'staging.netrasystems.ai')).toBe('netra-frontend-staging');
  });

  it('has serverless NEGs: no health checks, and nothing to say of health', async () => {
    const { call } = netra('already-healthy');
    const path = `${NETRA}/global/backendServices/netra-api-backend`;
    const { data: service } = await call('GET', path);
    expect(service).not.toHaveProperty('healthChecks');
    expect((await call('POST', `${path}/getHealth`, {})).data).toEqual({ kind: 'compute#backendServiceGroupHealth' });
  });

  it('answers 404 in the older error body for what is not there, and lists nothing in another region', async () => {
    const { call } = netra('already-healthy');
    const missing = await call('GET', `${NETRA}/global/urlMaps/nope`);
    expect(missing).toMatchObject({ status: 404, data: { error: { errors: [{ reason: 'notFound' }] } } });
    const elsewhere = await call('GET', `${NETRA}/regions/europe-west1/networkEndpointGroups`);
    expect(elsewhere.data).not.toHaveProperty('items');
  });

  it('shows a managed certificate with the state of each domain, whose expiry is relative to the start', async () => {
    const certificate = async (scenario: string) =>
      (await netra(scenario).call('GET', `${NETRA}/global/sslCertificates/netra-staging-cert`)).data;
    const good = await certificate('already-healthy');
    expect(good).toMatchObject({ type: 'MANAGED', managed: { status: 'ACTIVE', domainStatus: { 'staging.netrasystems.ai': 'ACTIVE' } } });
    expect(Date.parse(String(good['expireTime']))).toBeGreaterThan(readScenario('already-healthy').startAt);
    const bad = await certificate('expired-certificate');
    expect(bad).toMatchObject({ managed: { status: 'RENEWAL_FAILED', domainStatus: { 'staging.netrasystems.ai': 'FAILED_NOT_VISIBLE' } } });
    expect(Date.parse(String(bad['expireTime']))).toBeLessThan(readScenario('expired-certificate').startAt);
  });
});

describe('certificates in Certificate Manager', () => {
  const scenario = readScenario('already-healthy');
  const [balancer] = scenario.world.loadBalancers;
  const certificates = balancer!.certificates.map((one) => ({ ...one, source: 'certificate-manager' as const }));
  const loadBalancers = [{ ...balancer!, certificateMap: 'netra-map', certificates }];
  const world = () => given({ ...scenario, world: { ...scenario.world, loadBalancers } });

  it('hang on the map of a proxy that has no certificates of its own', async () => {
    const { call } = world();
    const { data: proxy } = await call('GET', `${NETRA}/global/targetHttpsProxies/netra-staging-lb-proxy`);
    expect(proxy).not.toHaveProperty('sslCertificates');
    expect(short(proxy['certificateMap'])).toBe('netra-map');
    expect((await call('GET', `${NETRA}/global/sslCertificates`)).data).not.toHaveProperty('items');
  });

  it('are found by the hostnames of the map’s entries', async () => {
    const { call } = world();
    const { data } = await call('GET', `${MAPS}/netra-map/certificateMapEntries`);
    const entries = data['certificateMapEntries'] as { hostname: string; certificates: string[] }[];
    expect(entries.map(({ hostname }) => hostname)).toEqual(['staging.netrasystems.ai', 'api-staging.netrasystems.ai']);
    const { data: certificate } = await call('GET', `/v1/${entries[0]!.certificates[0]}`);
    expect(certificate).toMatchObject({ managed: { state: 'ACTIVE' }, expireTime: expect.stringMatching(/Z$/) });
    expect((await call('GET', `${MAPS}/other/certificateMapEntries`)).status).toBe(404);
  });
});

describe('a request to a host name of the load balancer', () => {
  const ask = ({ simulator }: Given, url: string) => inProcessProbeTransport(simulator).http({ url, method: 'GET', headers: {}, body: '' });

  it('arrives at the service behind it', async () => {
    const answer = await ask(netra('already-healthy'), 'https://api-staging.netrasystems.ai/health');
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('netra-backend-staging') });
  });

  it('fails at the handshake while the certificate is not in force, and arrives without one', async () => {
    const world = netra('expired-certificate');
    await expect(ask(world, 'https://staging.netrasystems.ai/health')).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    expect(await ask(world, 'http://staging.netrasystems.ai/health')).toMatchObject({ status: 200 });
  });

  it('gets Google’s 404 where the NEG names a service that does not exist, though the service itself is well', async () => {
    const world = netra('broken-neg-target');
    expect(await ask(world, 'https://api-staging.netrasystems.ai/health')).toMatchObject({ status: 404 });
    expect((await world.call('GET', '/_services/netra-backend-staging/health')).status).toBe(200);
  });

  it('gets the 404 too where the service admits only internal traffic', async () => {
    const world = netra('already-healthy');
    const service = '/v2/projects/netra-staging/locations/us-central1/services/netra-frontend-staging';
    await world.call('PATCH', `${service}?updateMask=ingress`, { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' });
    expect(await ask(world, 'https://staging.netrasystems.ai/health')).toMatchObject({ status: 404 });
  });
});
