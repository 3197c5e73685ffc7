import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario.ts';
import type { RevisionFacts } from '../../../src/simulator/world/contract.ts';
import { AUTH, BACKEND, FRONTEND, HOUR, MINUTE, OLDER, PINNED, Rig, SECOND } from './rig.ts';

/** What `like: netra-frontend-staging` takes over. */
const LIKE_FRONTEND: Partial<RevisionFacts> = {
  startupProbe: 'http',
  minInstances: 16,
  startupCpuBoost: true,
  egress: 'PRIVATE_RANGES_ONLY',
};
const BACKENDS = 'cloudsql.googleapis.com/database/postgresql/num_backends';

const incident = (): Rig => new Rig(readScenario('issue-1278'));
const mended = (): Rig =>
  incident()
    .scale(5 * MINUTE)
    .shift(BACKEND, PINNED, 6 * MINUTE);

/** Deploys one after the other, six minutes apart, or both at once; traffic follows as soon as a revision is ready. */
function deployBoth(
  rig: Rig,
  how: 'sequential' | 'simultaneous',
  change: Partial<RevisionFacts>,
): { readonly auth: string; readonly backend: string } {
  const begin = 10 * MINUTE;
  const auth = rig.goto(begin).deploy(AUTH, begin);
  const early = how === 'simultaneous' ? rig.deploy(BACKEND, begin, change) : null;
  shiftWhenReady(rig, AUTH, auth, begin);
  const later = begin + 6 * MINUTE;
  const backend = early ?? rig.goto(later).deploy(BACKEND, later, change);
  shiftWhenReady(rig, BACKEND, backend, how === 'simultaneous' ? begin : later);
  return { auth, backend };
}

function shiftWhenReady(rig: Rig, service: string, revision: string, begin: number): void {
  let at = Math.max(begin, rig.now);
  while (rig.state(service, revision) === 'pending') rig.goto((at += 10 * SECOND));
  if (rig.state(service, revision) === 'ready') rig.shift(service, revision, at);
}

describe('incident #1278 as its documents believe it', () => {
  it('begins with 46 instances over two revisions, 352 of 400 connections, and two services of three answering 503', () => {
    const rig = incident();
    expect(rig.gauge('run.googleapis.com/container/instance_count', { service_name: BACKEND })).toBe(46);
    expect(rig.gauge(BACKENDS)).toBe(352);
    const auth = rig.probe(AUTH);
    expect(auth.status).toBe(503);
    expect(auth.latencyMs).toBeGreaterThanOrEqual(4_000);
    expect(auth.latencyMs).toBeLessThanOrEqual(17_000);
    expect(rig.probe(BACKEND).status).toBe(503);
    expect(rig.probe(FRONTEND)).toMatchObject({ status: 200 });
    expect(rig.probe(FRONTEND).latencyMs).toBeLessThan(300);
  });

  it('does not mend itself in eight hours', () => {
    const rig = incident().goto(8 * HOUR);
    expect(rig.requests(BACKEND, 7 * HOUR, 8 * HOUR)['2xx']).toBeUndefined();
    expect(rig.requests(AUTH, 7 * HOUR, 8 * HOUR)['2xx']).toBeUndefined();
  });

  it('is mended by the runbook in its order: then hours without one 503', () => {
    const rig = mended();
    deployBoth(rig, 'sequential', LIKE_FRONTEND);
    rig.goto(8 * HOUR);
    for (const service of [AUTH, BACKEND, FRONTEND]) {
      const answered = rig.requests(service, 20 * MINUTE, 8 * HOUR - 5 * MINUTE);
      expect(answered['5xx']).toBeUndefined();
      expect(answered['2xx']).toBeGreaterThan(10_000);
      expect(rig.probe(service).latencyMs).toBeLessThan(300);
    }
  });

  it('is mended as well by deploys that keep their own templates', () => {
    const rig = mended();
    deployBoth(rig, 'sequential', {});
    rig.goto(2 * HOUR);
    expect(rig.requests(BACKEND, 20 * MINUTE, 2 * HOUR)['5xx']).toBeUndefined();
  });

  it.each([11, 12, 13, 14, 15])('is mended with seed %i too', (seed) => {
    const rig = new Rig({ ...readScenario('issue-1278'), seed }).scale(5 * MINUTE).shift(BACKEND, PINNED, 6 * MINUTE);
    deployBoth(rig, 'sequential', LIKE_FRONTEND);
    rig.goto(HOUR);
    expect(rig.requests(BACKEND, 20 * MINUTE, HOUR)['5xx']).toBeUndefined();
    expect(rig.requests(AUTH, 20 * MINUTE, HOUR)['5xx']).toBeUndefined();
  });

  it('stays broken when the connector is scaled and the traffic pinned but nothing is deployed', () => {
    const rig = mended().goto(2 * HOUR);
    expect(rig.requests(BACKEND, HOUR, 2 * HOUR)['2xx']).toBeUndefined();
    expect(rig.requests(AUTH, HOUR, 2 * HOUR)['2xx']).toBeUndefined();
  });

  it('frees the connections of the revision that a pin takes out of the traffic', () => {
    const rig = incident()
      .shift(BACKEND, PINNED, MINUTE)
      .goto(10 * MINUTE);
    expect(rig.gauge(BACKENDS)).toBe(352 - 23 * 7);
    expect(rig.gauge('run.googleapis.com/container/instance_count', { revision_name: OLDER })).not.toBeNull();
    expect(
      rig.world.metrics
        .query('run.googleapis.com/container/instance_count', rig.at(6 * MINUTE), rig.at(10 * MINUTE))
        .map((one) => one.resourceLabels['revision_name']),
    ).not.toContain(OLDER);
  });

  it('lets nothing new start well before the connector is scaled: the database initialization times out', () => {
    const rig = incident();
    const auth = rig.deploy(AUTH, MINUTE, { startupProbe: 'http' });
    rig.goto(7 * MINUTE);
    expect(rig.world.services.condition(AUTH, auth)).toMatchObject({ state: 'failed', reason: 'HEALTH_CHECK_CONTAINER_ERROR' });
    const texts = rig.texts(0, 7 * MINUTE);
    expect(texts.some((text) => text.includes('Database initialization timeout after 25.0s'))).toBe(true);
    expect(texts).toContain('Container called exit(3).');
  });

  it('still needs the connector when only the traffic was pinned', () => {
    const rig = incident().shift(BACKEND, PINNED, MINUTE);
    const auth = rig.goto(HOUR).deploy(AUTH, HOUR, { startupProbe: 'http' });
    rig.goto(HOUR + 6 * MINUTE);
    expect(rig.state(AUTH, auth)).toBe('failed');
  });
});

