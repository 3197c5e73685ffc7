import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/simulator/faults.ts';
import { CONNECTOR, finished, given, SERVICES, SHOP, type Given } from './support/given.ts';

const PATCH = `${CONNECTOR}?updateMask=machineType`;
const LARGER = { machineType: 'e2-standard-4' };

function with_(...faults: Fault[]): Given {
  return given({ faults });
}

describe('faults', () => {
  it('answer with the body of the API they hit, with reason and time to retry', async () => {
    const answer = {
      status: 429,
      statusText: 'RESOURCE_EXHAUSTED',
      message: 'Too many.',
      reason: 'RATE_LIMIT_EXCEEDED',
      retryAfter: 20_000,
    };
    const shop = with_(
      { id: 'slow-down', match: { path: '/v2/**' }, answer },
      { id: 'sql', match: { path: '/v1/**/instances/*' }, answer: { status: 503 } },
    );
    expect(await shop.call('GET', SERVICES)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '20' },
      data: {
        error: {
          code: 429,
          status: 'RESOURCE_EXHAUSTED',
          message: 'Too many.',
          details: [{ reason: 'RATE_LIMIT_EXCEEDED' }, { retryDelay: '20s' }],
        },
      },
    });
    const legacy = await shop.call('GET', '/v1/projects/shop-staging/instances/shop-db');
    expect(legacy).toMatchObject({ status: 503, data: { error: { code: 503, errors: [{ domain: 'global' }] } } });
    expect(legacy.data['error']).not.toHaveProperty('status');
  });

  it('may answer with a page of a proxy', async () => {
    const { call } = with_({ id: 'page', match: { path: '/v2/**' }, answer: { status: 502, html: true } });
    expect(await call('GET', SERVICES)).toMatchObject({ status: 502, headers: { 'content-type': expect.stringContaining('text/html') } });
  });

  it('hit only their method, path, window and count', async () => {
    const fault: Fault = {
      id: 'some',
      match: { method: 'GET', path: '/v2/projects/*/locations/*/services/*' },
      from: 60_000,
      for: 60_000,
      times: 1,
      answer: { status: 503 },
    };
    const shop = with_(fault);
    const status = async (path = SHOP) => (await shop.call('GET', path)).status;
    expect(await status()).toBe(200);
    shop.clock.advance(60_000);
    expect(await status(`${SHOP}/revisions`)).toBe(200);
    expect((await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [] })).status).toBe(200);
    expect(shop.simulator.faults.unconsumed()).toEqual(['some']);
    expect(await status(`${SHOP}?fields=name`)).toBe(503);
    expect(await status()).toBe(200);
    expect(shop.simulator.faults.counts()).toEqual({ some: 1 });
    expect(shop.simulator.faults.unconsumed()).toEqual([]);
  });

  it('do not hit after their window', async () => {
    const shop = with_({ id: 'early', match: { path: '/v2/**' }, for: 60_000, answer: { status: 503 } });
    shop.clock.advance(60_000);
    expect((await shop.call('GET', SHOP)).status).toBe(200);
    expect(shop.simulator.faults.unconsumed()).toEqual(['early']);
  });

  it('lose the answer of a write that was committed, or the write itself', async () => {
    const shop = with_(
      { id: 'after', match: { method: 'PATCH', path: '/v1/**' }, times: 1, answer: { lostAfterCommit: true } },
      { id: 'before', match: { method: 'PATCH', path: '/v2/**' }, times: 1, answer: { lostBefore: true } },
    );
    expect((await shop.call('PATCH', PATCH, LARGER)).status).toBeNull();
    expect((await shop.call('GET', CONNECTOR)).data).toMatchObject({ state: 'UPDATING' });
    expect((await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [] })).status).toBeNull();
    expect((await shop.call('GET', SHOP)).data).toMatchObject({ generation: '1' });
    expect(shop.simulator.writes()).toHaveLength(1);
    expect(shop.simulator.ledger.filter(({ wasWrite }) => wasWrite)).toMatchObject([
      { fault: 'after', committed: true, status: null },
      { fault: 'before', committed: false, status: null },
    ]);
  });

  it('delay a request before it is looked at', async () => {
    const shop = with_({ id: 'slow', match: { path: '/v2/**' }, times: 1, answer: { delay: 9_000 } });
    expect((await shop.call('GET', SHOP)).status).toBe(200);
    expect(shop.clock.now() - shop.scenario.startAt).toBe(9_000);
  });

  it('let a request hang until their window ends, and then reset it', async () => {
    const shop = with_({ id: 'hung', match: { path: '/v2/**' }, for: 120_000, answer: { hang: true } });
    expect((await shop.call('GET', SHOP)).status).toBeNull();
    expect(shop.clock.now() - shop.scenario.startAt).toBe(120_000);
  });

  it('keep an operation unfinished, and the connector UPDATING, until their window ends', async () => {
    const shop = with_({ id: 'stuck', match: { path: '/v1/**' }, for: 3_000_000, answer: { stuckOperation: true } });
    const patched = await shop.call('PATCH', PATCH, LARGER);
    shop.clock.advance(2_900_000);
    expect((await shop.call('GET', `/v1/${patched.data['name']}`)).data).not.toHaveProperty('done');
    expect((await shop.call('GET', CONNECTOR)).data).toMatchObject({ state: 'UPDATING', machineType: 'e2-micro' });
    expect(await finished(shop, 'v1', patched)).toMatchObject({ response: LARGER });
  });

  it('keep an operation unfinished for ever without a window', async () => {
    const shop = with_({ id: 'stuck', match: { path: '/v2/**' }, answer: { stuckOperation: true } });
    const patched = await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [] });
    shop.clock.advance(24 * 3_600_000);
    expect((await shop.call('GET', `/v2/${patched.data['name']}`)).data).not.toHaveProperty('done');
    expect((await shop.call('GET', SHOP)).data).toMatchObject({ reconciling: true });
  });
});

