import { describe, expect, it } from 'vitest';
import { given, SHOP } from './support/given.ts';

describe('the control plane', () => {
  it('tells time, health and scenario', async () => {
    const { call, scenario } = given({}, { speed: 120 });
    expect((await call('GET', '/_sim/clock')).data).toEqual({ now: scenario.startAt, speed: 120 });
    expect((await call('GET', '/_sim/healthz')).status).toBe(200);
    expect((await call('GET', '/_sim/scenario')).data).toMatchObject({ name: 'small-shop', seed: 7 });
  });

  it('shows every request, and only committed writes as writes', async () => {
    const { call } = given();
    await call('GET', SHOP);
    await call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [{ percent: 5 }] });
    await call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [] });
    expect((await call('GET', '/_sim/ledger')).data).toMatchObject({
      requests: [
        { method: 'GET', status: 200, wasWrite: false, api: 'run.googleapis.com' },
        { method: 'PATCH', status: 400, wasWrite: true, committed: false },
        { method: 'PATCH', status: 200, wasWrite: true, committed: true },
        { path: '/_sim/ledger', api: 'control' },
      ],
    });
    expect((await call('GET', '/_sim/writes')).data['writes']).toHaveLength(1);
  });

  it('takes a fault, written as scenarios write them, and refuses another', async () => {
    const { call } = given();
    expect(
      (await call('POST', '/_sim/faults', { id: 'late', match: { path: '/v2/**' }, for: '5m', times: 1, answer: { status: 503 } })).status,
    ).toBe(200);
    expect((await call('GET', SHOP)).status).toBe(503);
    expect((await call('GET', SHOP)).status).toBe(200);
    expect((await call('GET', '/_sim/faults')).data).toMatchObject({ faults: [{ id: 'late', consumed: 1 }], unconsumed: [] });
    expect(await call('POST', '/_sim/faults', { id: 'odd', match: { path: '/v2/**' }, answer: { status: 200 } })).toMatchObject({
      status: 400,
    });
  });

  it('passes on what people do, under their name', async () => {
    const { call, simulator } = given();
    const request = { actor: 'ann@example.com', method: 'PATCH', path: `${SHOP}?updateMask=traffic`, body: { traffic: [] } };
    expect((await call('POST', '/_sim/people', request)).status).toBe(200);
    expect(simulator.writes()).toMatchObject([{ actor: 'ann@example.com' }]);
  });

  it('keeps what is said in the chat, once per key', async () => {
    const { call, scenario } = given();
    for (const key of ['a', 'a', 'b']) await call('POST', '/_sim/chat', { text: `message ${key}` }, { 'idempotency-key': key });
    expect((await call('GET', '/_sim/chat')).data).toEqual({
      messages: [
        { at: scenario.startAt, text: 'message a', key: 'a' },
        { at: scenario.startAt, text: 'message b', key: 'b' },
      ],
    });
    expect((await call('POST', '/_sim/chat', { words: 1 })).status).toBe(400);
  });

  it('knows nothing else', async () => {
    expect((await given().call('GET', '/_sim/secrets')).status).toBe(404);
  });
});
