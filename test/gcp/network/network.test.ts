import { describe, expect, test } from 'vitest';
import type { Cloud } from '../../../src/ports/cloud.ts';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import type { Scripted } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const NETWORK = 'https://www.googleapis.com/compute/v1/projects/p/global/networks/main';

async function asked<T>(scripted: Scripted, ask: (cloud: Cloud) => Promise<T>): Promise<{ readonly answer: T; readonly path: string }> {
  await using peer = await startPeer(() => scripted);
  const answer = await ask(cloudOver(peer.url, new SkippingClock()));
  return { answer, path: peer.received[0]?.path ?? '' };
}

describe('Cloud NAT gateways', () => {
  test('are those of the routers of the region; a router without one has none', async () => {
    const nat = (option: string, ranges: string): object => ({
      name: option.toLowerCase(),
      natIpAllocateOption: option,
      sourceSubnetworkIpRangesToNat: ranges,
    });
    const items = [
      {
        name: 'r1',
        network: NETWORK,
        nats: [nat('MANUAL_ONLY', 'LIST_OF_SUBNETWORKS'), nat('AUTO_ONLY', 'ALL_SUBNETWORKS_ALL_IP_RANGES')],
      },
      { name: 'r2', network: NETWORK },
    ];
    const { answer, path } = await asked({ body: { items } }, (cloud) => cloud.network.gateways());
    expect(path).toContain('/regions/us-central1/routers');
    expect(answer).toEqual([
      { name: 'manual_only', network: 'main', addresses: 'fixed', allSubnets: false },
      { name: 'auto_only', network: 'main', addresses: 'changing', allSubnets: true },
    ]);
  });

  test('whose kind of addresses is not told count as ones that somebody may rely on', async () => {
    const items = [{ name: 'r', network: NETWORK, nats: [{ name: 'n' }] }];
    const { answer } = await asked({ body: { items } }, (cloud) => cloud.network.gateways());
    expect(answer).toMatchObject([{ addresses: 'fixed', allSubnets: false }]);
  });

  test('of a project without a router are none', async () => {
    expect((await asked({ body: {} }, (cloud) => cloud.network.gateways())).answer).toEqual([]);
  });
});

describe('a subnet', () => {
  test('is read with its network and range', async () => {
    const { answer } = await asked({ body: { name: 's', network: NETWORK, ipCidrRange: '10.0.0.0/24' } }, (cloud) =>
      cloud.network.subnet('s'),
    );
    expect(answer).toEqual({ network: 'main', range: '10.0.0.0/24' });
  });

  test('without a range is a bad answer, and one that is not there is terminal', async () => {
    await expect(asked({ body: { network: NETWORK } }, (cloud) => cloud.network.subnet('s'))).rejects.toMatchObject({ code: 'bad-answer' });
    const missing = { status: 404, body: { error: { code: 404, status: 'NOT_FOUND', message: 'no' } } };
    await expect(asked(missing, (cloud) => cloud.network.subnet('s'))).rejects.toMatchObject({ kind: 'terminal' });
  });
});
