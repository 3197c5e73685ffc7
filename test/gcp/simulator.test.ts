import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import type { TrafficTarget } from '../../src/core/model/observation.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { simulatedCloud } from './support/rehearsal-cloud.ts';

const CONNECTOR = 'staging-connector';
const BACKEND = 'netra-backend-staging';
const TARGET = { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' } as const;

function only(revision: string | null): readonly TrafficTarget[] {
  return [{ latest: false, revision, percent: 100, tag: null }];
}

function fault(path: string, method: string, answer: Fault['answer'], times = 1): Fault {
  return { id: 'f', match: { method, path }, times, answer } as Fault;
}

describe('the adapters over a simulated incident', () => {
  test('see what is wrong: a saturated connector, two warm revisions, 503s', async () => {
    const { cloud, clock, go } = await simulatedCloud();
    const now = clock.now();
    expect(await go(cloud.vpcAccess.getConnector(CONNECTOR))).toMatchObject({
      lifecycle: 'READY',
      machineType: 'e2-micro',
      maxInstances: 10,
    });
    expect((await go(cloud.metrics.connectorCpuP99(CONNECTOR, now))).value).toBeGreaterThan(0.8);
    expect(await go(cloud.metrics.connectorInstances(CONNECTOR, now))).toMatchObject({ value: 10, freshness: 'fresh' });
    const requests = (await go(cloud.metrics.requests(now, 5 * MINUTE)))[BACKEND];
    expect(requests?.value?.serverErrors).toBeGreaterThan(0);
    expect(Object.keys(requests?.value?.byRevision ?? {})).toHaveLength(2);
    const slow = await go(cloud.metrics.latencies(now, { windowMs: 5 * MINUTE, periodMs: MINUTE, lateFromMs: 4_000 }));
    expect(slow[BACKEND]?.value?.p95Ms).toBeGreaterThan(1_000);
    expect(Object.keys((await go(cloud.metrics.instances(now)))[BACKEND]?.value ?? {})).toHaveLength(2);
    expect((await go(cloud.metrics.databaseConnections('staging-shared-postgres', 'postgresql', now))).value).toBeGreaterThan(300);
    expect(await go(cloud.sql.getInstance('staging-shared-postgres'))).toMatchObject({ lifecycle: 'RUNNABLE', maxConnectionsFlag: 400 });
    expect((await go(cloud.run.listServices())).map(({ name }) => name)).toContain(BACKEND);
    expect((await go(cloud.run.listRevisions('-')))[BACKEND]).toHaveLength(2);
    expect((await go(cloud.logs.read([BACKEND], now - 10 * MINUTE, 500))).some(({ http }) => http?.status === 503)).toBe(true);
  });

  test('change the connector and follow the operation to its end', async () => {
    const { cloud, go, pass } = await simulatedCloud();
    const { operation } = await go(cloud.vpcAccess.updateConnector(CONNECTOR, TARGET));
    expect(await go(cloud.vpcAccess.getOperation(operation))).toMatchObject({ done: false, error: null });
    await expect(go(cloud.vpcAccess.updateConnector(CONNECTOR, TARGET))).rejects.toMatchObject({ kind: 'conflict' });
    await pass(7 * MINUTE);
    expect(await go(cloud.vpcAccess.getOperation(operation))).toMatchObject({ done: true, error: null });
    expect(await go(cloud.vpcAccess.getConnector(CONNECTOR))).toMatchObject(TARGET);
  });

  test('pin traffic under the etag, and lose to whoever came first', async () => {
    const { cloud, go, pass } = await simulatedCloud();
    const before = await go(cloud.run.getService(BACKEND));
    await go(cloud.run.setTraffic(BACKEND, before.etag, only(before.latestReadyRevision)));
    await pass(MINUTE);
    expect((await go(cloud.run.getService(BACKEND))).trafficStatuses).toEqual(only(before.latestReadyRevision));
    await expect(go(cloud.run.setTraffic(BACKEND, before.etag, only(before.latestReadyRevision)))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'ABORTED',
    });
  });

  test('a deploy makes a revision without traffic that looks like the service that works, and is sent once', async () => {
    const { cloud, simulator, go } = await simulatedCloud();
    const { etag, trafficStatuses } = await go(cloud.run.getService(BACKEND));
    const like = await go(cloud.run.getService('netra-frontend-staging'));
    const deploy = { like: like.name, image: null, env: { MODE: 'safe' } };
    const change = { key: 'run-1/9/deployService', etag, deploy, keepTraffic: trafficStatuses };
    await go(cloud.run.deploy(BACKEND, change));
    expect(await go(cloud.run.deploy(BACKEND, change))).toEqual({ operation: '' });
    expect(simulator.writes().filter(({ resourceName }) => resourceName.endsWith(BACKEND))).toHaveLength(1);
    const after = await go(cloud.run.getService(BACKEND));
    expect(after.changeKey).toBe(change.key);
    expect(after.template).toMatchObject({ cpu: like.template.cpu, memory: like.template.memory, connector: CONNECTOR });
    expect(after.traffic.map(({ revision }) => revision)).not.toContain(after.latestCreatedRevision);
  });

  test('open, comment on, attach to, escalate and close one support case', async () => {
    const { cloud, go } = await simulatedCloud();
    const classificationId = (await go(cloud.support.classifications('Cloud Run')))[0]!.id;
    const draft = { displayName: '[run-1] 503', description: 'x', classificationId, priority: 'P1', timeZone: 'UTC', languageCode: 'en' };
    const opened = await go(cloud.support.create({ ...draft, subscribers: [] }));
    expect(await go(cloud.support.findOpen('run-1'))).toMatchObject([{ name: opened.name }]);
    await go(cloud.support.comment(opened.name, 'still so'));
    expect(await go(cloud.support.comments(opened.name))).toMatchObject([{ body: 'still so', byGoogle: false }]);
    await go(cloud.support.attach(opened.name, { name: 'evidence.md', text: '# Evidence — 54 %\n' }));
    expect(await go(cloud.support.attachments(opened.name))).toEqual(['evidence.md']);
    await go(cloud.support.escalate(opened.name, { reason: 'RESOLUTION_TIME', justification: 'no answer' }));
    expect(await go(cloud.support.get(opened.name))).toMatchObject({ state: 'NEW', escalated: true, priority: 'P1' });
    await go(cloud.support.close(opened.name));
    expect(await go(cloud.support.findOpen('run-1'))).toEqual([]);
  });

  test('tell what is granted and what is switched on', async () => {
    const { cloud, go } = await simulatedCloud();
    expect(await go(cloud.permissions.granted(['run.services.update']))).toEqual(['run.services.update']);
    expect(await go(cloud.permissions.enabledApis(['run.googleapis.com', 'none.googleapis.com']))).toEqual(['run.googleapis.com']);
  });
});

