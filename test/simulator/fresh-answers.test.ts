import { describe, expect, it } from 'vitest';
import { CONNECTOR, given, SHOP, type Given } from './support/given.ts';

const MINUTE = 60_000;
const METRICS = ['run.googleapis.com/container/instance_count', 'run.googleapis.com/request_latencies', 'run.googleapis.com/request_count'];

/** Writes of every kind, so that the audit log holds what they sent, and ten minutes of traffic. */
async function live({ call, clock }: Given, minInstances: number): Promise<void> {
  await call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [{ type: 1, percent: 100 }] });
  await call('PATCH', `${CONNECTOR}?updateMask=minInstances,maxInstances`, { minInstances, maxInstances: 8 });
  await call('PATCH', `${SHOP}?updateMask=template.containers`, { template: { containers: [{ image: 'shop:8' }] } });
  clock.advance(10 * MINUTE);
}

async function longLists({ simulator }: Given) {
  const named = { resourceNames: ['projects/shop-staging'], pageSize: 1_000 };
  const lines = simulator.handle({ method: 'POST', path: '/v2/entries:list', headers: {}, body: JSON.stringify(named) });
  const span = 'interval.startTime=2025-03-01T11:50:00Z&interval.endTime=2025-03-01T12:10:00Z';
  const series = METRICS.map((metric) => {
    const path = `/v3/projects/shop-staging/timeSeries?filter=${encodeURIComponent(`metric.type="${metric}"`)}&${span}`;
    return simulator.handle({ method: 'GET', path, headers: {}, body: '' });
  });
  return Promise.all([lines, ...series]);
}

describe('a long list, which is handed on without a copy,', () => {
  it('is what a reader of its text would get', async () => {
    const shop = given();
    await live(shop, 3);
    for (const { status, isFresh, json, body } of await longLists(shop)) {
      expect([status, isFresh, Object.keys(json as object)]).toEqual([200, true, [expect.stringMatching(/^(entries|timeSeries)$/)]]);
      expect(json).toStrictEqual(JSON.parse(body));
    }
  });

  it('stays what it was, whatever happens later', async () => {
    const shop = given();
    await live(shop, 3);
    const answers = await longLists(shop);
    const before = answers.map(({ json }) => JSON.stringify(json));
    await live(shop, 4);
    await longLists(shop);
    expect(answers.map(({ json }) => JSON.stringify(json))).toEqual(before);
  });
});
