import { describe, expect, it } from 'vitest';
import { CONNECTOR, given, PROJECT, SERVICES, SHOP } from './support/given.ts';

const DENIED = { grants: { denied: ['vpcaccess.connectors.update', 'run.services.list'] } };

describe('what the caller may do', () => {
  it.each(['v1', 'v3'])('is told by testIamPermissions %s, without what the scenario denies', async (version) => {
    const permissions = ['run.services.get', 'vpcaccess.connectors.update'];
    const { data } = await given(DENIED).call('POST', `/${version}/projects/${PROJECT}:testIamPermissions`, { permissions });
    expect(data).toEqual({ permissions: ['run.services.get'] });
  });

  it('is enforced: the same permissions answer 403, and nothing is written', async () => {
    const { call, simulator } = given(DENIED);
    const refused = await call('PATCH', `${CONNECTOR}?updateMask=machineType`, { machineType: 'e2-standard-4' });
    expect(refused).toMatchObject({
      status: 403,
      data: {
        error: {
          status: 'PERMISSION_DENIED',
          details: [{ reason: 'IAM_PERMISSION_DENIED', metadata: { permission: 'vpcaccess.connectors.update' } }],
        },
      },
    });
    expect(await call('GET', SERVICES)).toMatchObject({ status: 403 });
    expect(await call('GET', SHOP)).toMatchObject({ status: 200 });
    expect(simulator.writes()).toEqual([]);
  });

  it('does not tell whether a forbidden resource exists', async () => {
    const { call } = given(DENIED);
    const there = await call('PATCH', CONNECTOR, {});
    const gone = await call('PATCH', CONNECTOR.replace('shop-connector', 'other'), {});
    expect(gone).toEqual(there);
  });

  it('does not bind other people', async () => {
    const { call } = given(DENIED);
    expect(await call('GET', SERVICES, undefined, { 'x-sim-actor': 'ann@example.com' })).toMatchObject({ status: 200 });
  });

  it('needs actAs for a template, not for traffic', async () => {
    const { call } = given({ grants: { denied: ['iam.serviceAccounts.actAs'] } });
    expect(
      await call('PATCH', `${SHOP}?updateMask=template.containers`, { template: { containers: [{ image: 'shop:8' }] } }),
    ).toMatchObject({ status: 403 });
    expect(await call('PATCH', `${SHOP}?updateMask=traffic`, { traffic: [] })).toMatchObject({ status: 200 });
  });
});

describe('an API that is off', () => {
  const OFF = { apis: { disabled: ['vpcaccess.googleapis.com'] } };

  it('answers 403 with SERVICE_DISABLED', async () => {
    expect(await given(OFF).call('GET', CONNECTOR)).toMatchObject({
      status: 403,
      data: { error: { details: [{ reason: 'SERVICE_DISABLED', metadata: { service: 'vpcaccess.googleapis.com' } }] } },
    });
  });

  it('is shown as DISABLED by Service Usage', async () => {
    const { call } = given(OFF);
    const services = `/v1/projects/${PROJECT}/services`;
    expect((await call('GET', `${services}/vpcaccess.googleapis.com`)).data).toMatchObject({ state: 'DISABLED' });
    const names = ['run', 'vpcaccess'].map((api) => `names=projects/${PROJECT}/services/${api}.googleapis.com`).join('&');
    expect((await call('GET', `${services}:batchGet?${names}`)).data).toMatchObject({
      services: [{ state: 'ENABLED' }, { state: 'DISABLED' }],
    });
    const enabled = await call('GET', `${services}?filter=state:ENABLED`);
    expect(JSON.stringify(enabled.data)).not.toContain('vpcaccess');
  });
});
