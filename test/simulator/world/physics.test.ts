import { describe, expect, it } from 'vitest';
import { loadScenario, readScenario } from '../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { AUTH, BACKEND, FRONTEND, HOUR, MINUTE, PINNED, Rig, SECOND } from './rig.ts';

/** A scenario of ours with another world laid over it, read as every document is. */
function over(base: string, world: object): Scenario {
  const { cause, expect: expected } = readScenario(base);
  const document = { name: 'laid-over', title: 'laid over', base, cause, expect: { outcome: expected.outcome }, world };
  return loadScenario(JSON.stringify(document), 'laid-over.yaml');
}

/** Share of requests that failed in the minutes that end in (from, to]. */
function failing(rig: Rig, service: string, from: number, to: number): number {
  const counted = rig.requests(service, from, to);
  const [bad, good] = [(counted['5xx'] ?? 0) + (counted['4xx'] ?? 0), counted['2xx'] ?? 0];
  return bad / Math.max(1, bad + good);
}

describe('healing', () => {
  const healing = (share: number): object => ({
    services: [
      { name: BACKEND, application: { heals: { after: '3m', share } } },
      { name: AUTH, application: { heals: { after: '3m', share: 1 } } },
    ],
  });

  it('a wedged instance stays wedged for ever unless the scenario says that it heals', () => {
    const rig = new Rig(readScenario('issue-1278')).scale(5 * MINUTE).goto(3 * HOUR);
    expect(failing(rig, BACKEND, 2 * HOUR, 2.5 * HOUR)).toBeGreaterThan(0.95);
  });

  it('more connector alone takes failures from nearly all to what does not heal', () => {
    const rig = new Rig(over('issue-1278', healing(0.87))).goto(5 * MINUTE);
    expect(failing(rig, BACKEND, -20 * MINUTE, 0)).toBeGreaterThan(0.95);
    rig.scale(5 * MINUTE).goto(3 * HOUR);
    const left = failing(rig, BACKEND, HOUR, 2.5 * HOUR);
    expect(left).toBeGreaterThan(0.04);
    expect(left).toBeLessThan(0.25);
  });

  it('nothing heals while the path is not free', () => {
    const rig = new Rig(over('issue-1278', healing(1))).goto(2 * HOUR);
    expect(failing(rig, BACKEND, HOUR, 1.5 * HOUR)).toBeGreaterThan(0.95);
  });
});

describe('the database', () => {
  it('is away for an outage, fails every request that needs it, and is connected to again afterwards', () => {
    const outage = { databases: [{ name: 'staging-shared-postgres', outages: [{ from: '10m', for: '90s' }] }] };
    const rig = new Rig(over('already-healthy', outage)).goto(11 * MINUTE);
    expect(rig.world.database.admission('staging-shared-postgres', 0, 1).afterMs).toBeNull();
    expect(rig.probe(AUTH).status).toBe(503);
    rig.goto(HOUR);
    expect(failing(rig, AUTH, 5 * MINUTE, 15 * MINUTE)).toBeGreaterThan(0.1);
    expect(failing(rig, AUTH, 15 * MINUTE, 50 * MINUTE)).toBe(0);
    expect(rig.gauge('cloudsql.googleapis.com/database/postgresql/num_backends')).toBeGreaterThan(60);
  });

  it('that answers nobody is named by those who need it, while it lasts', () => {
    const outage = { databases: [{ name: 'staging-shared-postgres', outages: [{ from: '10m', for: '90s' }] }] };
    const rig = new Rig(over('already-healthy', outage)).goto(HOUR);
    const says = (from: number, to: number) =>
      rig.texts(from, to).filter((text) => text.includes('port 5432 failed: Connection timed out'));
    expect(says(10 * MINUTE, 11.5 * MINUTE).length).toBeGreaterThan(3);
    expect([...says(0, 9 * MINUTE), ...says(12 * MINUTE, HOUR)]).toEqual([]);
  });
});

