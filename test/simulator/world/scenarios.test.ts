import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario.ts';
import type { Distribution } from '../../../src/simulator/world/contract.ts';
import { AUTH, BACKEND, FRONTEND, HOUR, LARGE, MINUTE, OLDER, PINNED, Rig, SECOND } from './rig.ts';

/** Share of the newest visible samples of the connector's cpu above 0.9. */
function hotShare(rig: Rig, at: number): number {
  const series = rig.world.metrics.query('vpcaccess.googleapis.com/connector/cpu/utilizations', rig.at(at - 6 * MINUTE), rig.at(at));
  const point = series[0]?.points.at(-1)?.value;
  if (point === undefined || typeof point === 'number') throw new Error('no distribution');
  return above(point, 0.9) / point.count;
}

function above(distribution: Distribution, bound: number): number {
  return distribution.bucketCounts.reduce(
    (sum, count, index) => sum + (index > 0 && (distribution.bounds[index - 1] ?? 0) >= bound ? count : 0),
    0,
  );
}

describe('issue-1278-as-logged', () => {
  it('shows a ready revision whose workers die on a missing module, and a connector with nothing to do with it', () => {
    const rig = new Rig(readScenario('issue-1278-as-logged'));
    expect(rig.state(BACKEND, PINNED)).toBe('ready');
    expect(rig.probe(BACKEND, '/health', PINNED).status).toBe(503);
    expect(rig.probe(BACKEND, '/health', OLDER).status).toBe(200);
    expect(rig.probe(AUTH).status).toBe(200);
    expect(hotShare(rig, 0)).toBe(0);
    const texts = rig.texts(-10 * MINUTE, 0);
    const traceback = texts.find((text) => text.startsWith('Traceback'));
    expect(traceback).toMatch(/\n.*ModuleNotFoundError: No module named 'netra_backend\.app\.services\.monitoring'/);
    expect(texts).toContain('Container called exit(3).');
    expect(texts.some((text) => text.includes('timed out'))).toBe(false);
  });

  it('writes container exits as WARNING in varlog/system, with one entry for a whole traceback in stderr', () => {
    const rig = new Rig(readScenario('issue-1278-as-logged'));
    const entries = rig.world.logs.entries(rig.at(-10 * MINUTE), rig.at(0));
    const exit = entries.find((entry) => entry.textPayload === 'Container called exit(3).');
    expect(exit).toMatchObject({ severity: 'WARNING', logName: 'projects/netra-staging/logs/run.googleapis.com%2Fvarlog%2Fsystem' });
    expect(exit?.resource.labels).toMatchObject({ service_name: BACKEND, revision_name: PINNED, configuration_name: BACKEND });
    expect(exit?.labels?.['instanceId']).toMatch(/^[0-9a-f]{64}$/);
    const request = entries.find((entry) => entry.logName.endsWith('requests') && entry.severity !== 'INFO');
    expect(request).toMatchObject({
      severity: 'ERROR',
      httpRequest: { status: 503, requestUrl: expect.stringContaining('https://api-staging.netrasystems.ai/') },
    });
    expect(request?.textPayload).toContain('the HTTP response was malformed');
  });

  it('is healthy as soon as the older revision has the traffic', () => {
    const rig = new Rig(readScenario('issue-1278-as-logged')).shift(BACKEND, OLDER, 5 * MINUTE).goto(2 * HOUR);
    const answered = rig.requests(BACKEND, 6 * MINUTE, 2 * HOUR - 5 * MINUTE);
    expect(answered['5xx']).toBeUndefined();
    expect(answered['2xx']).toBeGreaterThan(5_000);
  });

  it('is not mended by scaling the connector, nor by deploying the same image again', () => {
    const rig = new Rig(readScenario('issue-1278-as-logged')).scale(5 * MINUTE);
    const again = rig.goto(10 * MINUTE).deploy(BACKEND, 10 * MINUTE);
    rig.goto(15 * MINUTE);
    expect(rig.state(BACKEND, again)).toBe('ready');
    expect(rig.probe(BACKEND, '/health', again).status).toBe(503);
  });

  it('is mended by another image', () => {
    const rig = new Rig(readScenario('issue-1278-as-logged'));
    const fixed = rig
      .goto(10 * MINUTE)
      .deploy(BACKEND, 10 * MINUTE, { image: 'us-central1-docker.pkg.dev/netra-staging/services/backend@sha256:751' });
    rig.goto(12 * MINUTE);
    expect(rig.probe(BACKEND, '/health', fixed).status).toBe(200);
  });
});

