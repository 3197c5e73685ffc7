import { describe, expect, test } from 'vitest';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

describe('permissions', () => {
  test('are asked a hundred at a time and come back as those that are granted', async () => {
    await using peer = await startPeer(({ body }) => ({
      body: { permissions: (JSON.parse(body) as { permissions: string[] }).permissions.filter((name) => name.endsWith('0')) },
    }));
    const names = Array.from({ length: 150 }, (_, index) => `run.services.p${index}`);
    expect(await cloudOver(peer.url, new SkippingClock()).permissions.granted(names)).toHaveLength(15);
    expect(peer.received).toHaveLength(2);
  });

  test('none granted is an empty list', async () => {
    await using peer = await startPeer(() => ({ body: {} }));
    expect(await cloudOver(peer.url, new SkippingClock()).permissions.granted(['a.b.c'])).toEqual([]);
  });

  test('only APIs that are enabled count', async () => {
    const services = [
      { name: 'projects/1/services/run.googleapis.com', state: 'ENABLED' },
      { name: 'projects/1/services/cloudsupport.googleapis.com', state: 'DISABLED' },
    ];
    await using peer = await startPeer(() => ({ body: { services } }));
    expect(
      await cloudOver(peer.url, new SkippingClock()).permissions.enabledApis(['run.googleapis.com', 'cloudsupport.googleapis.com']),
    ).toEqual(['run.googleapis.com']);
  });
});