describe('why auth goes first and the backend waits for it', () => {
  it.each([
    ['the settings of the frontend', LIKE_FRONTEND],
    ['its own template', {}],
  ])('deploying both at once makes things worse than one after the other, with %s', (_, change) => {
    const worse = mended();
    const better = mended();
    deployBoth(worse, 'simultaneous', change);
    deployBoth(better, 'sequential', change);
    const [bad, good] = [worse, better].map((rig) => rig.goto(2 * HOUR).requests(BACKEND, 10 * MINUTE, 2 * HOUR)['5xx'] ?? 0);
    expect(bad).toBeGreaterThan(2 * (good ?? 0));
    expect(worse.requests(BACKEND, HOUR, 2 * HOUR)['5xx']).toBeGreaterThan(100);
    expect(better.requests(BACKEND, HOUR, 2 * HOUR)['5xx']).toBeUndefined();
  });

  it('the storm of both exceeds max_connections; the storm of one does not', () => {
    const slots = (how: 'sequential' | 'simultaneous'): number => {
      const rig = mended();
      deployBoth(rig, how, {});
      return rig
        .goto(30 * MINUTE)
        .texts(9 * MINUTE, 30 * MINUTE)
        .filter((text) => text.includes('remaining connection slots are reserved')).length;
    };
    expect(slots('simultaneous')).toBeGreaterThan(0);
    expect(slots('sequential')).toBe(0);
  });

  it('a backend that starts while auth is down never becomes ready behind an HTTP probe', () => {
    const rig = mended();
    const backend = rig.goto(10 * MINUTE).deploy(BACKEND, 10 * MINUTE, LIKE_FRONTEND);
    rig.goto(15 * MINUTE);
    const condition = rig.world.services.condition(BACKEND, backend);
    expect(condition.state).toBe('failed');
    expect(condition.message).toContain('startup probe');
    expect(condition.since).toBe(rig.at(14 * MINUTE));
  });

  it('a backend that starts while auth is down looks ready behind a TCP probe and answers 503', () => {
    const rig = mended();
    const backend = rig.goto(10 * MINUTE).deploy(BACKEND, 10 * MINUTE);
    rig.goto(12 * MINUTE);
    expect(rig.state(BACKEND, backend)).toBe('ready');
    expect(rig.probe(BACKEND, '/health', backend).status).toBe(503);
  });
});