describe('the other scenarios', () => {
  it('no-improvement: the largest connector stays saturated for nine hours and nothing answers', () => {
    const rig = new Rig(readScenario('no-improvement')).scale(5 * MINUTE).shift(BACKEND, PINNED, 6 * MINUTE);
    for (const hour of [1, 3, 9]) {
      rig.goto(hour * HOUR);
      expect(hotShare(rig, hour * HOUR)).toBeGreaterThan(0.05);
      expect(rig.probe(AUTH).status).toBe(503);
      expect(rig.probe(BACKEND).status).toBe(503);
    }
  });

  it('regional-shortage: every connector update ends with a stock-out after about four minutes', () => {
    const course = new Rig(readScenario('regional-shortage')).world.connectors.updateCourse('staging-connector', LARGE);
    expect(course.durationMs).toBe(250 * SECOND);
    expect(course.failure).toMatchObject({ code: 8, message: expect.stringContaining('does not have enough resources') });
  });

  it('a connector update that succeeds takes four to six minutes', () => {
    const course = new Rig(readScenario('issue-1278')).world.connectors.updateCourse('staging-connector', LARGE);
    expect(course.failure).toBeNull();
    expect(course.durationMs).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(course.durationMs).toBeLessThanOrEqual(6 * MINUTE);
  });

  it('auth-never-stable: a new auth revision is never well for five minutes on end', () => {
    const rig = new Rig(readScenario('auth-never-stable')).scale(5 * MINUTE).shift(BACKEND, PINNED, 6 * MINUTE);
    const auth = rig.goto(10 * MINUTE).deploy(AUTH, 10 * MINUTE);
    rig.goto(10.5 * MINUTE).shift(AUTH, auth, 10.5 * MINUTE);
    const seen = new Set<number>();
    let longest = 0;
    for (let at = 11 * MINUTE, well = 0; at < HOUR; at += 30 * SECOND) {
      const { status } = rig.goto(at).probe(AUTH);
      seen.add(status);
      well = status === 200 ? well + 30 * SECOND : 0;
      longest = Math.max(longest, well);
    }
    expect(seen).toEqual(new Set([200, 503]));
    expect(longest).toBeLessThan(3 * MINUTE);
  });

  it('bad-deploy: a new backend revision fails in the words of Cloud Run, and the old one goes on', () => {
    const rig = new Rig(readScenario('bad-deploy')).scale(5 * MINUTE).shift(BACKEND, PINNED, 6 * MINUTE);
    const backend = rig.goto(10 * MINUTE).deploy(BACKEND, 10 * MINUTE);
    rig.goto(15 * MINUTE);
    const condition = rig.world.services.condition(BACKEND, backend);
    expect(condition).toMatchObject({ state: 'failed', reason: 'HEALTH_CHECK_CONTAINER_ERROR' });
    expect(condition.message).toContain('failed to start and listen on the port defined provided by the PORT=8080 environment variable');
    expect(rig.gauge('run.googleapis.com/container/instance_count', { revision_name: PINNED })).toBe(23);
  });

  it('already-healthy: hours of traffic without a failure, a warning or a scaled connector', () => {
    const rig = new Rig(readScenario('already-healthy')).goto(4 * HOUR);
    for (const service of [AUTH, BACKEND, FRONTEND]) {
      expect(rig.requests(service, -HOUR, 4 * HOUR)['5xx']).toBeUndefined();
      expect(rig.requests(service, -HOUR, 4 * HOUR)['2xx']).toBeGreaterThan(5_000);
    }
    expect(rig.gauge('vpcaccess.googleapis.com/connector/instances')).toBe(6);
    const entries = rig.world.logs.entries(rig.at(-HOUR), rig.at(4 * HOUR));
    expect(new Set(entries.map(({ severity, httpRequest }) => `${severity} ${String(httpRequest?.['status'])}`))).toEqual(
      new Set(['INFO 200']),
    );
    const ofBalancers = entries.filter(({ resource }) => resource.type === 'http_load_balancer').length;
    expect(ofBalancers).toBeLessThanOrEqual(5 * 60 * 2);
    expect(entries.length - ofBalancers).toBeLessThanOrEqual(5 * 60 * 3);
  });

  it('lost-answer, connector-busy, api-brownout and permission-denied have the physics of issue-1278', () => {
    for (const name of ['lost-answer', 'connector-busy', 'api-brownout', 'permission-denied']) {
      const rig = new Rig(readScenario(name));
      expect(rig.probe(BACKEND).status).toBe(503);
      expect(hotShare(rig, 0)).toBeGreaterThan(0.05);
    }
  });
});
