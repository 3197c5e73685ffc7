import { describe, expect, test } from 'vitest';
import { actorOf } from '../../../src/controller/observing/actor.ts';
import { noNewerThan } from '../../../src/controller/observing/ages.ts';
import { MINUTE } from '../../../src/core/duration.ts';
import { absent } from '../../../src/core/model/measured.ts';
import { observerOver, scenarioLike, TICK } from './support/rig.ts';

const BACKEND = 'netra-backend-staging';
const CONNECTOR = 'staging-connector';
const CONNECTOR_PATH = '/v1/projects/netra-staging/locations/us-central1/connectors/staging-connector';

describe('one look at incident 1278', () => {
  test('sees everything that the document names, fresh, with its source', async () => {
    const { looks } = await observerOver('issue-1278');
    const seen = (await looks(11)).at(-1);
    const { connectors, databases, services } = seen ?? {};
    const database = databases?.['staging-shared-postgres'];
    const connector = connectors?.[CONNECTOR];
    for (const value of [
      connector?.throughput,
      connector?.packets,
      connector?.riders,
      database?.cpu,
      seen?.incidents,
      seen?.changes,
      seen?.accounts,
    ])
      expect(value).toMatchObject({ freshness: 'fresh', source: expect.stringContaining('') });
    expect(connector?.packets.value).toBeGreaterThan(100_000);
    expect(connector?.throughput.value).toBeGreaterThan(1e8);
    expect(connector?.riders.value?.map(({ service }) => service).sort()).toEqual(['netra-auth-service', BACKEND]);
    expect(database?.cpu.value).toBeGreaterThan(0);
    expect(seen?.accounts.value?.[BACKEND]).toEqual({
      account: 'netra-backend@netra-staging.iam.gserviceaccount.com',
      missing: [],
      brokenSecrets: [],
    });
    expect(services?.[BACKEND]?.state.value?.template).toMatchObject({
      ingress: expect.stringContaining('INGRESS_'),
      connector: CONNECTOR,
    });
  });

  test('counts starts that failed beside those that did not', async () => {
    const { looks } = await observerOver('issue-1278-as-logged');
    const seen = (await looks(11)).at(-1)?.services[BACKEND];
    expect(seen?.starts.value?.failed).toBeGreaterThan(10);
    expect(seen?.starts.freshness).not.toBe('absent');
  });

  test('knows of no starts, rather than of none that failed, when nothing started', async () => {
    const { looks } = await observerOver('already-healthy');
    const seen = (await looks(2)).at(-1)?.services[BACKEND];
    expect(seen?.starts).toMatchObject({ value: null, freshness: 'absent' });
  });
});

describe('what is around the services', () => {
  test('a broken link is named although the endpoint group itself is there', async () => {
    const { look } = await observerOver('broken-neg-target');
    const chain = (await look()).loadBalancer?.chain.value ?? [];
    expect(chain.filter(({ problem }) => problem !== null)).toEqual([
      { kind: 'service', name: 'netra-backend', leadsTo: [], problem: 'it does not exist' },
    ]);
  });

  test('a service that lets nobody in from outside ends the chain', async () => {
    const world = `world: { services: [{ name: ${BACKEND}, ingress: INGRESS_TRAFFIC_INTERNAL_ONLY }] }\n`;
    const { look } = await observerOver(scenarioLike('expired-certificate', world));
    const chain = (await look()).loadBalancer?.chain.value ?? [];
    expect(chain.find(({ name }) => name === BACKEND)).toMatchObject({
      kind: 'service',
      problem: expect.stringContaining('INTERNAL_ONLY'),
    });
  });

  test('certificates come with what Google says of them', async () => {
    const { look } = await observerOver('expired-certificate');
    const { at, loadBalancer } = await look();
    const [certificate] = loadBalancer?.certificates.value ?? [];
    expect(certificate).toMatchObject({ name: 'netra-staging-cert', status: 'RENEWAL_FAILED' });
    expect(certificate?.expiresAt).toBeLessThan(at);
  });

  test('incidents of Google are those that are open now', async () => {
    const { look, pass } = await observerOver('provider-incident');
    expect((await look()).incidents.value).toMatchObject([{ products: ['Cloud Run'], locations: ['us-central1'] }]);
    await pass(3 * 60 * MINUTE);
    expect((await look()).incidents.value).toEqual([]);
  });

  test('is read every five minutes and says how old it is in between', async () => {
    const { looks } = await observerOver('expired-certificate');
    const seen = await looks(11);
    const ages = seen.map(({ at, loadBalancer }) => at - (loadBalancer?.chain.measuredAt ?? 0));
    expect(ages).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0].map((ticks) => ticks * TICK));
    expect(seen.map(({ incidents }) => incidents.freshness)).toEqual(seen.map(() => 'fresh'));
  });
});

