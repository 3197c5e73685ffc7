import { describe, expect, test } from 'vitest';
import { diagnosisOf } from '../made/grade.ts';

interface Asked {
  readonly count: number;
  readonly status: number;
  readonly path?: string;
  readonly agent?: string;
  readonly text?: string;
  readonly balancer?: string;
}

const NO_TOKEN = 'The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header.';
const START = Date.parse('2026-05-12T09:00:00Z');

/** Requests to one service, or to a load balancer, each kind spread over ten minutes. */
function capture(...kinds: readonly Asked[]) {
  const entries = kinds.flatMap(({ count, status, path = '/', agent = 'Mozilla/5.0', text, balancer }, kind) =>
    Array.from({ length: count }, (_, index) => ({
      insertId: `${kind}-${index}`,
      logName: `projects/p/logs/${balancer === undefined ? 'run.googleapis.com%2Frequests' : 'requests'}`,
      timestamp: new Date(START + Math.round((index / count) * 600_000)).toISOString(),
      severity: status >= 500 ? 'ERROR' : status >= 400 ? 'WARNING' : 'INFO',
      resource:
        balancer === undefined
          ? { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: 'shop-00001-abc' } }
          : { type: 'http_load_balancer', labels: { url_map_name: 'web', backend_service_name: 'shop-be' } },
      httpRequest: { requestMethod: 'GET', requestUrl: `https://shop.example${path}`, status, latency: '0.05s', userAgent: agent },
      ...(text === undefined ? {} : { textPayload: text }),
      ...(balancer === undefined ? {} : { jsonPayload: { statusDetails: balancer } }),
    })),
  );
  return diagnosisOf(JSON.stringify(entries));
}

const evidenceOf = (found: ReturnType<typeof capture>): string =>
  found.diagnosis.causes.flatMap(({ evidence }) => evidence.map(({ text }) => text)).join('\n');

describe('who is turned away', () => {
  const users = { count: 300, status: 200 };

  test('strangers who were never let in are a suspicion beside users who pass', () => {
    const found = capture(users, { count: 100, status: 403, text: NO_TOKEN, agent: 'zgrab/0.x' });
    expect(found.verdict).toBe('suspicion');
    expect(found.because).toContain('callers that were never let in');
  });

  test('a caller of Google’s that people set up, or one that was let in before, is harmed', () => {
    expect(capture(users, { count: 15, status: 403, text: NO_TOKEN, agent: 'Google-Cloud-Scheduler' }).verdict).toBe('trouble');
    expect(capture(users, { count: 100, status: 403, text: NO_TOKEN }).verdict).toBe('trouble');
  });

  test('where nobody is let in, all are harmed', () => {
    expect(capture({ count: 60, status: 403, text: NO_TOKEN, agent: 'zgrab/0.x' }).verdict).toBe('trouble');
  });

  test('what a load balancer refuses itself is told, and suspected where it is much', () => {
    const through = { count: 100, status: 200, balancer: 'response_sent_by_backend' };
    const many = capture(through, { count: 90, status: 403, balancer: 'handled_by_identity_aware_proxy' });
    expect(many.verdict).toBe('suspicion');
    expect(many.because).toContain('handled_by_identity_aware_proxy');
    const few = capture(through, { count: 10, status: 403, balancer: 'denied_by_security_policy' });
    expect(few.verdict).toBe('quiet');
    expect(few.diagnosis.unknowns.join('\n')).toContain('denied_by_security_policy');
  });
});

describe('what tells where requests fail', () => {
  test('one path that holds all failures, where the others pass', () => {
    const found = capture({ count: 60, status: 500, path: '/export/7' }, { count: 200, status: 200, path: '/items/3' });
    expect(evidenceOf(found)).toContain('only /export/# fails: 60 of 60 requests to it; 200 of 200 to other paths passed');
  });

  test('failures of several paths are not told as those of one', () => {
    const found = capture(
      { count: 60, status: 500, path: '/export' },
      { count: 60, status: 500, path: '/items' },
      { count: 200, status: 200, path: '/' },
    );
    expect(evidenceOf(found)).not.toContain('only /');
  });

  test('a WebSocket that ends at the request timeout has not failed; a request has', () => {
    const text = 'The request has been terminated because it has reached the maximum request timeout.';
    const users = { count: 300, status: 200 };
    expect(capture(users, { count: 12, status: 101, path: '/ws', text }).verdict).toBe('quiet');
    expect(capture(users, { count: 12, status: 504, path: '/report', text }).verdict).toBe('trouble');
  });
});

describe('a revision that did not come up', () => {
  const report = {
    insertId: 'r',
    logName: 'projects/p/logs/cloudaudit.googleapis.com%2Fsystem_event',
    timestamp: new Date(START + 60_000).toISOString(),
    severity: 'ERROR',
    resource: { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: 'shop-00002-bad' } },
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      methodName: '/Services.ReplaceService',
      status: { code: 9, message: 'Ready condition status changed to False for Revision shop-00002-bad with message: it failed to start.' },
    },
  };
  const served = (revision: string, from: number) =>
    Array.from({ length: 100 }, (_, index) => ({
      insertId: `${revision}-${index}`,
      logName: 'projects/p/logs/run.googleapis.com%2Frequests',
      timestamp: new Date(START + from + index * 1_000).toISOString(),
      severity: 'INFO',
      resource: { type: 'cloud_run_revision', labels: { service_name: 'shop', revision_name: revision } },
      httpRequest: { requestMethod: 'GET', requestUrl: 'https://shop.example/', status: 200, latency: '0.05s' },
    }));

  test('is history where a later one serves, and a suspicion where only the one before does', () => {
    expect(diagnosisOf(JSON.stringify([report, ...served('shop-00001-abc', 0)])).verdict).toBe('suspicion');
    expect(diagnosisOf(JSON.stringify([report, ...served('shop-00003-new', 120_000)])).verdict).toBe('quiet');
  });
});
