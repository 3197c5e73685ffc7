import { SqlInstancesServiceClient } from '@google-cloud/sql/build/src/v1/sql_instances_service_client.js';
import { PassThroughClient } from 'google-auth-library';
import { describe, expect, test } from 'vitest';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const WHOLE = {
  name: 'shop-db',
  state: 'RUNNABLE',
  databaseVersion: 'POSTGRES_15',
  settings: { tier: 'db-custom-2-7680', activationPolicy: 'NEVER', databaseFlags: [{ name: 'max_connections', value: '400' }] },
};

/** What our JSON reader and the generated client make of the same answer. */
async function read(body: object): Promise<{ readonly ours: object; readonly generated: object }> {
  await using peer = await startPeer(() => ({ body }));
  const ours = await cloudOver(peer.url, new SkippingClock()).sql.getInstance('shop-db');
  const { hostname, port } = new URL(peer.url);
  const options = {
    fallback: true as const,
    protocol: 'http',
    apiEndpoint: hostname,
    port: Number(port),
    authClient: new PassThroughClient(),
  };
  const client = new SqlInstancesServiceClient(options);
  const [{ state, databaseVersion, settings }] = await client.get({ project: 'p', instance: 'shop-db' });
  await client.close();
  const flag = settings?.databaseFlags?.find(({ name }) => name === 'max_connections')?.value;
  const generated = {
    lifecycle: state,
    stopped: settings?.activationPolicy === 'NEVER',
    tier: settings?.tier,
    version: databaseVersion,
    maxConnectionsFlag: flag === undefined ? null : Number(flag),
  };
  return { ours, generated };
}

/** The two halves of decision 0003. */
describe('an instance of Cloud SQL', () => {
  test('is told alike by the JSON and by the generated client, in all that the client knows', async () => {
    const { ours, generated } = await read(WHOLE);
    expect(generated).toEqual(ours);
  });

  test.each([
    ['version', { ...WHOLE, databaseVersion: 'POSTGRES_99' }, 'POSTGRES_99', 'SQL_DATABASE_VERSION_UNSPECIFIED'],
    ['lifecycle', { ...WHOLE, state: 'HIBERNATING' }, 'HIBERNATING', 'SQL_INSTANCE_STATE_UNSPECIFIED'],
  ])('keeps in the JSON a %s that is younger than the client, which makes nothing of it', async (field, body, said, lost) => {
    const { ours, generated } = await read(body);
    expect([ours, generated]).toMatchObject([{ [field]: said }, { [field]: lost }]);
  });
});