describe('what cannot be read', () => {
  test('is absent with the reason, and everything else is seen all the same', async () => {
    const denied = 'grants: { denied: [resourcemanager.projects.getIamPolicy, servicehealth.events.list, compute.backendServices.list] }\n';
    const { look } = await observerOver(scenarioLike('expired-certificate', denied));
    const seen = await look();
    for (const value of [seen.accounts, seen.incidents, seen.loadBalancer?.chain])
      expect(value).toMatchObject({ value: null, freshness: 'absent', problem: expect.stringContaining('PERMISSION_DENIED') });
    expect(seen.loadBalancer?.certificates.value).toHaveLength(1);
    expect(seen.services[BACKEND]?.state.freshness).toBe('fresh');
    expect(seen.changes.freshness).toBe('fresh');
  });

  test('is read again after a minute, not only after five', async () => {
    const fault = 'faults: [{ id: f, match: { path: /v1/**/events }, for: 20s, answer: { status: 403, statusText: PERMISSION_DENIED } }]\n';
    const { looks } = await observerOver(scenarioLike('already-healthy', fault));
    expect((await looks(4)).map(({ incidents }) => incidents.freshness)).toEqual(['absent', 'absent', 'fresh', 'fresh']);
  });

  test('is late, not fresh, once nothing newer could be read for long', async () => {
    const fault =
      'faults: [{ id: f, match: { path: /v1/**/events }, from: 1m, answer: { status: 403, statusText: PERMISSION_DENIED } }, { id: l, match: { path: /v2/entries:list }, from: 1m, answer: { status: 403, statusText: PERMISSION_DENIED } }]\n';
    const { look, pass } = await observerOver(scenarioLike('already-healthy', fault));
    expect((await look()).changes).toMatchObject({ freshness: 'fresh' });
    await pass(12 * MINUTE);
    expect((await look()).logs.freshness).toBe('late');
    const seen = await look();
    expect(seen.logs).toMatchObject({ freshness: 'absent', problem: expect.stringContaining('PERMISSION_DENIED') });
    expect(seen.changes).toMatchObject({ freshness: 'late', problem: expect.stringContaining('PERMISSION_DENIED') });
  });
});

describe('the one Logging read of a look', () => {
  test('goes to the lines and to the admin log in turn where looks are rare', async () => {
    const { look, pass } = await observerOver('already-healthy');
    await look();
    const fresh: string[] = [];
    for (let nth = 0; nth < 5; nth += 1) {
      await pass(10 * MINUTE);
      const { at, logs, changes } = await look();
      fresh.push(`${logs.measuredAt === at ? 'lines' : ''}${changes.measuredAt === at ? 'changes' : ''}`);
    }
    expect(fresh).toEqual(['changes', 'lines', 'changes', 'lines', 'changes']);
  });
});

