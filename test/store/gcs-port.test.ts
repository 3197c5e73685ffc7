import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listTargets, openStore } from '../../src/composition/stores.ts';
import { InvariantError } from '../../src/core/errors.ts';
import { createAuthClient } from '../../src/google/auth.ts';
import { createWallClock } from '../../src/clocks/wall-clock.ts';
import { GuardedClient } from '../../src/google/http.ts';
import { httpOver } from '../../src/composition/cloud-storage.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import { given } from '../simulator/support/given.ts';
import { command, lineAt, owner, recordAt } from './contract.ts';

const STATE = 'gs://runs/team';
const TARGET = 'shop-staging/us-central1/shop';

describe('a store opened by its name, over a port', () => {
  let server: Awaited<ReturnType<typeof serveSimulator>>;
  beforeAll(async () => {
    server = await serveSimulator({ port: 0, scenario: given().scenario, speed: 'lockstep' });
  });
  afterAll(() => server.close());

  it('keeps a run in the Cloud Storage of --endpoint, in the time of --clock, for every process that asks there', async () => {
    const reach = { endpoint: server.url, clock: server.url };
    expect(await listTargets(STATE, reach)).toEqual([]);
    const store = await openStore(STATE, TARGET, reach);
    const now = server.simulator.clock.now();
    const { lease } = await store.acquireLease(owner('a'), now, 3_600_000);
    await store.save(recordAt(lease.epoch, 1, { snapshot: { text: 'ü – “quoted”\r\n--firebreak-object--' } }));
    await store.save(recordAt(lease.epoch, 2));
    await store.appendJournal('run/1', [lineAt(1, 'ü')]);
    await store.sendCommand(command('a/b', now));
    const other = await openStore(STATE, TARGET, reach);
    expect(await listTargets(STATE, reach)).toEqual([TARGET]);
    expect(await other.load()).toEqual(recordAt(lease.epoch, 2));
    expect(await other.readJournal('run/1')).toEqual([lineAt(1, 'ü')]);
    expect(await other.readCommands()).toEqual([command('a/b', now)]);
    expect((await other.acquireLease(owner('b'), now, 3_600_000)).lease.owner.token).toBe('a');
  });

  it('says where nothing answers', async () => {
    const store = await openStore(STATE, TARGET, { endpoint: 'http://127.0.0.1:9' });
    await expect(store.load()).rejects.toMatchObject({ kind: 'transient' });
  });

  it('never speaks to Google when an endpoint is given', async () => {
    const authClient = await createAuthClient({ project: null, baseUrl: server.url, clock: createWallClock() });
    const http = httpOver(new GuardedClient({ authClient, baseUrl: server.url, readOnly: false }));
    const url = 'https://storage.googleapis.com/storage/v1/b/runs/o';
    await expect(http({ method: 'GET', url, headers: {}, signal: new AbortController().signal })).rejects.toThrow(InvariantError);
  });
});
