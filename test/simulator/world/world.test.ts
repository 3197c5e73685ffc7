import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { worldSchema } from '../../../src/simulator/world/description/description.ts';
import { mergeDeeply } from '../../../src/simulator/world/merge.ts';
import { AUTH, BACKEND, FRONTEND, HOUR, LARGE, MINUTE, PINNED, Rig, SECOND } from './rig.ts';

const METRICS = [
  'run.googleapis.com/request_count',
  'run.googleapis.com/request_latencies',
  'run.googleapis.com/container/instance_count',
  'run.googleapis.com/container/startup_latencies',
  'vpcaccess.googleapis.com/connector/instances',
  'vpcaccess.googleapis.com/connector/cpu/utilizations',
  'vpcaccess.googleapis.com/connector/sent_packets_count',
  'vpcaccess.googleapis.com/connector/received_bytes_count',
  'cloudsql.googleapis.com/database/postgresql/num_backends',
  'cloudsql.googleapis.com/database/cpu/utilization',
  'cloudsql.googleapis.com/database/up',
];

/** Everything that can be read of two hours in which all kinds of changes are made. */
function record(scenario: Scenario, look: (rig: Rig, since: number) => void): unknown {
  const rig = new Rig(scenario).scale(5 * MINUTE + 3 * SECOND);
  look(rig, 5 * MINUTE);
  rig.shift(BACKEND, PINNED, 6 * MINUTE + 7 * SECOND);
  const auth = rig.deploy(AUTH, 10 * MINUTE + 1);
  for (let at = 10 * MINUTE; at <= 11 * MINUTE; at += 17 * SECOND) look(rig, at);
  rig.shift(AUTH, auth, 11 * MINUTE + 4 * SECOND);
  look(rig, 90 * MINUTE);
  rig.goto(2 * HOUR);
  const series = METRICS.map((metric) => rig.world.metrics.query(metric, rig.at(-HOUR), rig.at(2 * HOUR)));
  return { series, logs: rig.world.logs.entries(rig.at(-HOUR), rig.at(2 * HOUR)), probe: rig.probe(AUTH) };
}

function inspect(rig: Rig, since: number): void {
  rig.goto(since);
  rig.probe(AUTH);
  rig.probe(BACKEND, '/health/ready');
  rig.texts(since - MINUTE, since);
  for (const metric of METRICS) rig.world.metrics.query(metric, rig.at(since - 5 * MINUTE), rig.at(since));
}

/** The scenario with a part of its world changed. */
function changed(name: string, patch: unknown): Scenario {
  const scenario = readScenario(name);
  return { ...scenario, world: mergeDeeply(scenario.world, patch) as Scenario['world'] };
}

describe('the same seed and the same changes', () => {
  it('give the same series, log lines and answers', () => {
    expect(record(readScenario('issue-1278'), () => {})).toEqual(record(readScenario('issue-1278'), () => {}));
  });

  it('give the same whoever looks how often and when', () => {
    const unheard = changed('issue-1278', { probesAreRequests: false });
    expect(record(unheard, inspect)).toEqual(record(unheard, () => {}));
  });

  it('differ from another seed', () => {
    const other = { ...readScenario('issue-1278'), seed: 7 };
    expect(record(other, () => {})).not.toEqual(record(readScenario('issue-1278'), () => {}));
  });

  it('cost one step for each ten seconds, however often time is told', () => {
    const rig = new Rig(readScenario('issue-1278'));
    const before = rig.world.stepsTaken();
    for (let at = 0; at <= 8 * HOUR; at += 7 * SECOND) rig.goto(at);
    rig.goto(HOUR).goto(8 * HOUR);
    expect(rig.world.stepsTaken() - before).toBe((8 * HOUR) / (10 * SECOND));
  });
});

