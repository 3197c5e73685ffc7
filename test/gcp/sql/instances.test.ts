import { describe, expect, test } from 'vitest';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const INSTANCE = { state: 'RUNNABLE', databaseVersion: 'POSTGRES_15', settings: { tier: 'db-custom-1-3840', activationPolicy: 'ALWAYS' } };

describe('a database instance', () => {
  test.each([
    ['no flag: null, for the tier to decide', INSTANCE, { maxConnectionsFlag: null, stopped: false }],
    [
      'the flag when set',
      { ...INSTANCE, settings: { ...INSTANCE.settings, databaseFlags: [{ name: 'max_connections', value: '200' }] } },
      { maxConnectionsFlag: 200 },
    ],
    [
      'RUNNABLE, yet stopped by its owner',
      { ...INSTANCE, settings: { ...INSTANCE.settings, activationPolicy: 'NEVER' } },
      { lifecycle: 'RUNNABLE', stopped: true },
    ],
  ])('%s', async (_what, body, expected) => {
    await using peer = await startPeer(() => ({ body }));
    expect(await cloudOver(peer.url, new SkippingClock()).sql.getInstance('staging-shared-postgres')).toMatchObject(expected);
  });

  test('all of the project are listed over all pages, with their addresses', async () => {
    const first = {
      name: 'a',
      connectionName: 'p:r:a',
      databaseVersion: 'MYSQL_8_0',
      ipAddresses: [{ type: 'PRIVATE', ipAddress: '10.0.0.3' }],
    };
    await using peer = await startPeer(({ path }) => ({
      body: path.includes('pageToken') ? { items: [{ name: 'b' }] } : { items: [first], nextPageToken: 'more' },
    }));
    expect(await cloudOver(peer.url, new SkippingClock()).sql.listInstances()).toEqual([
      { name: 'a', connectionName: 'p:r:a', version: 'MYSQL_8_0', addresses: ['10.0.0.3'] },
      expect.objectContaining({ name: 'b', version: 'unknown', addresses: [] }),
    ]);
  });
});
