import { describe, expect, test } from 'vitest';
import { DAY, MINUTE, SECOND } from '../../src/core/duration.ts';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { CertificateFacts, ChainLink, Observation, ServiceObservation, TemplateFacts } from '../../src/core/model/observation.ts';
import type { RemediationSpec, ServiceSpec } from '../../src/core/model/spec.ts';
import { findingsOf } from '../../src/diagnosis/checks/checks.ts';
import type { CheckFinding } from '../../src/diagnosis/checks/check.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { AUTH, BACKEND, believedWorld, blindWorld, logGroup, NEW_BACKEND, NOW, probe, SPEC, wellBackend, wellWorld } from './fixtures.ts';

const withTemplate = (template: Partial<TemplateFacts>, observation: Observation = wellWorld()): Observation => {
  const service = observation.services[BACKEND]!;
  const state = service.state.value!;
  const changed: ServiceObservation = {
    ...service,
    state: fresh({ ...state, template: { ...state.template, ...template } }, NOW, `services/${BACKEND}`),
  };
  return { ...observation, services: { ...observation.services, [BACKEND]: changed } };
};
const withLogs = (observation: Observation, ...groups: readonly ReturnType<typeof logGroup>[]): Observation => ({
  ...observation,
  logs: fresh(groups, NOW, 'entries:list'),
});
const withService = (change: Partial<ServiceSpec>, spec: RemediationSpec = SPEC): RemediationSpec => ({
  ...spec,
  services: spec.services.map((service) => (service.name === BACKEND ? { ...service, ...change } : service)),
});
const timeouts = (change: Partial<ServiceSpec['timeouts']>) =>
  withService({ timeouts: { databaseMs: null, clientMs: null, proxyMs: null, ...change } });
const of = (check: CheckFinding['check'], observation: Observation, spec: RemediationSpec): readonly CheckFinding[] =>
  findingsOf(observation, spec).filter((finding) => finding.check === check);

describe('timeout alignment', () => {
  test('a database wait of 600 s cannot work under a start-up cap of 4 minutes', () => {
    const [finding] = of('timeouts', wellWorld(), timeouts({ databaseMs: 600 * SECOND }));
    expect(finding).toMatchObject({ severity: 'broken', subject: BACKEND });
    expect(finding?.what).toContain('waits up to 10m for the database');
    expect(finding?.what).toContain('Cloud Run ends a start after 4m');
    expect(finding?.change).toContain('at most 3m 30s');
  });

  test('a wait of 75 s fits the cap, but not a start-up probe that gives up after 30 s', () => {
    expect(of('timeouts', wellWorld(), timeouts({ databaseMs: 75 * SECOND }))).toEqual([]);
    const seen = withTemplate({ startupProbe: 'http /health every 10s, 3 failures' });
    expect(of('timeouts', seen, timeouts({ databaseMs: 75 * SECOND }))[0]?.what).toContain('its start-up probe gives up after 30s');
  });

  test('a limit read out of log lines that is not the configured one is told with both figures', () => {
    const seen = withLogs(wellWorld(), logGroup('database-init-timeout', BACKEND, NEW_BACKEND, 8, { facts: { seconds: '25.0' } }));
    const [finding] = of('timeouts', seen, timeouts({ databaseMs: 75 * SECOND }));
    expect(finding).toMatchObject({ severity: 'broken' });
    expect(finding?.what).toMatch(/after 25s, although services\[\]\.timeouts\.database says 1m 15s/);
    expect(finding?.evidence[0]?.source).toContain('insertId');
    expect(of('timeouts', seen, timeouts({ databaseMs: 25 * SECOND }))).toEqual([]);
    expect(of('timeouts', seen, SPEC)[0]).toMatchObject({ severity: 'note', change: null });
  });

  test('without a word in the document the setting of the service counts', () => {
    const seen = withTemplate({ env: { DATABASE_CONNECT_TIMEOUT: '600', REQUEST_TIMEOUT: '900' } });
    expect(of('timeouts', seen, SPEC)[0]?.what).toContain('10m for the database (DATABASE_CONNECT_TIMEOUT)');
    expect(of('timeouts', withTemplate({ env: { PG_TIMEOUT_MS: '9000' } }), SPEC)).toEqual([]);
  });

  test('a client or a proxy that gives up before the service does is a finding with the change', () => {
    expect(of('timeouts', wellWorld(), timeouts({ clientMs: 60 * SECOND }))[0]).toMatchObject({ severity: 'risk' });
    expect(of('timeouts', wellWorld(), timeouts({ clientMs: 60 * SECOND }))[0]?.what).toMatch(
      /clients give up after 1m, while the request timeout is 5m/,
    );
    expect(of('timeouts', wellWorld(), timeouts({ clientMs: 400 * SECOND, proxyMs: 310 * SECOND }))).toEqual([]);
    expect(of('timeouts', wellWorld(), timeouts({ clientMs: 300 * SECOND, proxyMs: 400 * SECOND }))[0]?.change).toContain('its proxy');
  });
});

