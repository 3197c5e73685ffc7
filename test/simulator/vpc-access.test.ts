import { describe, expect, it } from 'vitest';
import { CONNECTOR, finished, given } from './support/given.ts';

const NAME = CONNECTOR.slice('/v1/'.length);
const LARGER = { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' };
const ALL = '?updateMask=minInstances,maxInstances,machineType';

describe('reading a connector', () => {
  it('shows state, bounds, machine type and the deprecated throughput', async () => {
    const { data } = await given().call('GET', CONNECTOR);
    expect(data).toEqual({
      name: NAME,
      network: 'shop-vpc',
      ipCidrRange: '10.8.0.0/28',
      state: 'READY',
      machineType: 'e2-micro',
      minInstances: 2,
      maxInstances: 5,
      minThroughput: 200,
      maxThroughput: 500,
      connectedProjects: ['shop-staging'],
    });
  });

  it('answers 404 for a connector of another name or region', async () => {
    const { call } = given();
    expect(await call('GET', CONNECTOR.replace('shop-connector', 'other'))).toMatchObject({
      status: 404,
      data: { error: { status: 'NOT_FOUND' } },
    });
    expect(await call('GET', CONNECTOR.replace('us-central1', 'us-east1'))).toMatchObject({ status: 404 });
  });
});

describe('updating a connector', () => {
  it('takes minutes, is UPDATING meanwhile, and changes nothing before its end', async () => {
    const shop = given();
    const patched = await shop.call('PATCH', CONNECTOR + ALL, LARGER);
    expect(patched.status).toBe(200);
    expect(patched.data).not.toHaveProperty('done');
    expect(patched.data).toMatchObject({
      metadata: {
        '@type': 'type.googleapis.com/google.cloud.vpcaccess.v1.OperationMetadata',
        target: NAME,
        createTime: '2025-03-01T12:00:00Z',
      },
    });
    expect((await shop.call('GET', CONNECTOR)).data).toMatchObject({ state: 'UPDATING', machineType: 'e2-micro', maxInstances: 5 });
    const ended = await finished(shop, 'v1', patched);
    expect(shop.clock.now() - shop.scenario.startAt).toBeGreaterThan(3 * 60_000);
    expect(ended).toMatchObject({
      done: true,
      metadata: { endTime: expect.stringMatching(/Z$/) },
      response: { '@type': 'type.googleapis.com/google.cloud.vpcaccess.v1.Connector', ...LARGER },
    });
    expect((await shop.call('GET', CONNECTOR)).data).toMatchObject({ state: 'READY', ...LARGER });
  });

  it.each([
    ['max above 10', { minInstances: 3, maxInstances: 15 }],
    ['min below 2', { minInstances: 1, maxInstances: 5 }],
    ['min not below max', { minInstances: 5, maxInstances: 5 }],
    ['a lower max', { minInstances: 2, maxInstances: 4 }],
    ['only one bound', { maxInstances: 8 }],
    ['a machine type that connectors do not have', { machineType: 'e2-standard-8' }],
  ])('refuses %s with 400 INVALID_ARGUMENT, and nothing changes', async (_case, body) => {
    const { call, simulator } = given();
    const refused = await call('PATCH', `${CONNECTOR}?updateMask=${Object.keys(body).join(',')}`, body);
    expect(refused).toMatchObject({
      status: 400,
      data: { error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest' }] } },
    });
    expect((await call('GET', CONNECTOR)).data).toMatchObject({
      state: 'READY',
      minInstances: 2,
      maxInstances: 5,
      machineType: 'e2-micro',
    });
    expect(simulator.writes()).toEqual([]);
  });

  it('may refuse a bound inside the operation instead, with code 3', async () => {
    const shop = given({}, { switches: { connectorBounds: 'operation' } });
    const patched = await shop.call('PATCH', `${CONNECTOR}?updateMask=minInstances,maxInstances`, { minInstances: 3, maxInstances: 15 });
    expect(patched.status).toBe(200);
    const ended = await finished(shop, 'v1', patched);
    expect(ended).toMatchObject({ done: true, error: { code: 3, message: expect.stringContaining('max_instances') } });
    expect(ended).not.toHaveProperty('response');
    expect((await shop.call('GET', CONNECTOR)).data).toMatchObject({ state: 'READY', maxInstances: 5 });
  });

  it('lets the machine type go down while the bounds may not', async () => {
    const shop = given();
    await finished(shop, 'v1', await shop.call('PATCH', CONNECTOR + ALL, LARGER));
    const down = await shop.call('PATCH', `${CONNECTOR}?updateMask=machineType`, { machineType: 'f1-micro' });
    expect(await finished(shop, 'v1', down)).toMatchObject({ response: { machineType: 'f1-micro', maxInstances: 10 } });
  });

  it.each([
    ['aborted', 409, 'ABORTED'],
    ['failed-precondition', 400, 'FAILED_PRECONDITION'],
  ] as const)('refuses a second update while one runs (%s), and takes it afterwards', async (connectorBusy, status, code) => {
    const shop = given({}, { switches: { connectorBusy } });
    const first = await shop.call('PATCH', CONNECTOR + ALL, LARGER);
    expect(await shop.call('PATCH', `${CONNECTOR}?updateMask=machineType`, { machineType: 'f1-micro' })).toMatchObject({
      status,
      data: { error: { status: code } },
    });
    await finished(shop, 'v1', first);
    expect(await shop.call('PATCH', `${CONNECTOR}?updateMask=machineType`, { machineType: 'f1-micro' })).toMatchObject({ status: 200 });
  });

  it('reads snake masks and fields, and no mask as the fields of the body', async () => {
    const shop = given();
    const snake = await shop.call('PATCH', `${CONNECTOR}?update_mask=min_instances,max_instances`, {
      min_instances: 3,
      max_instances: '8',
    });
    expect(await finished(shop, 'v1', snake)).toMatchObject({ response: { minInstances: 3, maxInstances: 8 } });
    const bare = await shop.call('PATCH', CONNECTOR, { machineType: 'e2-standard-4' });
    expect(await finished(shop, 'v1', bare)).toMatchObject({ response: { machineType: 'e2-standard-4', minInstances: 3 } });
  });

  it('refuses fields that connectors do not have or that cannot change', async () => {
    const { call } = given();
    expect(await call('PATCH', CONNECTOR, { maxInstnces: 8 })).toMatchObject({
      status: 400,
      data: { error: { message: expect.stringContaining('Unknown name "maxInstnces"') } },
    });
    expect(await call('PATCH', `${CONNECTOR}?updateMask=network`, { network: 'other' })).toMatchObject({ status: 400 });
  });

  it('lists operations newest first', async () => {
    const shop = given();
    const first = await shop.call('PATCH', CONNECTOR + ALL, LARGER);
    await finished(shop, 'v1', first);
    const second = await shop.call('PATCH', `${CONNECTOR}?updateMask=machineType`, { machineType: 'f1-micro' });
    const { data } = await shop.call('GET', '/v1/projects/shop-staging/locations/us-central1/operations');
    expect(data).toMatchObject({ operations: [{ name: second.data['name'] }, { name: first.data['name'], done: true }] });
  });
});

describe('a connector that somebody else is updating when the run begins', () => {
  it('is UPDATING and busy for as long as the scenario says', async () => {
    const { scenario } = given();
    const connectors = scenario.world.connectors.map((connector) => ({ ...connector, busyFor: 360_000 }));
    const shop = given({ world: { ...scenario.world, connectors } });
    expect((await shop.call('GET', CONNECTOR)).data).toMatchObject({ state: 'UPDATING' });
    expect(await shop.call('PATCH', CONNECTOR + ALL, LARGER)).toMatchObject({ status: 409 });
    shop.clock.advance(360_000);
    expect((await shop.call('GET', CONNECTOR)).data).toMatchObject({ state: 'READY', machineType: 'e2-micro' });
    expect(await shop.call('PATCH', CONNECTOR + ALL, LARGER)).toMatchObject({ status: 200 });
  });
});
