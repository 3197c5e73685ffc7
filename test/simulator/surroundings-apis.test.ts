import { describe, expect, it } from 'vitest';
import { readScenario } from '../../src/simulator/scenario.ts';
import { given, pick } from './support/given.ts';

const EVENTS = '/v1/projects/netra-staging/locations/global/events';
const SECRETS = '/v1/projects/netra-staging/secrets';
const MINUTE = 60_000;

describe('Service Health', () => {
  it('tells of nothing where nothing is', async () => {
    const { call } = given(readScenario('already-healthy'));
    expect((await call('GET', EVENTS)).data).toEqual({});
  });

  it('tells of an incident with products and places while it lasts, and of its end afterwards', async () => {
    const { call, clock } = given(readScenario('provider-incident'));
    const active = `${EVENTS}?filter=${encodeURIComponent('category = INCIDENT AND state = ACTIVE')}`;
    const event = pick((await call('GET', active)).data, 'events', 0);
    expect(event).toMatchObject({
      title: expect.stringContaining('Cloud Run'),
      state: 'ACTIVE',
      eventImpacts: [{ product: { productName: 'Cloud Run' }, location: { locationName: 'us-central1' } }],
    });
    clock.advance(101 * MINUTE);
    expect((await call('GET', active)).data).toEqual({});
    expect(pick((await call('GET', EVENTS)).data, 'events', 0)).toMatchObject({ state: 'CLOSED', endTime: expect.any(String) });
    expect((await call('GET', `/v1/${String(pick(event, 'name'))}`)).status).toBe(200);
  });

  it('refuses a filter that it cannot read', async () => {
    const { call } = given(readScenario('provider-incident'));
    expect((await call('GET', `${EVENTS}?filter=whatever`)).status).toBe(400);
  });
});

describe('the project’s IAM policy', () => {
  it.each(['v1', 'v3'])('binds the roles that the scenario gives to each runtime account (%s)', async (version) => {
    const scenario = readScenario('already-healthy');
    const services = scenario.world.services.map((one) =>
      one.role === 'auth' ? { ...one, accountRoles: ['roles/logging.logWriter'] } : one,
    );
    const { call } = given({ ...scenario, world: { ...scenario.world, services } });
    const { data } = await call('POST', `/${version}/projects/netra-staging:getIamPolicy`, {});
    const bindings = data['bindings'] as { role: string; members: string[] }[];
    const client = bindings.find(({ role }) => role === 'roles/cloudsql.client')!.members;
    expect(client).toContain('serviceAccount:netra-backend@netra-staging.iam.gserviceaccount.com');
    expect(client).not.toContain('serviceAccount:netra-auth@netra-staging.iam.gserviceaccount.com');
  });
});

describe('Secret Manager', () => {
  it('knows versions by number and by latest, and never what is in them', async () => {
    const { call } = given(readScenario('already-healthy'));
    const latest = await call('GET', `${SECRETS}/jwt-secret-staging/versions/latest`);
    expect(latest.data).toMatchObject({ name: expect.stringMatching(/versions\/3$/), state: 'ENABLED' });
    expect((await call('GET', `${SECRETS}/jwt-secret-staging/versions/4`)).status).toBe(404);
    expect((await call('GET', `${SECRETS}/other`)).status).toBe(404);
    expect((await call('GET', `${SECRETS}/jwt-secret-staging/versions/latest:access`)).status).toBe(501);
  });

  it('holds every secret that a template of the scenario refers to', async () => {
    const { call } = given(readScenario('issue-1278'));
    const service = await call('GET', '/v2/projects/netra-staging/locations/us-central1/services/netra-backend-staging');
    const env = pick(service.data, 'template', 'containers', 0, 'env') as {
      valueSource?: { secretKeyRef: { secret: string; version: string } };
    }[];
    const references = env.flatMap(({ valueSource }) => (valueSource ? [valueSource.secretKeyRef] : []));
    expect(references).not.toHaveLength(0);
    for (const { secret, version } of references) expect((await call('GET', `${SECRETS}/${secret}/versions/${version}`)).status).toBe(200);
  });
});
