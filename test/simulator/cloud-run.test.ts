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

async function deploy(shop: Given, image: string): Promise<Data> {
  return finished(shop, 'v2', await shop.call('PATCH', `${SHOP}?updateMask=template.containers`, containers(image)));
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
