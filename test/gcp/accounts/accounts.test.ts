import { describe, expect, test } from 'vitest';
import type { AccountFacts } from '../../../src/core/model/observation.ts';
import type { ServiceState } from '../../../src/core/model/observation.ts';
import { PROJECT, SERVICE, cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import type { Scripted } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const POLICY = `/v3/projects/${PROJECT}:getIamPolicy`;
const SECRETS = `/v1/projects/${PROJECT}/secrets`;
const MEMBER = 'serviceAccount:backend@example';
const SQL = 'roles/cloudsql.client';
const ACCESS = 'roles/secretmanager.secretAccessor';

const policy = (...roles: readonly string[]): Scripted => ({ body: { bindings: roles.map((role) => ({ role, members: [MEMBER] })) } });
const enabled: Scripted = { body: { state: 'ENABLED' } };

const MOUNTED = {
  ...SERVICE,
  template: { ...SERVICE.template, volumes: [{ name: 'cloudsql', cloudSqlInstance: { instances: ['p:us-central1:db'] } }] },
};

async function lacks(answers: Readonly<Record<string, Scripted>>, service: object = SERVICE): Promise<AccountFacts | undefined> {
  await using peer = await startPeer(({ path }) => {
    if (path.includes('/services/')) return { body: service };
    return answers[path.split('?')[0] ?? ''] ?? { status: 404, body: { error: { code: 404, status: 'NOT_FOUND', message: 'x' } } };
  });
  const cloud = cloudOver(peer.url, new SkippingClock());
  return (await cloud.accounts.describe([await cloud.run.getService('backend')]))['backend'];
}

describe('a runtime account', () => {
  test('with the roles that it needs lacks nothing', async () => {
    const facts = await lacks({ [POLICY]: policy(SQL, ACCESS), [`${SECRETS}/key/versions/1`]: enabled }, MOUNTED);
    expect(facts).toEqual({ account: 'backend@example', missing: [], brokenSecrets: [] });
  });

  test.each([
    ['Cloud SQL, where its socket is mounted', MOUNTED, [ACCESS], [SQL]],
    ['no Cloud SQL role, where nothing speaks of a socket', SERVICE, [ACCESS], []],
    ['nothing that editor brings along', MOUNTED, ['roles/editor', ACCESS], []],
    ['nothing that a custom role may hold', MOUNTED, ['projects/p/roles/ours'], []],
  ])('lacks %s', async (_what, service, roles, missing) => {
    const answers = { [POLICY]: policy(...roles), [`${SECRETS}/key/versions/1`]: enabled, [`${SECRETS}/key:getIamPolicy`]: policy(ACCESS) };
    expect((await lacks(answers, service))?.missing).toEqual(missing);
  });

  test.each<[string, Scripted, readonly string[]]>([
    ['missing when neither the project nor the secret gives it', policy(), [`${ACCESS} on key`]],
    ['there when the secret itself gives it', policy(ACCESS), []],
    ['not claimed to be missing when the secret may not be looked at', { status: 403, body: {} }, []],
  ])('has access to a secret: it is %s', async (_what, own, missing) => {
    const answers = { [POLICY]: policy(SQL), [`${SECRETS}/key/versions/1`]: enabled, [`${SECRETS}/key:getIamPolicy`]: own };
    expect((await lacks(answers))?.missing).toEqual(missing);
  });

  test.each<[string, Scripted | undefined, readonly string[]]>([
    ['does not exist', undefined, ['key:1']],
    ['is disabled', { body: { state: 'DISABLED' } }, ['key:1']],
    ['may not be looked at', { status: 403, body: {} }, []],
    ['is enabled', enabled, []],
  ])('refers to a secret that %s', async (_what, version, broken) => {
    const answers = { [POLICY]: policy(SQL, ACCESS), ...(version === undefined ? {} : { [`${SECRETS}/key/versions/1`]: version }) };
    expect((await lacks(answers))?.brokenSecrets).toEqual(broken);
  });

  test('is not known when the policy of the project may not be read', async () => {
    await expect(lacks({ [POLICY]: { status: 403, body: {} } })).rejects.toMatchObject({ kind: 'terminal', code: 'PERMISSION_DENIED' });
  });
});

describe('many secrets', () => {
  const many = Array.from({ length: 20 }, (_, index) => ({
    name: `S${index}`,
    valueSource: { secretKeyRef: { secret: `s${index}`, version: '1' } },
  }));
  const [container] = SERVICE.template.containers;
  const service = { ...SERVICE, template: { ...SERVICE.template, containers: [{ ...container, env: many }] } };

  test('are asked for eight at a time, and an answer is believed for half an hour', async () => {
    await using peer = await startPeer(({ path }) => {
      if (path.includes('/services/')) return { body: service };
      return path.includes(':getIamPolicy') ? policy(SQL, ACCESS) : { status: 404, body: {} };
    });
    const clock = new SkippingClock();
    const cloud = cloudOver(peer.url, clock);
    const state: ServiceState = await cloud.run.getService('backend');
    const found: number[] = [];
    const asked: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      cloud.takeReads();
      const facts = await cloud.accounts.describe([state]);
      found.push(facts['backend']?.brokenSecrets.length ?? 0);
      asked.push(cloud.takeReads()['secretmanager'] ?? 0);
      clock.advance(5 * 60_000);
    }
    expect([found, asked]).toEqual([
      [8, 16, 20, 20],
      [8, 8, 4, 0],
    ]);
  });
});
