import { PassThroughClient } from 'google-auth-library';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/core/errors.ts';
import { GuardedClient, isRead } from '../../src/google/http.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { CONNECTOR, SERVICE, cloudOver } from './support/cloud-over.ts';
import { startPeer } from './support/peer.ts';
import type { Received, Scripted } from './support/peer.ts';
import { SkippingClock } from './support/skipping-clock.ts';

const KEEP = [{ latest: false, revision: 'backend-00007-aaa', percent: 100, tag: null }];
const CASE = 'projects/netra-staging/cases/1';

const writes: Readonly<Record<string, (cloud: Cloud) => Promise<unknown>>> = {
  updateConnector: (cloud) =>
    cloud.vpcAccess.updateConnector('staging-connector', { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' }),
  setTraffic: (cloud) => cloud.run.setTraffic('backend', '"e7"', KEEP),
  setBounds: (cloud) => cloud.run.setBounds('backend', '"e7"', { bounds: { minInstances: 0, maxInstances: 8 }, traffic: null }),
  deploy: (cloud) =>
    cloud.run.deploy('backend', { key: 'r/1/deploy', etag: '"e7"', deploy: { like: null, image: null, env: {} }, keepTraffic: KEEP }),
  'support.create': (cloud) =>
    cloud.support.create({
      displayName: 'x',
      description: 'x',
      classificationId: '1',
      priority: 'P1',
      timeZone: 'UTC',
      languageCode: 'en',
      subscribers: [],
    }),
  'support.comment': (cloud) => cloud.support.comment(CASE, 'x'),
  'support.attach': (cloud) => cloud.support.attach(CASE, { name: 'x.md', text: 'x' }),
  'support.escalate': (cloud) => cloud.support.escalate(CASE, { reason: 'RESOLUTION_TIME', justification: 'x' }),
  'support.close': (cloud) => cloud.support.close(CASE),
};

function serve({ path }: Received): Scripted {
  return {
    body: path.includes('/connectors/')
      ? CONNECTOR
      : path.includes(':testIamPermissions')
        ? { permissions: ['a'] }
        : path.includes('entries:list')
          ? {}
          : SERVICE,
  };
}

describe('a cloud that may only read', () => {
  test.each(Object.entries(writes))('refuses %s before a byte of it leaves', async (_name, write) => {
    await using peer = await startPeer(serve);
    await expect(write(cloudOver(peer.url, new SkippingClock(), true))).rejects.toBeInstanceOf(InvariantError);
    expect(peer.received.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('still asks the questions that Google wants as a POST', async () => {
    await using peer = await startPeer(serve);
    const cloud = cloudOver(peer.url, new SkippingClock(), true);
    expect(await cloud.permissions.granted(['a', 'b'])).toEqual(['a']);
    expect(await cloud.logs.read(['backend'], 0, 10)).toEqual([]);
    expect(peer.received.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  test.each([
    ['PATCH', '/v2/projects/p/locations/r/services/s', false],
    ['PUT', '/v1/projects/p', false],
    ['DELETE', '/v1/projects/p/locations/r/connectors/c', false],
    ['POST', '/v2/entries:write', false],
    ['POST', '/v2/projects/p/cases', false],
    ['POST', '/v2/projects/p/cases/1:escalate', false],
    ['POST', '/v3/projects/p:setIamPolicy', false],
    ['POST', '/v2/projects/p/cases/entries:list', false],
    ['POST', '/v2/entries:list', true],
    ['POST', '/v3/projects/p:testIamPermissions', true],
    ['POST', '/v3/projects/p:getIamPolicy', true],
    ['POST', '/v1/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com:testIamPermissions', true],
    ['POST', '/v1/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com:signBlob', false],
    ['POST', '/v1/projects/p/secrets/s:setIamPolicy', false],
    ['POST', '/v1/projects/p/secrets/s/versions/1:access', false],
    ['GET', '/anything', true],
  ])('%s %s: reading is %s', (method, path, reading) => {
    expect(isRead(method, new URL(`https://run.googleapis.com${path}`), undefined)).toBe(reading);
  });

  test('a GET that carries another method in a header is a write', () => {
    expect(isRead('GET', new URL('https://run.googleapis.com/v2/x'), { 'X-HTTP-Method-Override': 'PATCH' })).toBe(false);
  });
});

describe('a cloud over an endpoint', () => {
  const guarded = (baseUrl: string | null): GuardedClient =>
    new GuardedClient({ authClient: new PassThroughClient(), baseUrl, readOnly: false });

  test.each([
    ['http://127.0.0.1:9', 'https://run.googleapis.com/v2/x'],
    ['http://127.0.0.1:9', 'http://127.0.0.1:10/v2/x'],
    [null, 'https://example.com/v2/x'],
    [null, 'http://run.googleapis.com/v2/x'],
    [null, 'https://googleapis.com.example.com/v2/x'],
  ])('%s never sends to %s', async (baseUrl, url) => {
    await expect(guarded(baseUrl).request({ url })).rejects.toBeInstanceOf(InvariantError);
  });

  test('hands no token to a library', async () => {
    expect([...(await guarded(null).getRequestHeaders())]).toEqual([]);
    expect(await guarded(null).getAccessToken()).toEqual({});
  });
});
