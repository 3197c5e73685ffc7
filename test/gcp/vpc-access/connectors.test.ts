import { describe, expect, test } from 'vitest';
import { CONNECTOR, LOCATION, cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import type { Received, Scripted } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const serve =
  (connector: object) =>
  ({ method }: Received): Scripted => ({ body: method === 'GET' ? connector : { name: `${LOCATION}/operations/1` } });

describe('a connector update', () => {
  test.each([
    ['both bounds, though one differs', { minInstances: 3, maxInstances: 10, machineType: 'e2-micro' }, 'minInstances,maxInstances'],
    ['the machine type alone', { minInstances: 2, maxInstances: 10, machineType: 'e2-standard-4' }, 'machineType'],
    ['all that differs', { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' }, 'minInstances,maxInstances,machineType'],
  ] as const)('names in its mask %s, and sends the whole target', async (_what, target, mask) => {
    await using peer = await startPeer(serve(CONNECTOR));
    await cloudOver(peer.url, new SkippingClock()).vpcAccess.updateConnector('staging-connector', target);
    const sent = peer.received.at(-1);
    expect(new URL(sent?.path ?? '', peer.url).searchParams.get('updateMask')).toBe(mask);
    expect(JSON.parse(sent?.body ?? '')).toEqual(target);
  });

  test('that would change nothing is not sent', async () => {
    await using peer = await startPeer(serve(CONNECTOR));
    const target = { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' } as const;
    expect(await cloudOver(peer.url, new SkippingClock()).vpcAccess.updateConnector('staging-connector', target)).toEqual({
      operation: '',
    });
    expect(peer.received).toHaveLength(1);
  });

  test('waits for nobody: a connector under change is a conflict', async () => {
    await using peer = await startPeer(serve({ ...CONNECTOR, state: 'UPDATING' }));
    const target = { minInstances: 3, maxInstances: 10, machineType: 'e2-micro' } as const;
    await expect(cloudOver(peer.url, new SkippingClock()).vpcAccess.updateConnector('staging-connector', target)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'connector-busy',
    });
    expect(peer.received).toHaveLength(1);
  });
});

describe('a connector', () => {
  test.each([
    ['REPAIRING', 'UNKNOWN'],
    [undefined, 'UNKNOWN'],
    ['ERROR', 'ERROR'],
  ])('in state %s is %s, never a guess', async (state, lifecycle) => {
    await using peer = await startPeer(serve({ ...CONNECTOR, state }));
    expect((await cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('staging-connector')).lifecycle).toBe(lifecycle);
  });

  test('keeps a machine type that we do not know', async () => {
    await using peer = await startPeer(serve({ ...CONNECTOR, machineType: 'e3-mega' }));
    expect((await cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('staging-connector')).machineType).toBe('e3-mega');
  });

  test('operations come newest first with what they are about', async () => {
    const operation = (name: string, createTime: string) => ({ name, metadata: { createTime, target: `${LOCATION}/connectors/c1` } });
    await using peer = await startPeer(() => ({
      body: { operations: [operation('old', '2025-09-15T01:00:00Z'), { ...operation('new', '2025-09-15T02:00:00Z'), done: true }] },
    }));
    const operations = await cloudOver(peer.url, new SkippingClock()).vpcAccess.listOperations('c');
    expect(operations).toMatchObject([
      { name: 'new', done: true, error: null, target: `${LOCATION}/connectors/c1` },
      { name: 'old', done: false },
    ]);
  });
});