describe('faults', () => {
  const connectors = '/v1/**/connectors/*';
  const backend = `/v2/**/services/${BACKEND}`;

  test.each([
    ['a connector patch', connectors],
    ['a traffic patch', backend],
  ])('%s whose answer is lost after the commit is of unknown outcome and not sent again', async (_what, path) => {
    const { cloud, simulator, go } = await simulatedCloud([fault(path, 'PATCH', { lostAfterCommit: true })]);
    const { etag, latestReadyRevision } = await go(cloud.run.getService(BACKEND));
    const write =
      path === connectors
        ? cloud.vpcAccess.updateConnector(CONNECTOR, TARGET)
        : cloud.run.setTraffic(BACKEND, etag, only(latestReadyRevision));
    await expect(go(write)).rejects.toMatchObject({ kind: 'outcome-unknown' });
    expect(simulator.writes()).toHaveLength(1);
    expect(simulator.faults.unconsumed()).toEqual([]);
  });

  test('a read that hangs costs one attempt of 10 s, on the virtual clock', async () => {
    const { cloud, clock, go } = await simulatedCloud([fault(connectors, 'GET', { hang: true })]);
    const startedAt = clock.now();
    expect(await go(cloud.vpcAccess.getConnector(CONNECTOR))).toMatchObject({ name: CONNECTOR });
    expect(clock.now() - startedAt).toBe(10_188);
  });

  test('a write that hangs is given up after 30 s, on the virtual clock', async () => {
    const { cloud, clock, go } = await simulatedCloud([fault(backend, 'PATCH', { hang: true })]);
    const { etag, latestReadyRevision } = await go(cloud.run.getService(BACKEND));
    const startedAt = clock.now();
    await expect(go(cloud.run.setTraffic(BACKEND, etag, only(latestReadyRevision)))).rejects.toMatchObject({ kind: 'outcome-unknown' });
    expect(clock.now() - startedAt).toBe(30_000);
  });

  test('a brown-out of 503 is ridden out by reads', async () => {
    const { cloud, go } = await simulatedCloud([fault(connectors, 'GET', { status: 503 }, 3)]);
    expect(await go(cloud.vpcAccess.getConnector(CONNECTOR))).toMatchObject({ name: CONNECTOR });
    expect(cloud.takeReads()).toEqual({ vpcaccess: 4 });
  });
});