describe('the connection budget check', () => {
  test('the instances of this minute and all maxima are told against the allowance, each with three ways out', () => {
    const found = of('connections', believedWorld(), SPEC).map(({ what, change }) => `${what} → ${change}`);
    expect(found[0]).toContain(`may open ${48 * 25} connections (${AUTH} 2 × 25 + ${BACKEND} 46 × 25), 395 are allowed`);
    expect(found[1]).toContain('all services at their maximum may open 1500 connections');
    expect(found[0]).toContain(`raise max_connections to ${48 * 25 + 5}`);
    expect(found[2]).toContain('352 of 400 connections are in use (88 %, threshold 75 %)');
  });

  test('a service with a pool of its own counts with that', () => {
    const spec = withService({ pool: { size: 1, overflow: 1 } });
    expect(of('connections', wellWorld(), spec).map(({ what }) => what)).toEqual([
      expect.stringContaining(`${AUTH} 20 × 25 + ${BACKEND} 20 × 2), 395 are allowed`),
    ]);
  });

  test('more than 100 connections of one instance to one database cannot work', () => {
    const spec = withService({ pool: { size: 80, overflow: 40 } });
    expect(of('connections', wellWorld(), spec)[0]).toMatchObject({ severity: 'broken' });
  });
});

const certificate = (change: Partial<CertificateFacts> = {}): CertificateFacts => ({
  name: 'cert',
  source: 'compute',
  domains: ['*.acme.example'],
  status: 'ACTIVE',
  expiresAt: NOW + 60 * DAY,
  domainStatus: {},
  ...change,
});
const BALANCED: RemediationSpec = {
  ...SPEC,
  loadBalancer: { urlMap: 'lb', domains: ['api.acme.example'], deprecatedDomains: ['*.old.acme.example'] },
};
const GOOD_CHAIN: readonly ChainLink[] = [
  { kind: 'url-map', name: 'lb', leadsTo: ['api'], problem: null },
  { kind: 'backend-service', name: 'api', leadsTo: ['neg'], problem: null },
  { kind: 'neg', name: 'neg', leadsTo: [BACKEND], problem: null },
  { kind: 'service', name: BACKEND, leadsTo: [], problem: null },
];
const balanced = (certificates: readonly CertificateFacts[], chain: readonly ChainLink[] = GOOD_CHAIN): Observation => ({
  ...wellWorld(),
  loadBalancer: { chain: fresh(chain, NOW, 'urlMaps/lb'), certificates: fresh(certificates, NOW, 'sslCertificates') },
});

describe('the way in', () => {
  test('is well with a wildcard that stands for exactly one label', () => {
    expect(findingsOf(balanced([certificate()]), BALANCED).filter(({ check }) => check === 'certificates')).toEqual([]);
    expect(diagnose(balanced([certificate()]), BALANCED).healthy).toBe(true);
    const deep = { ...BALANCED, loadBalancer: { ...BALANCED.loadBalancer!, domains: ['eu.api.acme.example'] } };
    expect(of('certificates', balanced([certificate()]), deep)[0]).toMatchObject({ severity: 'broken', subject: 'eu.api.acme.example' });
  });

  test.each([
    ['expired', certificate({ expiresAt: NOW - 7 * 60 * MINUTE }), 'broken'],
    ['FAILED', certificate({ status: 'FAILED' }), 'broken'],
    ['still being issued', certificate({ status: 'PROVISIONING', expiresAt: null }), 'broken'],
    ['for other names', certificate({ domains: ['acme.example'] }), 'broken'],
    ['about to expire', certificate({ expiresAt: NOW + 3 * DAY }), 'risk'],
    ['serving, but its renewal failed', certificate({ status: 'RENEWAL_FAILED' }), 'risk'],
    ['serving, but a domain of it is ill', certificate({ domainStatus: { 'api.acme.example': 'FAILED_CAA_CHECKING' } }), 'risk'],
  ] as const)('a certificate that is %s is a finding', (_what, bad, severity) => {
    const found = of('certificates', balanced([bad]), BALANCED);
    expect(found[0]).toMatchObject({ severity });
    const { healthy, causes } = diagnose(balanced([bad]), BALANCED);
    expect(healthy).toBe(severity === 'risk');
    expect(causes[0]?.kind).toBe(severity === 'risk' ? undefined : 'certificate-or-routing');
  });

  test('a second certificate in force makes up for an expired one', () => {
    const old = certificate({ name: 'old', expiresAt: NOW - DAY });
    expect(of('certificates', balanced([old, certificate()]), BALANCED)).toEqual([]);
  });

  test('a broken link is named with what leads to it, and is a cause', () => {
    const chain = GOOD_CHAIN.map((link) => (link.kind === 'service' ? { ...link, problem: 'it does not exist' } : link));
    const seen = balanced([certificate()], chain);
    expect(of('chain', seen, BALANCED)[0]?.what).toContain(`network endpoint group neg leads to service ${BACKEND}: it does not exist`);
    const unreached = { ...wellBackend(), probes: [probe('bad-status', { status: 404 })] };
    const { causes } = diagnose({ ...seen, services: { ...seen.services, [BACKEND]: unreached } }, BALANCED);
    expect(causes[0]).toMatchObject({ kind: 'certificate-or-routing', confidence: 0.95, subject: BACKEND });
  });

  test('what was not looked at is not healthy, and not a finding', () => {
    for (const loadBalancer of [null, { chain: absent<never>('urlMaps'), certificates: absent<never>('certs') }]) {
      const seen = { ...wellWorld(), loadBalancer };
      expect(findingsOf(seen, BALANCED).filter(({ check }) => check === 'chain' || check === 'certificates')).toEqual([]);
      expect(diagnose(seen, BALANCED)).toMatchObject({ healthy: false, causes: [{ kind: 'unknown' }] });
      expect(diagnose(seen, BALANCED).unknowns.join('\n')).toContain('lb');
    }
  });

  test('a deprecated domain still in use is a finding wherever it stands, and nothing worse', () => {
    const seen = {
      ...withTemplate({ env: { PUBLIC_URL: 'https://app.old.acme.example/x', OTHER: 'https://api.acme.example' } }),
      loadBalancer: balanced([certificate({ domains: ['*.acme.example', 'www.old.acme.example'] })]).loadBalancer,
    };
    expect(of('domains', seen, BALANCED).map(({ subject, severity }) => [subject, severity])).toEqual([
      ['app.old.acme.example', 'risk'],
      ['www.old.acme.example', 'risk'],
    ]);
    expect(diagnose(seen, BALANCED).healthy).toBe(true);
  });
});

