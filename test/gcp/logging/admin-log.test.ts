import { describe, expect, test } from 'vitest';
import { LOCATION, PROJECT, cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import type { Scripted } from '../support/peer.ts';
import { simulatedCloud } from '../support/rehearsal-cloud.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

function entry(at: string, more: object = {}, payload: object = {}): object {
  return {
    insertId: at,
    timestamp: at,
    logName: `projects/${PROJECT}/logs/cloudaudit.googleapis.com%2Factivity`,
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'run.googleapis.com',
      methodName: 'google.cloud.run.v2.Services.UpdateService',
      resourceName: `${LOCATION}/services/backend`,
      authenticationInfo: { principalEmail: 'ann@example.com' },
      status: {},
      ...payload,
    },
    ...more,
  };
}

async function changes(...pages: readonly Scripted[]) {
  await using peer = await startPeer((_request, nth) => pages[nth - 1] ?? {});
  const cloud = cloudOver(peer.url, new SkippingClock());
  const answer = await cloud.adminLog.changes(0, 10);
  return { answer, reads: cloud.takeReads(), asked: peer.received.map(({ body }) => JSON.parse(body) as { filter: string }) };
}

describe('changes by anybody', () => {
  test('come back with who, what and which, newest first, for one Logging read', async () => {
    const { answer, reads, asked } = await changes({ body: { entries: [entry('2025-09-15T19:00:00Z'), entry('2025-09-15T20:00:00Z')] } });
    expect(answer).toEqual([
      { at: Date.parse('2025-09-15T20:00:00Z'), actor: 'ann@example.com', method: 'Services.UpdateService', resource: 'services/backend' },
      expect.objectContaining({ at: Date.parse('2025-09-15T19:00:00Z') }),
    ]);
    expect(reads).toEqual({ logging: 1 });
    expect(asked[0]?.filter).toContain(`logName="projects/${PROJECT}/logs/cloudaudit.googleapis.com%2Factivity"`);
  });

  test.each([
    ['an attempt that was refused', entry('2025-09-15T19:00:00Z', {}, { status: { code: 7, message: 'denied' } })],
    ['the end of a change whose beginning is told', entry('2025-09-15T19:00:00Z', { operation: { id: 'o', last: true } })],
    ['an entry that does not say what was changed', entry('2025-09-15T19:00:00Z', {}, { resourceName: undefined })],
  ])('do not include %s', async (_what, other) => {
    expect((await changes({ body: { entries: [other] } })).answer).toEqual([]);
  });

  test('are looked for behind an empty page', async () => {
    const { answer } = await changes({ body: { nextPageToken: 'more' } }, { body: { entries: [entry('2025-09-15T19:00:00Z')] } });
    expect(answer).toHaveLength(1);
  });

  test('name the person who changed the connector by hand', async () => {
    const { cloud, clock, simulator, go, pass } = await simulatedCloud();
    const changedAt = clock.now();
    const { status } = await simulator.handle({
      method: 'PATCH',
      path: `/v1/${LOCATION}/connectors/staging-connector?updateMask=machineType`,
      headers: { 'content-type': 'application/json', 'x-sim-actor': 'ann@example.com' },
      body: JSON.stringify({ machineType: 'e2-standard-4' }),
    });
    expect(status).toBe(200);
    await pass(30_000);
    expect(await go(cloud.adminLog.changes(changedAt - 60_000, 10))).toMatchObject([
      { at: changedAt, actor: 'ann@example.com', resource: 'connectors/staging-connector' },
    ]);
  });
});
