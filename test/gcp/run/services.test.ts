import { describe, expect, test } from 'vitest';
import { LOCATION, SERVICE, cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import type { Received, Scripted } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const KEEP = [{ latest: true, revision: 'backend-00007-aaa', percent: 100, tag: null }];
const change = { key: 'run-1/3/deployService', etag: '"e7"', deploy: { like: null, image: null, env: {} }, keepTraffic: KEEP };
const OPERATION = { name: `${LOCATION}/operations/op-9` };

describe('a service as Google describes it', () => {
  test('comes back with short names and what LATEST stands for', async () => {
    await using peer = await startPeer(() => ({ body: SERVICE }));
    const service = await cloudOver(peer.url, new SkippingClock()).run.getService('backend');
    expect(service).toMatchObject({
      name: 'backend',
      etag: '"e7"',
      reconciling: false,
      latestReadyRevision: 'backend-00007-aaa',
      traffic: [{ latest: true, revision: 'backend-00007-aaa', percent: 100, tag: null }],
      changeKey: null,
      template: {
        image: 'gcr.io/p/backend@sha256:1',
        cpu: '1',
        connector: 'staging-connector',
        egress: 'ALL_TRAFFIC',
        timeoutMs: 300_000,
        startupProbe: 'tcp every 10s, 3 failures',
      },
    });
  });

  test('tells its account, ingress, settings and secrets, and never what is in one', async () => {
    const [container] = SERVICE.template.containers;
    const env = [...(container?.env ?? []), { name: 'REDIS_HOST', value: '10.166.204.83' }, { name: 'ADMIN_PASSWORD', value: 'hunter2' }];
    const volumes = [
      { name: 'sql', cloudSqlInstance: { instances: ['p:us-central1:db'] } },
      { name: 'keys', secret: { secret: 'projects/9/secrets/signing', items: [{ path: 'key.pem', version: '3' }] } },
    ];
    const template = { ...SERVICE.template, containers: [{ ...container, env }], volumes };
    await using peer = await startPeer(() => ({ body: { ...SERVICE, ingress: 'INGRESS_TRAFFIC_ALL', template } }));
    const { template: facts } = await cloudOver(peer.url, new SkippingClock()).run.getService('backend');
    expect(facts).toMatchObject({
      serviceAccount: 'backend@example',
      ingress: 'INGRESS_TRAFFIC_ALL',
      env: { MODE: '…', REDIS_HOST: '10.166.204.83', ADMIN_PASSWORD: '…' },
      secrets: { KEY: 'key:1', 'volume:keys/key.pem': 'signing:3' },
      sqlInstances: ['p:us-central1:db'],
    });
    expect(JSON.stringify(facts)).not.toContain('hunter2');
  });

  test.each([
    ['no bound where it sets none', undefined, undefined],
    ['its bounds, and none for zero', { minInstanceCount: 2 }, { minInstances: 2, maxInstances: null }],
    ['both', { minInstanceCount: 2, maxInstanceCount: 9, scalingMode: 'AUTOMATIC' }, { minInstances: 2, maxInstances: 9 }],
    ['that a human has fixed the number', { scalingMode: 'MANUAL', manualInstanceCount: 3 }, 'manual'],
  ])('tells of the instances of the whole service %s', async (_what, scaling, bounds) => {
    await using peer = await startPeer(() => ({ body: { ...SERVICE, scaling } }));
    expect((await cloudOver(peer.url, new SkippingClock()).run.getService('backend')).bounds).toEqual(bounds);
  });

  test('an empty traffic list is written out as 100 % to the latest', async () => {
    await using peer = await startPeer(() => ({ body: { ...SERVICE, traffic: [] } }));
    expect((await cloudOver(peer.url, new SkippingClock()).run.getService('backend')).traffic).toEqual([
      { latest: true, revision: 'backend-00007-aaa', percent: 100, tag: null },
    ]);
  });

  test.each([
    ['etag', { ...SERVICE, etag: undefined }],
    ['generation', { ...SERVICE, generation: 7 }],
    ['template.containers', { ...SERVICE, template: { containers: [] } }],
  ])('is a bad answer when %s does not fit', async (path, body) => {
    await using peer = await startPeer(() => ({ body }));
    await expect(cloudOver(peer.url, new SkippingClock()).run.getService('backend')).rejects.toMatchObject({
      code: 'bad-answer',
      message: expect.stringContaining(path),
    });
  });

  test('is followed over all pages, and half a region is no answer', async () => {
    const pages: readonly Scripted[] = [
      { body: { services: [SERVICE], nextPageToken: 'two' } },
      { body: { services: [{ ...SERVICE, name: `${LOCATION}/services/auth` }] } },
    ];
    await using peer = await startPeer((_request, nth) => pages[nth - 1] ?? {});
    expect((await cloudOver(peer.url, new SkippingClock()).run.listServices()).map(({ name }) => name)).toEqual(['backend', 'auth']);
    await using partial = await startPeer(() => ({ body: { services: [SERVICE], unreachable: ['us-central1'] } }));
    await expect(cloudOver(partial.url, new SkippingClock()).run.listServices()).rejects.toMatchObject({
      kind: 'transient',
      code: 'partial-answer',
    });
  });

  test('revisions are grouped by service, newest first, with what keeps them from being ready', async () => {
    const revision = (service: string, name: string, createTime: string, ready: object) => ({
      name: `${LOCATION}/services/${service}/revisions/${name}`,
      createTime,
      containers: [{ image: `img-${name}` }],
      conditions: [
        { type: 'Active', state: 'CONDITION_FAILED' },
        { type: 'Ready', ...ready },
      ],
    });
    const revisions = [
      revision('backend', 'b-1', '2025-09-15T01:00:00Z', { state: 'CONDITION_SUCCEEDED' }),
      revision('backend', 'b-2', '2025-09-15T02:00:00Z', {
        state: 'CONDITION_FAILED',
        revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR',
        message: 'did not listen',
      }),
      revision('auth', 'a-1', '2025-09-15T01:00:00Z', { state: 'CONDITION_FROM_THE_FUTURE' }),
    ];
    await using peer = await startPeer(() => ({ body: { revisions } }));
    expect(await cloudOver(peer.url, new SkippingClock()).run.listRevisions('-')).toEqual({
      backend: [
        {
          name: 'b-2',
          createdAt: Date.parse('2025-09-15T02:00:00Z'),
          ready: 'no',
          reason: 'HEALTH_CHECK_CONTAINER_ERROR',
          message: 'did not listen',
          image: 'img-b-2',
        },
        { name: 'b-1', createdAt: Date.parse('2025-09-15T01:00:00Z'), ready: 'yes', reason: null, message: null, image: 'img-b-1' },
      ],
      auth: [
        { name: 'a-1', createdAt: Date.parse('2025-09-15T01:00:00Z'), ready: 'unknown', reason: null, message: null, image: 'img-a-1' },
      ],
    });
    expect(peer.received[0]?.path).toContain('/services/-/revisions');
  });
});

describe('the bounds of a service', () => {
  const sentWith = async (traffic: typeof KEEP | null) => {
    await using peer = await startPeer(() => ({ body: OPERATION }));
    const answer = await cloudOver(peer.url, new SkippingClock()).run.setBounds('backend', '"e7"', {
      bounds: { minInstances: 2, maxInstances: null },
      traffic,
    });
    expect(answer).toEqual({ operation: OPERATION.name });
    const [sent, ...others] = peer.received;
    expect(others).toEqual([]);
    return { mask: new URL(sent?.path ?? '', peer.url).searchParams.get('updateMask'), body: JSON.parse(sent?.body ?? '') as object };
  };

  test('are written under the etag and touch nothing else; none is spelled zero', async () => {
    const { mask, body } = await sentWith(null);
    expect(mask).toBe('scaling.minInstanceCount,scaling.maxInstanceCount');
    expect(body).toEqual({ name: `${LOCATION}/services/backend`, etag: '"e7"', scaling: { minInstanceCount: 2, maxInstanceCount: 0 } });
  });

  test('go with a traffic vector in one request', async () => {
    const { mask, body } = await sentWith(KEEP);
    expect(mask).toBe('scaling.minInstanceCount,scaling.maxInstanceCount,traffic');
    expect(body).toMatchObject({ traffic: [{ percent: 100 }] });
  });

  test('are never written without an etag', async () => {
    await using peer = await startPeer(() => ({ body: OPERATION }));
    const write = cloudOver(peer.url, new SkippingClock()).run.setBounds('backend', '', {
      bounds: { minInstances: 0, maxInstances: 8 },
      traffic: null,
    });
    await expect(write).rejects.toMatchObject({ kind: 'conflict' });
    expect(peer.received).toEqual([]);
  });
});

describe('a deploy', () => {
  const serve =
    (service: object) =>
    ({ method }: Received): Scripted => ({ body: method === 'GET' ? service : OPERATION });

  test('sends exactly the touched fields under the etag, with the traffic pinned by name', async () => {
    await using peer = await startPeer(serve(SERVICE));
    expect(await cloudOver(peer.url, new SkippingClock()).run.deploy('backend', change)).toEqual({ operation: OPERATION.name });
    const sent = peer.received.at(-1);
    expect(new URL(sent?.path ?? '', peer.url).searchParams.get('updateMask')).toBe('template.annotations,template.revision,traffic');
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      etag: '"e7"',
      template: { annotations: { 'firebreak.dev/change': change.key }, futureField: { deep: [1, 2] } },
      traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'backend-00007-aaa', percent: 100 }],
    });
  });

  test('that was sent before is not sent again', async () => {
    const ours = { ...SERVICE, etag: '"e8"', template: { ...SERVICE.template, annotations: { 'firebreak.dev/change': change.key } } };
    await using peer = await startPeer(serve(ours));
    expect(await cloudOver(peer.url, new SkippingClock()).run.deploy('backend', change)).toEqual({ operation: '' });
    expect(peer.received.map(({ method }) => method)).toEqual(['GET']);
  });

  test('is not sent over somebody else’s change', async () => {
    await using peer = await startPeer(serve({ ...SERVICE, etag: '"e8"' }));
    await expect(cloudOver(peer.url, new SkippingClock()).run.deploy('backend', change)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'etag-changed',
    });
    expect(peer.received.map(({ method }) => method)).toEqual(['GET']);
  });

  test('reads the service to be like, once', async () => {
    await using peer = await startPeer(serve(SERVICE));
    await cloudOver(peer.url, new SkippingClock()).run.deploy('backend', { ...change, deploy: { ...change.deploy, like: 'frontend' } });
    expect(peer.received.map(({ method, path }) => `${method} ${path.split('/').at(-1)?.split('?')[0]}`)).toEqual([
      'GET backend',
      'GET frontend',
      'PATCH backend',
    ]);
  });
});
