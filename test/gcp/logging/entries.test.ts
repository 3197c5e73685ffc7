import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toRawEntry } from '../../../src/gcp/logging/raw-entry.ts';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const CAPTURES = new URL('../../../../shared/incident-1278/', import.meta.url);
const capture = (name: string): readonly unknown[] => JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')) as readonly unknown[];

describe('a log entry', () => {
  const from = {
    resource: { type: 'cloud_run_revision', labels: { service_name: 'backend', revision_name: 'backend-1' } },
    timestamp: '2025-09-15T15:00:00.123456789Z',
    insertId: 'i',
  };

  test.each([
    ['a text', { textPayload: 'Container called exit(3).' }, 'Container called exit(3).'],
    ['a message', { jsonPayload: { message: 'late' } }, 'late'],
    [
      'a message and an error',
      { jsonPayload: { message: 'failed', error: { type: 'ModuleNotFoundError', value: "No module named 'x'", traceback: null } } },
      "failed\nModuleNotFoundError: No module named 'x'",
    ],
    [
      'an exception with its stack',
      { jsonPayload: { message: 'boom', exception: { name: 'Error', message: 'boom', stack: 'at f (a.js:1)' } } },
      'boom\nError: boom\nat f (a.js:1)',
    ],
    ['an error in words', { jsonPayload: { error: 'no route', stack_trace: 'at g' } }, 'no route\nat g'],
    ['the same twice', { jsonPayload: { message: 'one', textPayload: 'one' } }, 'one'],
    ['an audit entry in a protoPayload', { protoPayload: { methodName: 'x' } }, ''],
    ['an audit entry in an export', { jsonPayload: { '@type': 'type.googleapis.com/google.cloud.audit.AuditLog', message: 'x' } }, ''],
    ['no payload', {}, ''],
  ])('with %s says what it says', (_what, payload, text) => {
    expect(toRawEntry({ ...from, ...payload })).toMatchObject({
      text,
      service: 'backend',
      revision: 'backend-1',
      severity: 'DEFAULT',
      at: Date.parse('2025-09-15T15:00:00.123Z'),
    });
  });

  test('of a request carries status and latency', () => {
    const httpRequest = { status: 503, latency: '51.730977417s', requestUrl: 'https://api/health' };
    expect(toRawEntry({ ...from, httpRequest }).http).toEqual({ status: 503, latencyMs: 51_731, url: 'https://api/health' });
  });

  test.each([null, 3, 'x', [], { resource: 5, timestamp: 'soon', httpRequest: 'no' }])('that is %j is read as an empty one', (json) => {
    expect(toRawEntry(json)).toMatchObject({ text: '', service: '', at: 0, http: null });
  });
});

describe.skipIf(!existsSync(CAPTURES))('the captures of incident 1278', () => {
  test('the database timeout is legible, with its 38 refused requests', () => {
    const entries = capture('1303-database-timeout.json').map(toRawEntry);
    expect(entries.filter(({ text }) => text.includes('Database initialization timeout after 25.0s')).length).toBeGreaterThan(0);
    expect(entries.filter(({ http }) => http?.status === 503)).toHaveLength(38);
    expect(new Set(entries.filter(({ revision }) => revision !== '').map(({ revision }) => revision))).toEqual(
      new Set(['netra-backend-staging-00704-ds8', 'netra-backend-staging-00705-znb']),
    );
  });

  test('the import error is legible, with its 15 exits, and no entry loses its time', () => {
    const entries = capture('1750-import-error.json').map(toRawEntry);
    expect(
      entries.filter(({ text }) => text.includes("ModuleNotFoundError: No module named 'netra_backend.app.services.monitoring'")).length,
    ).toBeGreaterThan(0);
    expect(entries.filter(({ text }) => text === 'Container called exit(3).')).toHaveLength(15);
    expect(entries.every(({ at, instance }) => at > 0 && instance !== null)).toBe(true);
  });
});

describe('reading logs', () => {
  const entry = (n: number): object => ({ insertId: String(n), timestamp: '2025-09-15T15:00:00Z', textPayload: `line ${n}` });

  test('asks once for all services, newest first, and does not ask for noise', async () => {
    await using peer = await startPeer(() => ({ body: { entries: [entry(1)] } }));
    const cloud = cloudOver(peer.url, new SkippingClock());
    await cloud.logs.read(['auth', 'backend'], Date.parse('2025-09-15T14:50:00Z'), 500);
    const asked = JSON.parse(peer.received[0]?.body ?? '') as Record<string, string>;
    expect(asked).toMatchObject({ resourceNames: ['projects/netra-staging'], orderBy: 'timestamp desc', pageSize: 500 });
    expect(asked.filter).toContain('(resource.labels.service_name="auth" OR resource.labels.service_name="backend")');
    expect(asked.filter).toContain('timestamp>="2025-09-15T14:50:00.000Z"');
    expect(asked.filter).toContain('(severity>=WARNING OR httpRequest.status>=500 OR ');
    expect(cloud.takeReads()).toEqual({ logging: 1 });
  });

  test('goes on over an empty page', async () => {
    await using peer = await startPeer((_request, nth) => ({ body: nth < 3 ? { nextPageToken: `t${nth}` } : { entries: [entry(1)] } }));
    expect(await cloudOver(peer.url, new SkippingClock()).logs.read(['backend'], 0, 10)).toHaveLength(1);
    expect(peer.received).toHaveLength(3);
  });

  test('stops at its bounds: of lines, and of pages that never fill', async () => {
    await using full = await startPeer(() => ({ body: { entries: [entry(1), entry(2), entry(3)], nextPageToken: 'more' } }));
    expect(await cloudOver(full.url, new SkippingClock()).logs.read(['backend'], 0, 2)).toHaveLength(2);
    expect(full.received).toHaveLength(1);
    await using endless = await startPeer(() => ({ body: { nextPageToken: 'more' } }));
    expect(await cloudOver(endless.url, new SkippingClock()).logs.read(['backend'], 0, 10)).toEqual([]);
    expect(endless.received).toHaveLength(5);
  });
});