describe('accounts, dependencies, resources and conditions', () => {
  test('a missing role and a broken secret come with the command that mends them', () => {
    const accounts = fresh(
      {
        [BACKEND]: {
          account: 'b@p.iam.gserviceaccount.com',
          missing: ['roles/cloudsql.client', 'roles/secretmanager.secretAccessor on db'],
          brokenSecrets: ['jwt:3'],
        },
      },
      NOW,
      'iam',
    );
    const found = of('accounts', { ...wellWorld(), accounts }, SPEC);
    expect(found.map(({ change }) => change)).toEqual([
      'gcloud projects add-iam-policy-binding netra-staging --member=serviceAccount:b@p.iam.gserviceaccount.com --role=roles/cloudsql.client',
      'gcloud secrets add-iam-policy-binding db --project=netra-staging --member=serviceAccount:b@p.iam.gserviceaccount.com --role=roles/secretmanager.secretAccessor',
      'create or enable jwt:3, or refer to a version that exists',
    ]);
    expect(diagnose({ ...wellWorld(), accounts }, SPEC).healthy).toBe(true);
  });

  test('a dependency of another region, and a host with a line break in it, are findings', () => {
    const redis = { name: 'cache', kind: 'redis' as const, host: '10.1.2.3', port: 6379, network: null, region: 'europe-west1' };
    const seen = withTemplate({ env: { REDIS_HOST: '10.1.2.3\n', DB_HOST: 'undefined', NAME: ' x ' } });
    const found = of('dependencies', seen, {
      ...SPEC,
      dependencies: [redis, { ...redis, region: SPEC.region }, { ...redis, region: null }],
    });
    expect(found.map(({ what }) => what)).toEqual([
      'cache (10.1.2.3:6379) is in europe-west1, the services are in us-central1',
      `${BACKEND}: REDIS_HOST begins or ends with white space: it names no host`,
      `${BACKEND}: DB_HOST is “undefined”: it names no host`,
    ]);
  });

  test('a memory limit that kills is told with what was used and the next size', () => {
    const seen = withLogs(
      wellWorld(),
      logGroup('out-of-memory', BACKEND, NEW_BACKEND, 4, { facts: { limit: '512 MiB', used: '559 MiB' } }),
    );
    const [finding] = of('resources', seen, SPEC);
    expect(finding).toMatchObject({ change: 'set memory to 1024Mi, or find what grows' });
    expect(finding?.what).toContain('512 MiB, 559 MiB were used');
  });

  test('a service that says FAILED for a revision without traffic is a note, not an illness', () => {
    const service = wellBackend();
    const state = service.state.value!;
    const stale = {
      ...state,
      latestCreatedRevision: `${BACKEND}-00751-bad`,
      terminal: { state: 'CONDITION_FAILED', reason: 'REVISION_FAILED', message: 'not ready' },
    };
    const seen = { ...wellWorld(), services: { ...wellWorld().services, [BACKEND]: { ...service, state: fresh(stale, NOW, 'services') } } };
    expect(of('conditions', seen, SPEC)[0]).toMatchObject({ severity: 'note', subject: BACKEND });
    expect(diagnose(seen, SPEC).healthy).toBe(true);
  });

  test('nothing is found where nothing could be seen', () => {
    expect(findingsOf(blindWorld(), BALANCED)).toEqual([]);
  });
});