describe('load', () => {
  const loaded = (requestsPerSecond: number): Rig =>
    new Rig(
      over('already-healthy', {
        services: [
          { name: AUTH, load: { requestsPerSecond }, revisions: [{ name: 'netra-auth-service-00181-h4z', connector: null, egress: null }] },
        ],
      }),
    ).goto(HOUR);

  it('beyond what all instances can take is turned away with 429', () => {
    const rig = loaded(2_000);
    expect(rig.requests(AUTH, 30 * MINUTE, 50 * MINUTE)['4xx']).toBeGreaterThan(0);
    expect(failing(rig, AUTH, 30 * MINUTE, 50 * MINUTE)).toBeGreaterThan(0.3);
  });

  it('of an image that needs more CPU time for each request is too much for the same instances', () => {
    const heavy = (cpuMsPerRequest: number): number => {
      const revisions = [
        {
          name: 'netra-auth-service-00181-h4z',
          connector: null,
          egress: null,
          maxInstances: 2,
          defect: { kind: 'heavy', cpuMsPerRequest },
        },
      ];
      return new Rig(over('already-healthy', { services: [{ name: AUTH, load: { requestsPerSecond: 40 }, revisions }] }))
        .goto(HOUR)
        .turnedAway(AUTH, 30 * MINUTE, 50 * MINUTE);
    };
    expect(heavy(20)).toBe(0);
    expect(heavy(150)).toBeGreaterThan(20_000);
  });

  it('starts instances by what the requests need, up to the limit of the revision', () => {
    const revision_name = 'netra-auth-service-00181-h4z';
    const instances = (rps: number): number | null => loaded(rps).gauge('run.googleapis.com/container/instance_count', { revision_name });
    expect(instances(1)).toBe(4);
    expect(instances(300)).toBe(11);
    expect(instances(2_000)).toBe(20);
  });

  it('makes an instance hold a connection for each request in flight, up to its pool', () => {
    const held = (rps: number): number => loaded(rps).gauge('cloudsql.googleapis.com/database/postgresql/num_backends') ?? 0;
    expect(held(2_000)).toBeGreaterThan(held(1) + 100);
  });
});

describe('troubles of an application', () => {
  const troubled = (trouble: object): Rig =>
    new Rig(over('already-healthy', { services: [{ name: FRONTEND, application: { troubles: [trouble] } }] })).goto(2 * HOUR);

  it('turn clients away with 429 by a rule of their own, on no health path, and without a word of the platform', () => {
    const rig = troubled({ from: '20m', for: '10m', limiting: 0.3 });
    expect(rig.turnedAway(FRONTEND, 0, 19 * MINUTE)).toBe(0);
    expect(rig.turnedAway(FRONTEND, 20 * MINUTE, 30 * MINUTE)).toBeGreaterThan(20);
    expect(rig.requests(FRONTEND, 20 * MINUTE, 30 * MINUTE)['5xx']).toBeUndefined();
    expect(rig.texts(20 * MINUTE, 30 * MINUTE).filter((text) => text.includes('no available instance'))).toEqual([]);
    expect(rig.probe(FRONTEND).status).toBe(200);
  });

  it('pass, and fail their share while they last', () => {
    const rig = troubled({ from: '20m', for: '10m', failing: 0.4 });
    expect(failing(rig, FRONTEND, 0, 19 * MINUTE)).toBe(0);
    expect(failing(rig, FRONTEND, 20 * MINUTE, 30 * MINUTE)).toBeCloseTo(0.4, 1);
    expect(failing(rig, FRONTEND, 31 * MINUTE, HOUR)).toBe(0);
  });

  it('creep up when they rise', () => {
    const rig = new Rig(
      over('already-healthy', {
        services: [{ name: FRONTEND, application: { troubles: [{ from: '0s', for: '1h', slower: 21, rising: true }] } }],
      }),
    );
    const latency = (since: number): number => rig.goto(since).probe(FRONTEND).latencyMs;
    const [early, late] = [latency(MINUTE), latency(59 * MINUTE)];
    expect(late).toBeGreaterThan(5 * early);
  });

  it('come with an image whose requests fail in part', () => {
    const image = 'us-central1-docker.pkg.dev/netra-staging/services/backend@sha256:752';
    const worse = over('already-healthy', {
      services: [{ name: BACKEND, newRevisions: { image, defect: { kind: 'errors', share: 0.3 } } }],
    });
    const rig = new Rig(worse).goto(5 * MINUTE);
    const made = rig.deploy(BACKEND, 5 * MINUTE, { image });
    rig.goto(7 * MINUTE);
    expect(rig.state(BACKEND, made)).toBe('ready');
    rig.shift(BACKEND, made, 7 * MINUTE).goto(HOUR);
    expect(failing(rig, BACKEND, 15 * MINUTE, 50 * MINUTE)).toBeCloseTo(0.3, 1);
  });
});

