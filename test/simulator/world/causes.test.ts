import { describe, expect, it } from 'vitest';
import { loadScenario, readScenario } from '../../../src/simulator/scenario.ts';
import { AUTH, BACKEND, FRONTEND, HOUR, MINUTE, OLDER, PINNED, Rig, SECOND } from './rig.ts';

/** Connector cpu is taken from the world's own figures: none of these incidents is one of the connector. */
function hottest(rig: Rig): number {
  const series = rig.world.metrics.query('vpcaccess.googleapis.com/connector/cpu/utilizations', rig.at(-HOUR), rig.at(0));
  return Math.max(...(series[0]?.points ?? []).map(({ value }) => (typeof value === 'number' ? value : value.mean)));
}

const NEW = ['name-resolution', 'connection-exhaustion', 'out-of-memory', 'egress-cuts-admin-api', 'provider-incident', 'quota-storm'];

describe('the incidents that are not the connector’s', () => {
  it.each(NEW)('%s leaves the connector far from saturated, and users without an answer', (name) => {
    const rig = new Rig(readScenario(name));
    expect(hottest(rig)).toBeLessThan(0.6);
    expect(rig.requests(BACKEND, -30 * MINUTE, 0)['5xx']).toBeGreaterThan(20);
  });
});

describe('name-resolution', () => {
  it('is said by old and new revisions alike, in the words of the client that asks', () => {
    const rig = new Rig(readScenario('name-resolution'));
    const texts = rig.texts(-30 * MINUTE, 0);
    expect(texts).toContain('Error -3 connecting to redis.staging.internal:6379. Temporary failure in name resolution.');
    expect(texts).toContain('getaddrinfo EAI_AGAIN search.staging.internal');
    const again = rig.deploy(BACKEND, 0);
    rig.goto(2 * MINUTE);
    expect(rig.state(BACKEND, again)).toBe('ready');
    expect(rig.probe(BACKEND, '/health', again).status).toBe(503);
    expect(rig.probe(FRONTEND).status).toBe(200);
  });
});

describe('connection-exhaustion', () => {
  it('fills the database to its last slot, is refused in PostgreSQL’s words, and has room again when one revision goes', () => {
    const rig = new Rig(readScenario('connection-exhaustion'));
    expect(rig.gauge('cloudsql.googleapis.com/database/postgresql/num_backends')).toBeGreaterThanOrEqual(290);
    expect(rig.texts(-30 * MINUTE, 0).some((text) => text.includes('remaining connection slots are reserved'))).toBe(true);
    rig.shift(BACKEND, PINNED, MINUTE).goto(20 * MINUTE);
    const left = rig.world.metrics.query(
      'cloudsql.googleapis.com/database/postgresql/num_backends',
      rig.at(10 * MINUTE),
      rig.at(20 * MINUTE),
    );
    const newest = left.reduce((sum, { points }) => sum + Number(points.at(-1)?.value), 0);
    expect(newest).toBeLessThan(250);
  });
});

describe('out-of-memory', () => {
  it('kills instances at the limit, in Cloud Run’s words, and takes their requests along', () => {
    const rig = new Rig(readScenario('out-of-memory'));
    const texts = rig.texts(-30 * MINUTE, 0);
    expect(texts.some((text) => text.startsWith('Memory limit of 512 MiB exceeded with 559 MiB used.'))).toBe(true);
    expect(texts.some((text) => text.includes('the HTTP response was malformed'))).toBe(true);
    expect(texts.some((text) => text.startsWith('Container called exit'))).toBe(false);
  });

  it('does not happen to the older revision, nor to the same image with a larger limit', () => {
    const scenario = readScenario('out-of-memory');
    const rig = new Rig(scenario).shift(BACKEND, OLDER, 0).goto(HOUR);
    expect(rig.requests(BACKEND, 5 * MINUTE, 50 * MINUTE)['5xx']).toBeUndefined();
    const larger = new Rig(scenario);
    const name = larger.deploy(BACKEND, 0, { memoryMib: 2_048 });
    larger.shift(BACKEND, name, MINUTE).goto(HOUR);
    expect(larger.requests(BACKEND, 10 * MINUTE, 50 * MINUTE)['5xx']).toBeUndefined();
  });
});

describe('egress-cuts-admin-api', () => {
  it('stops who sends everything through the connector, and nobody else', () => {
    const rig = new Rig(readScenario('egress-cuts-admin-api'));
    expect(rig.probe(BACKEND).status).toBe(503);
    expect(rig.probe(AUTH).status).toBe(200);
    expect(rig.texts(-30 * MINUTE, 0).some((text) => text.includes('sqladmin.googleapis.com:443'))).toBe(true);
    const mended = rig.deploy(BACKEND, 0, { egress: 'PRIVATE_RANGES_ONLY' });
    rig.goto(2 * MINUTE);
    expect(rig.probe(BACKEND, '/health', mended).status).toBe(200);
  });
});

