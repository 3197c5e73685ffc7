import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { changed, example, expectRefusal, incident, refusal } from './support/document.ts';
import type { RefusalCase } from './support/document.ts';

const NAMES = ['netra-auth-service', 'netra-backend-staging', 'netra-frontend-staging'];

describe('what the #1278 document says about evidence', () => {
  const { spec } = loadSpec(incident, 'issue-1278.yaml', {});

  it('names the way in and the cache', () => {
    expect(spec.loadBalancer).toEqual({
      urlMap: 'netra-staging-lb',
      domains: ['staging.netrasystems.ai', 'api-staging.netrasystems.ai'],
      deprecatedDomains: [],
    });
    expect(spec.dependencies).toEqual([
      { name: 'session cache', kind: 'redis', host: '10.166.204.83', port: 6_379, network: null, region: null },
    ]);
  });

  it('has the thresholds of the incident’s documents', () => {
    expect(spec.capacity).toEqual({
      schedule: '*/5 * * * *',
      timeZone: 'UTC',
      thresholds: { connector: 0.7, connections: 0.75, instances: 0.8, errorRate: 0.05, p95Ms: 10_000, certificateDays: 21 },
      startRun: false,
    });
  });

  it('asks its own endpoints of each service, beside what every document is judged by', () => {
    const [connectivity, infrastructure, ...rest] = spec.validation.categories;
    expect(rest).toEqual([]);
    expect(connectivity).toMatchObject({ name: 'connectivity', critical: true });
    expect(connectivity?.checks.map(({ name }) => name)).toEqual(
      ['/health', '/health/ready'].flatMap((path) => NAMES.map((name) => `${name} ${path}`)),
    );
    expect(infrastructure).toMatchObject({ name: 'infrastructure', critical: false });
    expect(infrastructure?.checks.map(({ name }) => name)).toEqual(NAMES.map((name) => `${name} /health/infrastructure`));
    expect(connectivity?.checks[0]).toMatchObject({ expectStatus: 200, maxLatencyMs: 2_000, expectJson: {} });
  });
});

describe('defaults', () => {
  it('are the same for a document that says nothing', () => {
    const { spec } = loadSpec(example('minimal'), 'minimal.yaml', {});
    expect(spec.capacity).toEqual(loadSpec(incident, 'a', {}).spec.capacity);
    expect(spec).toMatchObject({ dependencies: [], loadBalancer: null, policy: { freeze: [] } });
    expect(spec.validation).toMatchObject({ startupSuccessRate: 0.9, forbiddenLogs: [], categories: [] });
    expect(spec.services[0]).toMatchObject({ pool: null, timeouts: { databaseMs: null, clientMs: null, proxyMs: null } });
  });
});

describe('every key arrives resolved', () => {
  it('pool and timeouts of a service', () => {
    const text = changed(
      'role: auth',
      'role: auth\n      pool: { size: 5, overflow: 2 }\n      timeouts: { database: 600s, client: 30s, proxy: 1m }',
    );
    expect(loadSpec(text, 'a', {}).spec.services[0]).toMatchObject({
      pool: { size: 5, overflow: 2 },
      timeouts: { databaseMs: 600_000, clientMs: 30_000, proxyMs: 60_000 },
    });
  });

  it('categories, with checks named by service and path', () => {
    const text = changed(
      '{ service: netra-auth-service, path: /health }',
      '{ service: netra-auth-service, path: /deep, expectStatus: 204, maxLatency: 500ms, expectJson: { "a.b": 3, c: true } }',
    );
    expect(loadSpec(text, 'a', {}).spec.validation.categories[0]?.checks[0]).toEqual({
      name: 'netra-auth-service /deep',
      service: 'netra-auth-service',
      path: '/deep',
      expectStatus: 204,
      maxLatencyMs: 500,
      expectJson: { 'a.b': 3, c: true },
    });
  });

  it('freeze windows as instants', () => {
    const text = changed('freeze: []', "freeze: [{ from: '2025-12-24T00:00:00+01:00', until: '2025-12-27T00:00:00Z', reason: holidays }]");
    expect(loadSpec(text, 'a', {}).spec.policy.freeze).toEqual([
      { fromAt: Date.UTC(2025, 11, 23, 23), untilAt: Date.UTC(2025, 11, 27), reason: 'holidays' },
    ]);
  });

  const probe = (extra = ''): string =>
    changed(
      '    pool: { size: 10, overflow: 15 }\n',
      `    pool: { size: 10, overflow: 15 }\n    probe: { host: 10.20.0.3, database: app, user: probe${extra} }\n`,
    );

  it('the database probe with its defaults', () => {
    expect(loadSpec(probe(), 'a', {}).spec.databases[0]?.probe).toEqual({
      host: '10.20.0.3',
      port: 5_432,
      database: 'app',
      user: 'probe',
      password: null,
      tls: true,
      connections: 10,
      maxConnectMs: 30_000,
      warnConnectMs: 25_000,
    });
  });

  it('its password from the environment, and the hash does not change with it', () => {
    const text = probe(', password: env:DB_PASSWORD');
    const loaded = loadSpec(text, 'a', { DB_PASSWORD: 's3cret' });
    expect(loaded.spec.databases[0]?.probe?.password).toBe('s3cret');
    expect(loadSpec(text, 'a', { DB_PASSWORD: 'other' }).hash).toBe(loaded.hash);
  });

  it.each([
    ['written out', ', password: sekret', {}, 'is not a reference to an environment variable'],
    ['of a variable that is not set', ', password: env:DB_PASSWORD', {}, 'the environment variable DB_PASSWORD is not set'],
  ])('refuses a password that is %s', (_what, extra, env, message) => {
    expect(refusal(probe(extra), env).message).toContain(message);
  });

  it('refuses a warning that could never be given', () => {
    expect(refusal(probe(', warnConnect: 40s')).message).toContain(
      'spec.database.probe.warnConnect: nothing can be pointed out after 40s: it has failed after 30s',
    );
  });
});