describe('routes', () => {
  it('that are not simulated answer 501 and say so', async () => {
    const { call, simulator } = given();
    expect(await call('GET', '/compute/v1/projects/shop-staging/global/networks')).toMatchObject({
      status: 501,
      data: {
        error: { status: 'UNIMPLEMENTED', message: expect.stringContaining('GET /compute/v1/projects/shop-staging/global/networks') },
      },
    });
    expect(simulator.requestsByApi()).toEqual({ unknown: 1 });
  });

  it('are found whatever is added to them: $alt, a bare ?, %2F, unknown headers', async () => {
    const { call } = given();
    for (const path of [
      `${SHOP}?$alt=json;enum-encoding=int`,
      `${SHOP}?`,
      SHOP.replaceAll('/services/', '%2Fservices%2F'),
      SHOP.replace('shop-staging', '701982941522'),
    ]) {
      expect(await call('GET', path, undefined, { 'x-unknown': '1', host: 'run.googleapis.com' }), path).toMatchObject({ status: 200 });
    }
  });

  it('refuse a body that is no JSON', async () => {
    const { simulator } = given();
    const answer = await simulator.handle({ method: 'PATCH', path: PATCH, headers: {}, body: '{"machineType":' });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { status: 'INVALID_ARGUMENT', message: expect.stringContaining('Invalid JSON payload') },
    });
  });

  it('with a probability hit so large a part of what matches, the same part with the same seed', async () => {
    const flaky: Fault = { id: 'flaky', match: { path: '/v2/**' }, probability: 0.3, answer: { status: 503 } };
    const hits = async (): Promise<readonly number[]> => {
      const shop = with_(flaky);
      const statuses: number[] = [];
      for (let n = 0; n < 400; n += 1) statuses.push((await shop.call('GET', SHOP)).status ?? 0);
      return statuses;
    };
    const first = await hits();
    expect(first.filter((status) => status === 503).length).toBeGreaterThan(90);
    expect(first.filter((status) => status === 503).length).toBeLessThan(150);
    expect(await hits()).toEqual(first);
  });

  it('with `every` come again', async () => {
    const shop = with_({ id: 'again', match: { path: '/v2/**' }, from: 60_000, for: 30_000, every: 300_000, answer: { status: 503 } });
    const seen: (number | null)[] = [];
    for (let minute = 0; minute < 12; minute += 1) {
      seen.push((await shop.call('GET', SHOP)).status);
      shop.clock.advance(60_000);
    }
    expect(seen.flatMap((status, minute) => (status === 503 ? [minute] : []))).toEqual([1, 6, 11]);
  });
});
