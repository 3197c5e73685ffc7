import { describe, expect, it } from 'vitest';
import { CONNECTOR, given, SERVICES, SHOP, type Data, type Given } from './support/given.ts';

const MINUTE = 60_000;

/** The same changes at the same instants; in between somebody looks every `every` milliseconds, or nobody. */
async function story(every: number | null): Promise<readonly Data[]> {
  const shop = given();
  await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [{ type: 1, percent: 100 }] });
  await shop.call('PATCH', `${CONNECTOR}?updateMask=minInstances,maxInstances,machineType`, {
    minInstances: 3,
    maxInstances: 8,
    machineType: 'e2-standard-4',
  });
  await shop.call('PATCH', `${SHOP}?updateMask=template.containers`, { template: { containers: [{ image: 'shop:8' }] } });
  await pass(shop, 10 * MINUTE, every);
  const metrics = `/v3/projects/shop-staging/timeSeries?filter=${encodeURIComponent('metric.type="run.googleapis.com/container/instance_count"')}&interval.startTime=2025-03-01T12:00:00Z&interval.endTime=2025-03-01T12:10:00Z`;
  const logs = await shop.call('POST', '/v2/entries:list', { resourceNames: ['projects/shop-staging'], pageSize: 1_000 });
  return [
    logs.data,
    ...(await Promise.all([SHOP, `${SERVICES}/-/revisions`, CONNECTOR, metrics].map(async (path) => (await shop.call('GET', path)).data))),
  ];
}

async function pass({ call, clock }: Given, ms: number, every: number | null): Promise<void> {
  const end = clock.now() + ms;
  while (every !== null && clock.now() + every < end) {
    clock.advance(every);
    await call('GET', SHOP);
    await call('GET', `${SERVICES}/-/revisions`);
  }
  clock.advance(end - clock.now());
}

describe('what happens', () => {
  it('does not depend on who looks when', async () => {
    const unseen = await story(null);
    expect(await story(30_000)).toEqual(unseen);
    expect(await story(777)).toEqual(unseen);
  });
});
