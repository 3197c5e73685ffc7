import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { createCloud } from '../../src/gcp/cloud.ts';
import { inProcessClient } from '../../src/simulator/http/in-process.ts';
import { loadScenario } from '../../src/simulator/scenario.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';

const BASE = 'http://127.0.0.1:9999';
const FAR = 'booking@europe-west4';
const WORLD = 'regions-one-bad-revision.yaml';

/** The adapters over a world in which one service stands in two regions and fails in the second. */
function twoRegions() {
  const scenario = loadScenario(readFileSync(new URL(`../worlds/${WORLD}`, import.meta.url), 'utf8'), WORLD);
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE });
  const { project, region } = scenario.world;
  const regions = [region, 'europe-west4'];
  const authClient = inProcessClient(simulator);
  const cloud = createCloud({ project, region, regions, authClient, baseUrl: BASE, clock, random: { next: () => 0.5 }, readOnly: false });
  const go = async <T>(call: Promise<T>): Promise<T> => {
    await clock.run(call);
    return call;
  };
  return { cloud, clock, simulator, go };
}

describe('a service of one name in two regions', () => {
  const { cloud, clock, simulator, go } = twoRegions();
  beforeAll(() => go(clock.sleepUntil(clock.now() + 600_000)));

  test('is listed by region, each called as a run calls it, with its own revisions', async () => {
    expect((await go(cloud.run.listServices())).map(({ name }) => name)).toEqual(['booking']);
    expect((await go(cloud.run.listServices({ region: 'europe-west4' }))).map(({ name }) => name)).toEqual([FAR]);
    expect(Object.keys(await go(cloud.run.listRevisions('-', { region: 'europe-west4' })))).toEqual([FAR]);
    expect((await go(cloud.run.listRevisions(FAR)))[FAR]).toHaveLength(2);
  });

  test('has requests of its own in the one question that is asked for both', async () => {
    const before = simulator.ledger.length;
    const requests = await go(cloud.metrics.requests(clock.now(), 300_000));
    expect(simulator.ledger.length - before).toBe(1);
    const failing = (name: string): number => (requests[name]?.value?.serverErrors ?? 0) / (requests[name]?.value?.total ?? 0);
    expect(failing(FAR)).toBeGreaterThan(0.4);
    expect(failing('booking')).toBeLessThan(0.05);
  });

  test('has lines of its own in the one question that is asked for both', async () => {
    const lines = await go(cloud.logs.read(['booking', FAR], clock.now() - 300_000, 500));
    expect(new Set(lines.map(({ service }) => service))).toEqual(new Set([FAR]));
    expect(await go(cloud.logs.read(['booking'], clock.now() - 300_000, 500))).toEqual([]);
  });

  test('stands behind the load balancer under both names, through groups of one name', async () => {
    const { chain } = await go(cloud.loadBalancer.describe('tickets'));
    const [backend] = (chain.value ?? []).filter(({ kind }) => kind === 'backend-service');
    expect(backend?.leadsTo).toEqual(['booking', 'booking@europe-west4']);
    expect((chain.value ?? []).filter(({ kind }) => kind === 'service').map(({ name }) => name)).toEqual(['booking', FAR]);
    expect((await go(cloud.loadBalancer.waysIn()))[0]?.backends.map(({ service }) => service)).toEqual(['booking', FAR]);
  });

  test('is written where it is, and the admin log tells which one that was', async () => {
    const { etag, traffic } = await go(cloud.run.getService(FAR));
    const { operation } = await go(cloud.run.setTraffic(FAR, etag, traffic));
    expect(operation).toContain('/locations/europe-west4/operations/');
    expect(simulator.writes().map(({ path }) => path.split('?')[0])).toEqual([
      '/v2/projects/ferry-tickets/locations/europe-west4/services/booking',
    ]);
    await go(clock.sleepUntil(clock.now() + 60_000));
    expect((await go(cloud.run.getOperation(operation))).done).toBe(true);
    expect((await go(cloud.adminLog.changes(clock.now() - 300_000, 10))).map(({ resource }) => resource)).toEqual([`services/${FAR}`]);
  });

  test('is not found under the name of a region where it is not', async () => {
    await expect(go(cloud.run.getService('booking@us-central1'))).rejects.toMatchObject({ kind: 'terminal' });
  });
});

describe('a document of one region', () => {
  test('is told of another region in front of which its load balancer stands', async () => {
    const { simulator, clock, go } = twoRegions();
    const { project, region } = simulator.scenario.world;
    const authClient = inProcessClient(simulator);
    const cloud = createCloud({ project, region, authClient, baseUrl: BASE, clock, random: { next: () => 0.5 }, readOnly: true });
    expect((await go(cloud.loadBalancer.waysIn()))[0]).toMatchObject({ elsewhere: ['europe-west4'] });
    expect(Object.keys(await go(cloud.metrics.requests(clock.now(), 300_000)))).toEqual(['booking']);
  });
});