describe('what contradicts itself or means nothing is refused at its place', () => {
  const cases: readonly RefusalCase[] = [
    [
      'a cron expression of six fields',
      "'*/5 * * * *'",
      "'0 */5 * * * *'",
      '120:15 spec.capacity.schedule: a cron expression has five fields, this one 6',
      'write it as */5 * * * * (every five minutes)',
    ],
    [
      'a minute that no hour has',
      "'*/5 * * * *'",
      "'61 * * * *'",
      '120:15 spec.capacity.schedule: the minute of this cron expression is not possible',
      'use *, numbers from 0 to 59, a-b, */n and lists',
    ],
    [
      'a zone that nobody knows',
      'timeZone: UTC',
      'timeZone: Mars/Olympus',
      '121:15 spec.capacity.timeZone: not a known time zone',
      'write an IANA name such as UTC or America/Los_Angeles',
    ],
    [
      'a threshold in percent',
      'connections: 0.75',
      'connections: 75',
      '122:48 spec.capacity.thresholds.connections: 75 is not a share above 0 and at most 1; did you mean 0.75?',
      'write a share: 0.8 is 80 %',
    ],
    [
      'a domain with a scheme',
      'domains: [staging.',
      'domains: [https://staging.',
      '57:15 spec.loadBalancer.domains[0]: not a domain name',
      'write it in lower case without scheme and path, such as api.example.com',
    ],
    [
      'a domain in use that is called deprecated',
      '    domains: [',
      "    deprecatedDomains: ['*.netrasystems.ai']\n    domains: [",
      '58:15 spec.loadBalancer.domains[0]: staging.netrasystems.ai is also called deprecated',
      'take it out of one of the two lists',
    ],
    [
      'a host with its port',
      'host: 10.166.204.83',
      'host: "10.166.204.83:6379/0"',
      '52:49 spec.dependencies[0].host: "10.166.204.83:6379/0" is not a host name or an address',
      'write the name or the address alone, without port and path',
    ],
    [
      'a freeze that ends before it begins',
      'freeze: []',
      "freeze: [{ from: '2025-12-27T00:00:00Z', until: '2025-12-24T00:00:00Z', reason: holidays }]",
      '129:53 spec.policy.freeze[0].until: 2025-12-24T00:00:00Z is not after 2025-12-27T00:00:00Z',
      'make `until` the later one',
    ],
    [
      'an instant without an offset',
      'freeze: []',
      "freeze: [{ from: '2025-12-24T00:00:00', until: '2025-12-27T00:00:00Z', reason: holidays }]",
      '129:22 spec.policy.freeze[0].from: "2025-12-24T00:00:00" is not an instant with an offset',
      'write it as 2025-12-24T18:00:00Z or 2025-12-24T18:00:00+01:00',
    ],
    [
      'a check of an unknown service',
      '{ service: netra-auth-service, path: /health }',
      '{ service: netra-auth-servce, path: / }',
      '84:24 spec.validation.categories[0].checks[0].service: netra-auth-servce is not a service of this document',
      'write netra-auth-service',
    ],
    [
      'a list as an expected value',
      '{ service: netra-auth-service, path: /health }',
      '{ service: netra-auth-service, path: /, expectJson: { a: [1] } }',
      '84:70 spec.validation.categories[0].checks[0].expectJson.a: a list cannot stand here',
      'write text, a number, true or false',
    ],
  ];
  it.each(cases)('%s', (...refused) => expectRefusal(refused));

  it('two categories of one name', () => {
    expect(refusal(changed('name: infrastructure', 'name: connectivity')).message).toContain(
      'spec.validation.categories[1].name: connectivity is already taken',
    );
  });

  it.each(['0 9 * * mon-fri', '0,30 8-18 * * 1-5', '*/10 * 1 jan,jul 0'])('accepts the schedule %s', (schedule) => {
    expect(loadSpec(changed("'*/5 * * * *'", `'${schedule}'`), 'a', {}).spec.capacity.schedule).toBe(schedule);
  });
});

describe('doubts', () => {
  it('are said of a run that the mode can never start, and of a pool without a database', () => {
    const text = changed('startRun: false', 'startRun: true').replace('mode: auto', 'mode: plan');
    expect(loadSpec(text, 'a', {}).warnings).toEqual(['a: capacity.startRun can start nothing in mode plan']);
    const pool = example('minimal').replace('pin: lastHealthy', 'pin: lastHealthy\n      pool: { size: 5, overflow: 0 }');
    expect(loadSpec(pool, 'm', {}).warnings.at(-1)).toContain('pool is compared with nothing: no database is named');
  });
});
