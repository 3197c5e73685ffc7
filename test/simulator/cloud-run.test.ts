import { describe, expect, it } from 'vitest';
import { finished, given, pick, SERVICES, SHOP, type Data, type Given } from './support/given.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const REVISION = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
const PIN = [{ type: REVISION, revision: 'shop-00006-xyz', percent: 100 }];

async function read({ call }: Given, path = SHOP): Promise<Data> {
  return (await call('GET', path)).data;
}

function containers(image: string): Data {
  return { template: { containers: [{ image }] } };
}

describe('traffic', () => {
  it('takes effect some seconds after the patch, without a new revision', async () => {
    const shop = given();
    const patched = await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: PIN });
    const pending = await read(shop);
    expect(pending).toMatchObject({ traffic: PIN, reconciling: true, generation: '2', observedGeneration: '1' });
    expect(pick(pending, 'trafficStatuses')).toHaveLength(2);
    expect(await finished(shop, 'v2', patched)).toMatchObject({
      response: { '@type': 'type.googleapis.com/google.cloud.run.v2.Service', trafficStatuses: PIN },
    });
    const settled = await read(shop);
    expect(settled).toMatchObject({
      generation: '2',
      observedGeneration: '2',
      terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED' },
    });
    expect(settled).not.toHaveProperty('reconciling');
    expect(pick((await shop.call('GET', `${SHOP}/revisions`)).data, 'revisions')).toHaveLength(2);
  });

  it.each([
    ['a sum that is not 100', [{ type: REVISION, revision: 'shop-00006-xyz', percent: 90 }], 'INVALID_ARGUMENT'],
    ['a revision that does not exist', [{ type: REVISION, revision: 'shop-00099-zzz', percent: 100 }], 'FAILED_PRECONDITION'],
    ['an entry for LATEST that names a revision', [{ type: LATEST, revision: 'shop-00006-xyz', percent: 100 }], 'INVALID_ARGUMENT'],
    ['an unknown type', [{ type: 'LATEST', percent: 100 }], 'INVALID_ARGUMENT'],
    [
      'the same tag twice',
      [
        { type: LATEST, percent: 100, tag: 'a' },
        { type: REVISION, revision: 'shop-00006-xyz', tag: 'a' },
      ],
      'INVALID_ARGUMENT',
    ],
  ])('refuses %s with 400, and nothing changes', async (_case, traffic, status) => {
    const shop = given();
    const before = await read(shop);
    expect(await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic })).toMatchObject({ status: 400, data: { error: { status } } });
    expect(await read(shop)).toEqual(before);
  });

  it('reads numeric enums, full revision names and an empty list', async () => {
    const shop = given();
    const full = `${SHOP.slice('/v2/'.length)}/revisions/shop-00006-xyz`;
    const numeric = await shop.call('PATCH', `${SHOP}?updateMask=traffic`, {
      traffic: [{ type: 2, revision: full, percent: 100 }],
      labels: {},
      annotations: {},
    });
    expect(await finished(shop, 'v2', numeric)).toMatchObject({ response: { trafficStatuses: PIN } });
    const empty = await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [] });
    expect(await finished(shop, 'v2', empty)).toMatchObject({ response: { trafficStatuses: [{ type: LATEST, percent: 100 }] } });
  });

  it('gives a tag an address of its own that reaches its revision', async () => {
    const shop = given();
    const old = (pick(await read(shop), 'trafficStatuses') as Data[]).find(({ tag }) => tag === 'old');
    expect(old).toMatchObject({ uri: 'http://simulator.invalid/_services/shop~old' });
    expect((await shop.call('GET', '/_services/shop~old/health')).status).toBe(200);
    expect((await shop.call('GET', '/_services/shop~new/health')).status).toBe(404);
  });
});

describe('etag', () => {
  it('refuses a stale one with 409 ABORTED in the words that were observed', async () => {
    const shop = given();
    const { etag } = await read(shop);
    await finished(shop, 'v2', await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { etag, traffic: PIN }));
    const stale = await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { etag, traffic: [] });
    const said = /^Conflict for resource 'shop': version '(\d+)' was specified but current version is '(\d+)'\.$/.exec(
      String(pick(stale.data, 'error', 'message')),
    );
    expect(stale).toMatchObject({ status: 409, data: { error: { code: 409, status: 'ABORTED' } } });
    expect(Number(said?.[2])).toBeGreaterThan(Number(said?.[1]));
    expect(await read(shop)).toMatchObject({ trafficStatuses: PIN });
  });

  it('lets the last writer win when none is sent', async () => {
    const shop = given();
    await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: PIN });
    expect(await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [] })).toMatchObject({ status: 200 });
  });
});

describe('lists', () => {
  it('shows the newest service first and in pages, and refuses the location -', async () => {
    const { call } = given();
    const first = await call('GET', `${SERVICES}?pageSize=1`);
    expect(first.data).toMatchObject({ services: [{ name: expect.stringMatching(/front$/) }], nextPageToken: expect.any(String) });
    const second = await call('GET', `${SERVICES}?pageSize=1&pageToken=${first.data['nextPageToken']}`);
    expect(second.data).toMatchObject({ services: [{ name: expect.stringMatching(/shop$/) }] });
    expect(second.data).not.toHaveProperty('nextPageToken');
    expect(await call('GET', SERVICES.replace('us-central1', '-'))).toMatchObject({ status: 400 });
  });

  it('shows the revisions of all services under -', async () => {
    const { data } = await given().call('GET', `${SERVICES}/-/revisions`);
    expect((data['revisions'] as Data[]).map(({ name }) => String(name).split('/').at(-1))).toEqual([
      'front-00001-aaa',
      'shop-00007-abc',
      'shop-00006-xyz',
    ]);
  });
});

describe('waiting for an operation', () => {
  it('answers at its end, or after the asked time', async () => {
    const shop = given();
    const patched = await shop.call('PATCH', `${SHOP}?updateMask=template.containers`, containers('shop:8'));
    const wait = `/v2/${patched.data['name']}:wait`;
    expect((await shop.call('POST', wait, { timeout: '2s' })).data).not.toHaveProperty('done');
    expect(shop.clock.now() - shop.scenario.startAt).toBe(2_000);
    expect((await shop.call('POST', wait, { timeout: '600s' })).data).toMatchObject({ done: true });
  });
});

describe('who did it', () => {
  it('writes an admin activity entry for each change, with its actor', async () => {
    const shop = given();
    await shop.call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: PIN }, { 'x-sim-actor': 'ann@example.com' });
    shop.clock.advance(60_000);
    const filter = 'logName="projects/shop-staging/logs/cloudaudit.googleapis.com%2Factivity" AND resource.labels.service_name="shop"';
    const { data } = await shop.call('POST', '/v2/entries:list', { resourceNames: ['projects/shop-staging'], filter });
    expect(data['entries']).toHaveLength(1);
    expect(data).toMatchObject({
      entries: [
        {
          protoPayload: {
            methodName: 'google.cloud.run.v2.Services.UpdateService',
            authenticationInfo: { principalEmail: 'ann@example.com' },
          },
        },
      ],
    });
    expect(shop.simulator.writes()).toMatchObject([{ actor: 'ann@example.com', resourceName: expect.stringMatching(/services\/shop$/) }]);
    expect(await read(shop)).toMatchObject({ lastModifier: 'ann@example.com' });
  });
});