describe('metrics', () => {
  it('become visible only after their delay, and the newest visible points are the same later', () => {
    const rig = new Rig(readScenario('issue-1278')).goto(30 * MINUTE);
    for (const [metric, delay] of [
      ['run.googleapis.com/request_count', 130 * SECOND],
      ['vpcaccess.googleapis.com/connector/instances', 180 * SECOND],
      ['cloudsql.googleapis.com/database/up', 165 * SECOND],
    ] as const) {
      const ends = rig.world.metrics.query(metric, 0, rig.at(30 * MINUTE)).flatMap((one) => one.points.map((point) => point.end));
      expect(Math.max(...ends)).toBeLessThanOrEqual(rig.at(30 * MINUTE) - delay);
      expect(Math.max(...ends)).toBeGreaterThan(rig.at(30 * MINUTE) - delay - MINUTE);
    }
  });

  it('have one point a minute, and no series for what did not happen', () => {
    const rig = new Rig(readScenario('already-healthy')).goto(HOUR);
    const counts = rig.world.metrics.query('run.googleapis.com/request_count', rig.at(0), rig.at(HOUR));
    expect(counts.map((one) => one.metricLabels['response_code_class'])).toEqual(['2xx', '2xx', '2xx']);
    for (const { points } of counts) points.forEach((point) => expect(point.end - point.start).toBe(MINUTE));
    expect(rig.world.metrics.query('run.googleapis.com/container/startup_latencies', rig.at(0), rig.at(HOUR))).toEqual([]);
    expect(rig.world.metrics.query('run.googleapis.com/nothing', rig.at(0), rig.at(HOUR))).toEqual([]);
  });

  it('carry the resource labels of their kind', () => {
    const rig = new Rig(readScenario('issue-1278'));
    const labels = (metric: string): unknown => rig.world.metrics.query(metric, rig.at(-HOUR), rig.at(0))[0]?.resourceLabels;
    expect(labels('vpcaccess.googleapis.com/connector/instances')).toEqual({
      project_id: 'netra-staging',
      location: 'us-central1',
      connector_name: 'staging-connector',
    });
    expect(labels('cloudsql.googleapis.com/database/up')).toEqual({
      project_id: 'netra-staging',
      region: 'us-central1',
      database_id: 'netra-staging:staging-shared-postgres',
    });
    expect(labels('run.googleapis.com/request_count')).toMatchObject({
      project_id: 'netra-staging',
      location: 'us-central1',
      service_name: FRONTEND,
    });
  });

  it('keep distributions consistent: buckets sum to the count, and the mean lies within them', () => {
    const rig = new Rig(readScenario('issue-1278'));
    const latencies = rig.world.metrics.query('run.googleapis.com/request_latencies', rig.at(-HOUR), rig.at(0));
    const counts = rig.world.metrics.query('run.googleapis.com/request_count', rig.at(-HOUR), rig.at(0));
    expect(latencies.length).toBe(counts.length);
    latencies.forEach((series, index) =>
      series.points.forEach((point, at) => {
        if (typeof point.value === 'number') throw new Error('not a distribution');
        expect(point.value.bucketCounts.reduce((sum, one) => sum + one, 0)).toBe(point.value.count);
        expect(point.value.count).toBe(counts[index]?.points[at]?.value);
        expect(point.value.bucketCounts.length).toBe(point.value.bounds.length + 1);
      }),
    );
  });

  it('count a pinned revision of the same minute as active plus idle', () => {
    const rig = new Rig(readScenario('issue-1278'));
    const series = rig.world.metrics
      .query('run.googleapis.com/container/instance_count', rig.at(-10 * MINUTE), rig.at(0))
      .filter((one) => one.resourceLabels['revision_name'] === PINNED);
    expect(series.map((one) => one.metricLabels['state'])).toEqual(['active', 'idle']);
    expect(series.reduce((sum, one) => sum + Number(one.points.at(-1)?.value), 0)).toBe(23);
  });
});

describe('log entries', () => {
  it('stay bounded in a storm', () => {
    const rig = new Rig(readScenario('issue-1278-as-logged')).goto(8 * HOUR);
    expect(rig.world.logs.entries(rig.at(7 * HOUR), rig.at(7 * HOUR + MINUTE)).length).toBeLessThan(60);
    expect(rig.world.logs.entries(0, rig.at(8 * HOUR)).length).toBeLessThanOrEqual(25_000);
  });

  it('come in order with ids of their own, also when the surface writes one in between', () => {
    const rig = new Rig(readScenario('issue-1278')).goto(5 * MINUTE + 4 * SECOND);
    const at = rig.at(5 * MINUTE + 4 * SECOND);
    rig.world.logs.write({
      insertId: 'audit',
      timestamp: new Date(at).toISOString(),
      severity: 'NOTICE',
      logName: 'projects/p/logs/cloudaudit.googleapis.com%2Factivity',
      resource: { type: 'cloud_run_revision', labels: {} },
    });
    rig.goto(10 * MINUTE);
    const entries = rig.world.logs.entries(rig.at(-HOUR), rig.at(10 * MINUTE));
    const times = entries.map((entry) => Date.parse(entry.timestamp));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(entries.map((entry) => entry.insertId)).size).toBe(entries.length);
    expect(entries.some((entry) => entry.insertId === 'audit')).toBe(true);
  });

  it('say 110 and now and then -3 while the connector drops packets, and neither afterwards', () => {
    const rig = new Rig(readScenario('issue-1278')).scale(30 * MINUTE).goto(HOUR);
    const before = rig.texts(0, 30 * MINUTE);
    expect(before.filter((text) => text.startsWith('Error 110 connecting to 10.166.204.83:6379')).length).toBeGreaterThan(20);
    const resolver = before.filter((text) => text.startsWith('Error -3 connecting to')).length;
    expect(resolver).toBeGreaterThan(0);
    expect(resolver).toBeLessThan(before.filter((text) => text.startsWith('Error 110')).length / 4);
    expect(rig.texts(31 * MINUTE, HOUR).filter((text) => text.startsWith('Error '))).toEqual([]);
  });
});