describe('quota-storm', () => {
  it('refuses every start with 429 until the others stop, and heals by itself then', () => {
    const rig = new Rig(readScenario('quota-storm'));
    expect(rig.texts(-30 * MINUTE, 0).some((text) => text.includes('Error 429: Quota exceeded'))).toBe(true);
    rig.goto(95 * MINUTE);
    expect(rig.probe(BACKEND).status).toBe(503);
    rig.goto(105 * MINUTE);
    expect(rig.probe(BACKEND).status).toBe(200);
  });
});

describe('provider-incident', () => {
  it('fails a share of the requests of every service, with nothing in the logs but their status, while it lasts', () => {
    const rig = new Rig(readScenario('provider-incident'));
    for (const service of [AUTH, BACKEND, FRONTEND]) expect(rig.requests(service, -30 * MINUTE, 0)['5xx']).toBeGreaterThan(50);
    expect(rig.texts(-30 * MINUTE, 0).every((text) => text === '')).toBe(true);
    rig.goto(130 * MINUTE);
    expect(rig.requests(BACKEND, 101 * MINUTE, 125 * MINUTE)['5xx']).toBeUndefined();
  });
});

describe('the way in', () => {
  it('broken-neg-target and expired-certificate keep the users’ own requests away from services that are well', () => {
    const healthy = new Rig(readScenario('already-healthy')).requests(BACKEND, -30 * MINUTE, 0)['2xx'] ?? 0;
    const astray = new Rig(readScenario('broken-neg-target'));
    expect(astray.requests(BACKEND, -30 * MINUTE, 0)['2xx']).toBeLessThan(healthy * 0.6);
    expect(astray.probe(BACKEND).status).toBe(200);
    const expired = new Rig(readScenario('expired-certificate'));
    expect(expired.requests(FRONTEND, -30 * MINUTE, 0)['2xx']).toBeLessThan(300);
    expect(expired.probe(FRONTEND).status).toBe(200);
  });
});

describe('what only looks ill', () => {
  it('stale-failed-condition: a revision failed long ago; no user notices, now or later', () => {
    const rig = new Rig(readScenario('stale-failed-condition'));
    expect(rig.state(BACKEND, 'netra-backend-staging-00751-x9d')).toBe('failed');
    rig.goto(2 * HOUR);
    expect(rig.requests(BACKEND, -HOUR, 2 * HOUR)['5xx']).toBeUndefined();
  });

  it('noisy-healthy: ERROR after ERROR, and not one failed request', () => {
    const rig = new Rig(readScenario('noisy-healthy'));
    const errors = rig.world.logs.entries(rig.at(-10 * MINUTE), rig.at(0)).filter(({ severity }) => severity === 'ERROR');
    expect(errors.length).toBeGreaterThan(50);
    rig.goto(2 * HOUR);
    for (const service of [AUTH, BACKEND, FRONTEND]) expect(rig.requests(service, -HOUR, 2 * HOUR)['5xx']).toBeUndefined();
  });
});

describe('the description of a world', () => {
  const document = (balancer: string) => `
name: small
title: small
cause: healthy
seed: 1
startAt: 2025-03-01T12:00:00Z
world:
  project: p
  region: us-central1
  connectors: []
  databases: []
  services: [{ name: a, role: other, serviceAccount: a@p, load: { requestsPerSecond: 1 }, traffic: [{ latest: true, percent: 100 }], revisions: [{ name: a-1, image: 'a:1' }] }]
  loadBalancers: [${balancer}]
expect: { outcome: recovered }
`;

  it('may name a service that does not exist behind a NEG, but no backend that does not', () => {
    const good = document('{ name: lb, backends: [{ name: b, neg: n, service: nowhere }], hosts: [{ name: a.example.com, backend: b }] }');
    expect(loadScenario(good, 'small.yaml').world.loadBalancers).toHaveLength(1);
    const bad = document('{ name: lb, backends: [{ name: b, neg: n, service: a }], hosts: [{ name: a.example.com, backend: c }] }');
    expect(() => loadScenario(bad, 'small.yaml')).toThrow(/no backend c/);
  });

  it('reads a certificate that ran out as a negative time', () => {
    const text = document(
      '{ name: lb, backends: [{ name: b, neg: n, service: a }], certificates: [{ name: c, domains: [a], expiresIn: -90s }] }',
    );
    expect(loadScenario(text, 'small.yaml').world.loadBalancers[0]?.certificates[0]?.expiresIn).toBe(-90 * SECOND);
  });
});