describe('a change by somebody else', () => {
  test('is told with its actor in the look that sees it', async () => {
    const { looks, look, pass, byHand } = await observerOver('issue-1278');
    await looks(3);
    const changedAt = (await look()).at;
    await byHand('PATCH', `${CONNECTOR_PATH}?updateMask=machineType`, { machineType: 'e2-standard-4' });
    // Until the update is through; the look before it knew the old type.
    await pass(10 * MINUTE);
    const seen = await look();
    expect(seen.connectors[CONNECTOR]?.state.value?.machineType).toBe('e2-standard-4');
    const change = { subject: `connector:${CONNECTOR}`, diff: [], actor: null };
    expect(actorOf(change, seen, { servingSince: {} })).toBe('ann@example.com');
    expect(seen.reads['logging']).toBe(1);
    expect(seen.changes.value?.[0]?.at).toBeGreaterThanOrEqual(changedAt);
  });

  test('is asked about again while the admin log does not show it yet', async () => {
    const { looks, look, pass, byHand, spec } = await observerOver('already-healthy');
    await looks(3);
    const service = `/v2/projects/${spec.project}/locations/${spec.region}/services/${BACKEND}`;
    await byHand('PATCH', `${service}?updateMask=labels`, { labels: { by: 'ann' } });
    const atOnce = await look();
    expect(atOnce.changes.value?.[0]?.actor).not.toBe('ann@example.com');
    await pass(TICK);
    const next = await look();
    expect(next.changes.value?.[0]).toMatchObject({ actor: 'ann@example.com', resource: `services/${BACKEND}` });
    await pass(TICK);
    expect((await look()).logs.freshness).toBe('fresh');
  });

  test('has no actor when the newest change of the resource may be our own', async () => {
    const { look, clock } = await observerOver('already-healthy');
    const seen = await look();
    const at = clock.now() - MINUTE;
    const change = { subject: `service:${BACKEND}`, diff: [], actor: null };
    const logged = { ...seen, changes: { ...seen.changes, value: [{ at, actor: 'us', method: 'm', resource: `services/${BACKEND}` }] } };
    expect(actorOf(change, logged, { servingSince: { [BACKEND]: at } })).toBeNull();
    expect(actorOf(change, logged, { servingSince: { [BACKEND]: at - 1 } })).toBe('us');
    expect(actorOf(change, { ...seen, changes: { ...seen.changes, value: null } }, { servingSince: {} })).toBeNull();
    const wrote = (when: number) => ({ servingSince: {}, unseen: { since: 0, sentTo: [], wroteAt: { [`service:${BACKEND}`]: when } } });
    expect(actorOf(change, logged, wrote(at)), 'a new revision of ours that has no traffic yet').toBeNull();
    expect(actorOf(change, logged, wrote(at - 1))).toBe('us');
    const resized = { subject: `connector:${CONNECTOR}`, diff: [], actor: null };
    const ours = { at, actor: 'us', method: 'm', resource: `connectors/${CONNECTOR}` };
    const told = { ...seen, changes: { ...seen.changes, value: [ours] } };
    expect(actorOf(resized, told, { servingSince: { [`connector:${CONNECTOR}`]: at } })).toBeNull();
    expect(actorOf(resized, told, { servingSince: { [`connector:${CONNECTOR}`]: at - 1 } })).toBe('us');
  });
});

describe('the 95th percentile', () => {
  test('is as old as the newest request that it is made of', async () => {
    const { looks } = await observerOver('issue-1278');
    for (const { services } of await looks(6)) {
      const { p95Ms, requests } = services[BACKEND] ?? {};
      expect(p95Ms?.measuredAt ?? 0).toBeLessThanOrEqual(requests?.measuredAt ?? 0);
    }
  });

  test('is late when the newest request is late, or when nobody knows how old that is', () => {
    const value = { value: 900, measuredAt: 500_000, freshness: 'fresh' as const, source: 'p95' };
    const requests = { value: 1, measuredAt: 100_000, freshness: 'late' as const, source: 'requests' };
    expect(noNewerThan(value, requests)).toMatchObject({ value: 900, measuredAt: 100_000, freshness: 'late' });
    expect(noNewerThan(value, absent('requests'))).toMatchObject({ value: 900, freshness: 'late' });
    expect(noNewerThan(value, { ...requests, measuredAt: 500_000, freshness: 'fresh' })).toBe(value);
  });
});