describe('probes', () => {
  const probing = (world: object): Rig => {
    const rig = new Rig(over('already-healthy', world));
    const request = {
      service: BACKEND,
      revision: PINNED,
      method: 'GET',
      path: '/health',
      headers: { 'user-agent': 'firebreak' },
      body: '',
    };
    for (let at = 0; at < 30 * MINUTE; at += 10 * SECOND) rig.goto(at).world.serve.http(request);
    return rig.goto(HOUR);
  };
  const quiet = { services: [FRONTEND, BACKEND, AUTH].map((name) => ({ name, load: { requestsPerSecond: 0 } })) };

  it('are requests: counted, and logged with who asked', () => {
    const rig = probing(quiet);
    expect(rig.requests(BACKEND, -MINUTE, 40 * MINUTE)['2xx']).toBe(180);
    const logged = rig.world.logs
      .entries(rig.at(0), rig.at(40 * MINUTE))
      .filter(({ httpRequest }) => httpRequest?.['userAgent'] === 'firebreak');
    expect(logged.length).toBeGreaterThan(20);
    expect(logged[0]).toMatchObject({ severity: 'INFO', httpRequest: { status: 200, requestUrl: expect.stringContaining('/health') } });
  });

  it('leave nothing where the scenario says so', () => {
    expect(probing({ ...quiet, probesAreRequests: false }).requests(BACKEND, -HOUR, 40 * MINUTE)).toEqual({});
  });

  it('get what the application says on a path of its own', () => {
    const rig = new Rig(over('already-healthy', { services: [{ name: BACKEND, application: { answers: { '/health': 404 } } }] }));
    expect(rig.probe(BACKEND).status).toBe(404);
    expect(rig.probe(BACKEND, '/health/ready').status).toBe(200);
  });
});

describe('a scenario that describes the physics wrongly', () => {
  const read = (line: string): (() => unknown) => {
    const head = 'name: wrong\ntitle: wrong\nbase: already-healthy\ncause: healthy\nexpect: { outcome: recovered }\n';
    return () => loadScenario(`${head}${line}\n`, 'wrong.yaml');
  };

  it.each([
    [
      `world: { services: [{ name: ${BACKEND}, application: { heels: { after: 3m } } }] }`,
      'application.heels: unknown key; did you mean "heals"?',
    ],
    [`world: { services: [{ name: ${BACKEND}, application: { heals: { after: soon } } }] }`, '"soon" is not a duration'],
    [`world: { services: [{ name: ${BACKEND}, application: { troubles: [{ failing: 2 }] } }] }`, 'troubles.0.failing'],
    [`world: { services: [{ name: ${BACKEND}, application: { troubles: [{ revision: nobody }] } }] }`, 'no revision nobody'],
    ['world: { clockSkew: fast }', 'world.clockSkew'],
    ['people: [{ at: 5m, evry: 10m, request: { method: PATCH, path: /x } }]', 'people.0'],
    ['faults: [{ id: a, match: { path: /x }, probability: 2, answer: { status: 503 } }]', 'faults.0.probability'],
  ])('is told where: %s', (line, told) => {
    expect(read(line)).toThrow(told);
  });
});