describe('connectors', () => {
  it('scale out with a lag while hot, up to their maximum, and never in', () => {
    const rig = new Rig(changed('issue-1278', { connectors: [{ name: 'staging-connector', activeInstances: 4 }] }));
    const counts = (): readonly number[] =>
      rig.world.metrics
        .query('vpcaccess.googleapis.com/connector/instances', 0, rig.at(HOUR))[0]
        ?.points.map((point) => Number(point.value)) ?? [];
    const seen = counts();
    expect(seen[0]).toBe(4);
    expect(seen.at(-1)).toBe(10);
    rig.scale(MINUTE).goto(HOUR);
    expect(counts().toSorted((a, b) => a - b)).toEqual(counts());
  });

  it('carry less for a rider with PRIVATE_RANGES_ONLY', () => {
    const packets = (egress: string): number => {
      const services = [{ name: AUTH, revisions: [{ name: 'netra-auth-service-00181-h4z', egress }] }];
      const rig = new Rig(changed('already-healthy', { services }));
      return rig.gauge('vpcaccess.googleapis.com/connector/sent_packets_count') ?? 0;
    };
    expect(packets('PRIVATE_RANGES_ONLY')).toBeLessThan(packets('ALL_TRAFFIC'));
  });

  it('tell their configuration, and change it only when an update is applied', () => {
    const rig = new Rig(readScenario('issue-1278'));
    expect(rig.world.connectors.configuration('staging-connector')).toEqual({
      minInstances: 2,
      maxInstances: 10,
      machineType: 'e2-micro',
      network: 'staging-vpc',
      ipCidrRange: '10.8.0.0/28',
    });
    rig.world.connectors.updateCourse('staging-connector', LARGE);
    expect(rig.world.connectors.configuration('staging-connector').machineType).toBe('e2-micro');
    rig.world.connectors.apply('staging-connector', LARGE);
    expect(rig.world.connectors.configuration('staging-connector')).toMatchObject(LARGE);
  });
});

describe('services', () => {
  it('keep a revision behind a tag warm though it has no traffic', () => {
    const rig = new Rig(readScenario('already-healthy'));
    const auth = rig.deploy(AUTH, MINUTE);
    rig.goto(2 * MINUTE).world.services.setTraffic(
      AUTH,
      [
        { revision: 'netra-auth-service-00181-h4z', percent: 100 },
        { revision: auth, percent: 0 },
      ],
      rig.at(2 * MINUTE),
    );
    rig.goto(2 * HOUR);
    expect(rig.gauge('run.googleapis.com/container/instance_count', { revision_name: auth })).toBe(4);
  });

  it('start more instances when slow answers pile up, and let them go afterwards', () => {
    const load = {
      requestsPerSecond: 1,
      changes: [
        { at: 10 * MINUTE, requestsPerSecond: 4_000 },
        { at: HOUR, requestsPerSecond: 1 },
      ],
    };
    const rig = new Rig(changed('already-healthy', { services: [{ name: BACKEND, load }] }));
    const at = (since: number): number =>
      rig.goto(since).gauge('run.googleapis.com/container/instance_count', { revision_name: PINNED }) ?? 0;
    expect(at(9 * MINUTE)).toBe(8);
    expect(at(50 * MINUTE)).toBeGreaterThan(8);
    expect(at(3 * HOUR)).toBe(8);
  });

  it('refuse connections of a stopped database', () => {
    const rig = new Rig(changed('already-healthy', { databases: [{ name: 'staging-shared-postgres', activationPolicy: 'NEVER' }] }));
    rig.goto(10 * MINUTE);
    expect(rig.probe(AUTH).status).toBe(503);
    expect(rig.gauge('cloudsql.googleapis.com/database/up')).toBe(0);
  });

  it('reject what the world does not have', () => {
    const rig = new Rig(readScenario('issue-1278'));
    expect(() => rig.world.services.condition(AUTH, 'netra-auth-service-00001-abc')).toThrow('no revision');
    expect(() => rig.shift(AUTH, 'netra-auth-service-00001-abc', MINUTE)).toThrow('no revision');
    expect(rig.world.database.instance('other')).toBeNull();
  });

  it('cannot be described with a probe, pool or call that leads nowhere', () => {
    const world = mergeDeeply(
      { project: 'p', region: 'us-central1', connectors: [], databases: [] },
      {
        services: [
          {
            name: 'a',
            role: 'other',
            serviceAccount: 's',
            load: { requestsPerSecond: 1 },
            application: { needs: ['b'] },
            traffic: [{ latest: true, percent: 100 }],
            revisions: [{ name: 'a-1', image: 'i', connector: 'c' }],
          },
        ],
      },
    );
    const result = worldSchema.safeParse(world);
    expect(result.error?.issues.map((issue) => issue.message)).toEqual(['no connector c here; known: none', 'no service b here; known: a']);
  });
});
