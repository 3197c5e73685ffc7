import { describe, expect, it } from 'vitest';
import { finished, given, pick, SHOP, type Data, type Given } from './support/given.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const REVISION = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
const PIN = [{ type: REVISION, revision: 'shop-00006-xyz', percent: 100 }];

async function read({ call }: Given, path = SHOP): Promise<Data> {
  return (await call('GET', path)).data;
}

function containers(image: string): Data {
  return { template: { containers: [{ image }] } };
}

async function deploy(shop: Given, image: string): Promise<Data> {
  return finished(shop, 'v2', await shop.call('PATCH', `${SHOP}?updateMask=template.containers`, containers(image)));
}

describe('deploying', () => {
  it('makes a numbered revision that gets nothing of a pinned vector', async () => {
    const shop = given();
    const before = await read(shop);
    const ended = await deploy(shop, 'shop:8');
    const created = String(pick(ended, 'response', 'latestCreatedRevision'));
    expect(created).toMatch(/\/revisions\/shop-00008-[a-z0-9]{3}$/);
    expect(ended).toMatchObject({ response: { latestReadyRevision: created, trafficStatuses: before['trafficStatuses'] } });
    expect(pick((await shop.call('GET', `${SHOP}/revisions`)).data, 'revisions', 0)).toMatchObject({
      name: created,
      containers: [{ image: 'shop:8' }],
      service: 'shop',
    });
  });

  it('moves LATEST only when the new revision is ready', async () => {
    const shop = given();
    await finished(shop, 'v2', await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [{ type: LATEST, percent: 100 }] }));
    const patched = await shop.call('PATCH', `${SHOP}?updateMask=template.containers`, containers('shop:8'));
    const created = pick(patched.data, 'metadata', 'latestCreatedRevision');
    const metric = async () => pick((await shop.call('GET', String(created).replace(/^/, '/v2/'))).data, 'conditions', 1, 'state');
    expect(await read(shop)).toMatchObject({
      latestCreatedRevision: created,
      latestReadyRevision: expect.stringContaining('shop-00007-abc'),
    });
    expect(await metric()).toBe('CONDITION_FAILED');
    await finished(shop, 'v2', patched);
    expect(await read(shop)).toMatchObject({ latestReadyRevision: created });
    expect(await metric()).toBe('CONDITION_SUCCEEDED');
  });

  it('makes no revision of an identical template', async () => {
    const shop = given();
    const { template } = await read(shop);
    const same = await shop.call('PATCH', `${SHOP}?updateMask=template`, { template });
    expect(await finished(shop, 'v2', same)).toMatchObject({
      response: { latestCreatedRevision: expect.stringContaining('shop-00007-abc') },
    });
    const forced = await shop.call('PATCH', `${SHOP}?updateMask=template&forceNewRevision=true`, { template });
    expect(await finished(shop, 'v2', forced)).toMatchObject({
      response: { latestCreatedRevision: expect.stringContaining('shop-00008-') },
    });
  });

  it('makes a revision of an annotation alone, and changes nothing else of the template', async () => {
    const shop = given();
    const { template } = await read(shop);
    const patched = await shop.call('PATCH', `${SHOP}?updateMask=template.annotations`, {
      template: { annotations: { 'example.com/change': 'run-1' } },
    });
    expect(await finished(shop, 'v2', patched)).toMatchObject({
      response: { template: { ...(template as Data), annotations: { 'example.com/change': 'run-1' } } },
    });
  });

  it('leaves the old revision serving when the new one fails, and the service FAILED through a later traffic change', async () => {
    const shop = given();
    const before = await read(shop);
    const failed = await deploy(shop, 'shop:broken');
    expect(failed).toMatchObject({
      error: {
        code: 9,
        message: expect.stringMatching(
          /^Revision 'shop-00008-\w{3}' is not ready and cannot serve traffic\. The user-provided container failed to start and listen/,
        ),
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'HEALTH_CHECK_CONTAINER_ERROR' }],
      },
    });
    const after = await read(shop);
    expect(after).toMatchObject({
      trafficStatuses: before['trafficStatuses'],
      latestReadyRevision: before['latestReadyRevision'],
      generation: '2',
      observedGeneration: '1',
      terminalCondition: { state: 'CONDITION_FAILED', severity: 'ERROR' },
    });
    const pinned = await finished(shop, 'v2', await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: PIN }));
    expect(pinned).toMatchObject({ error: { code: 9 } });
    expect(await read(shop)).toMatchObject({ trafficStatuses: PIN, terminalCondition: { state: 'CONDITION_FAILED' } });
    expect(await deploy(shop, 'shop:8')).toMatchObject({ response: { terminalCondition: { state: 'CONDITION_SUCCEEDED' } } });
  });

  it('names a revision as asked, once, and only with the prefix of the service', async () => {
    const shop = given();
    const { template } = await read(shop);
    const named = (revision: string, image: string) =>
      shop.call('PATCH', `${SHOP}?updateMask=template`, {
        template: { ...(template as Data), ...(containers(image)['template'] as Data), revision },
      });
    expect(await named('other-1', 'shop:8')).toMatchObject({ status: 400 });
    expect(await finished(shop, 'v2', await named('shop-fix', 'shop:8'))).toMatchObject({
      response: { latestReadyRevision: expect.stringMatching(/\/shop-fix$/) },
    });
    expect(await named('shop-fix', 'shop:9')).toMatchObject({ status: 409, data: { error: { status: 'ALREADY_EXISTS' } } });
  });

  it('refuses both a connector and a network interface, in the words that were observed', async () => {
    const connector = 'projects/shop-staging/locations/us-central1/connectors/shop-connector';
    const both = { template: { vpcAccess: { connector, networkInterfaces: [{ network: 'shop-vpc' }] } } };
    expect(await given().call('PATCH', `${SHOP}?updateMask=template.vpc_access`, both)).toMatchObject({
      status: 400,
      data: {
        error: {
          message:
            'Violation in UpdateServiceRequest.service.template.vpc_access.connector: one and only one of connector and network_interfaces must be set.',
        },
      },
    });
  });

  it.each([
    ['more than an hour for a request', { timeout: '3601s' }, 'timeout'],
    ['fewer instances at most than at least', { scaling: { minInstanceCount: 5, maxInstanceCount: 3 } }, 'scaling'],
    [
      'a startup probe that may wait longer than its period',
      { containers: [{ image: 'x', startupProbe: { timeoutSeconds: 20, periodSeconds: 10 } }] },
      'timeout_seconds',
    ],
    [
      'a start-up delay of more than four minutes',
      { containers: [{ image: 'x', startupProbe: { initialDelaySeconds: 241 } }] },
      'initial_delay_seconds',
    ],
    ['four CPU in less than two GiB', { containers: [{ image: 'x', resources: { limits: { cpu: '4', memory: '1Gi' } } }] }, 'memory'],
    ['no container', { containers: [] }, 'containers'],
    ['a field that templates do not have', { containres: [] }, 'containres'],
  ])('refuses %s', async (_case, template, said) => {
    const { call, simulator } = given();
    const mask = Object.keys(template)
      .map((field) => `template.${field}`)
      .join(',');
    const refused = await call('PATCH', `${SHOP}?updateMask=${mask}`, { template });
    expect(refused.status).toBe(400);
    expect(pick(refused.data, 'error', 'message')).toContain(said);
    expect(simulator.writes()).toEqual([]);
  });

  it('only validates when asked to', async () => {
    const shop = given();
    const before = await read(shop);
    expect(await shop.call('PATCH', `${SHOP}?updateMask=traffic&validateOnly=true`, { traffic: PIN })).toMatchObject({
      status: 200,
      data: { done: true },
    });
    expect(await read(shop)).toEqual(before);
    expect(shop.simulator.writes()).toEqual([]);
  });
});
