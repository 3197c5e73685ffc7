import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ErrorKind, FirebreakError } from '../../src/core/errors.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { CONNECTOR, LOCATION, SERVICE, cloudOver } from './support/cloud-over.ts';
import { startPeer } from './support/peer.ts';
import type { Received, Scripted } from './support/peer.ts';
import { SkippingClock } from './support/skipping-clock.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const OPERATION = { name: `${LOCATION}/operations/op-1` };
const TARGET = { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' } as const;
const PINNED = [{ latest: false, revision: 'backend-00007-aaa', percent: 100, tag: null }];

/** One write through each client of Google: googleapis and the generated one. */
const writes: Readonly<Record<string, (cloud: Cloud) => Promise<unknown>>> = {
  'connector patch (googleapis)': (cloud) => cloud.vpcAccess.updateConnector('staging-connector', TARGET),
  'traffic patch (generated client)': (cloud) => cloud.run.setTraffic('backend', '"e7"', PINNED),
};

function modern(status: number, name: string, message = 'said so', details: readonly unknown[] = []): Scripted {
  return { status, body: { error: { code: status, message, status: name, details } } };
}

function legacy(status: number, reason: string): Scripted {
  return { status, body: { error: { code: status, message: 'said so', errors: [{ reason, message: 'said so', domain: 'global' }] } } };
}

const info = (reason: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' });

type Decision = readonly [ErrorKind, string];
const table: readonly (readonly [string, Scripted, Decision, Decision])[] = [
  ['400 INVALID_ARGUMENT', modern(400, 'INVALID_ARGUMENT'), ['terminal', 'INVALID_ARGUMENT'], ['terminal', 'INVALID_ARGUMENT']],
  ['400 FAILED_PRECONDITION', modern(400, 'FAILED_PRECONDITION'), ['terminal', 'FAILED_PRECONDITION'], ['conflict', 'FAILED_PRECONDITION']],
  ['401', modern(401, 'UNAUTHENTICATED'), ['terminal', 'UNAUTHENTICATED'], ['terminal', 'UNAUTHENTICATED']],
  [
    '403',
    modern(403, 'PERMISSION_DENIED', 'no', [info('IAM_PERMISSION_DENIED')]),
    ['terminal', 'PERMISSION_DENIED'],
    ['terminal', 'PERMISSION_DENIED'],
  ],
  [
    '403 SERVICE_DISABLED',
    modern(403, 'PERMISSION_DENIED', 'off', [info('SERVICE_DISABLED')]),
    ['terminal', 'SERVICE_DISABLED'],
    ['terminal', 'SERVICE_DISABLED'],
  ],
  ['404', modern(404, 'NOT_FOUND'), ['terminal', 'NOT_FOUND'], ['terminal', 'NOT_FOUND']],
  ['409 ABORTED', modern(409, 'ABORTED'), ['transient', 'ABORTED'], ['conflict', 'ABORTED']],
  ['409 ALREADY_EXISTS', modern(409, 'ALREADY_EXISTS'), ['terminal', 'ALREADY_EXISTS'], ['conflict', 'ALREADY_EXISTS']],
  [
    '429',
    modern(429, 'RESOURCE_EXHAUSTED', 'slow', [info('RATE_LIMIT_EXCEEDED')]),
    ['transient', 'RESOURCE_EXHAUSTED'],
    ['transient', 'RESOURCE_EXHAUSTED'],
  ],
  ['500', modern(500, 'INTERNAL'), ['transient', 'INTERNAL'], ['outcome-unknown', 'INTERNAL']],
  ['501', modern(501, 'UNIMPLEMENTED'), ['terminal', 'UNIMPLEMENTED'], ['terminal', 'UNIMPLEMENTED']],
  ['503', modern(503, 'UNAVAILABLE'), ['transient', 'UNAVAILABLE'], ['outcome-unknown', 'UNAVAILABLE']],
  ['504', modern(504, 'DEADLINE_EXCEEDED'), ['transient', 'DEADLINE_EXCEEDED'], ['outcome-unknown', 'DEADLINE_EXCEEDED']],
  [
    '502 in HTML',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><title>502</title></html>' },
    ['transient', 'UNAVAILABLE'],
    ['outcome-unknown', 'UNAVAILABLE'],
  ],
  ['503 without a body', { status: 503, headers: {}, body: '' }, ['transient', 'UNAVAILABLE'], ['outcome-unknown', 'UNAVAILABLE']],
  ['a reset', { instead: 'reset' }, ['transient', 'ECONNRESET'], ['outcome-unknown', 'ECONNRESET']],
  [
    '200 with HTML',
    { headers: { 'content-type': 'text/html' }, body: '<html>hello</html>' },
    ['terminal', 'bad-answer'],
    ['outcome-unknown', '*'],
  ],
  ['200 with half of a JSON', { headers: JSON_TYPE, body: '{"name":"x"' }, ['terminal', 'bad-answer'], ['outcome-unknown', '*']],
  ['200 with another shape', { body: { hello: 'world' } }, ['terminal', 'bad-answer'], ['outcome-unknown', '*']],
];

async function failure(call: Promise<unknown>): Promise<FirebreakError> {
  return (await call.then(
    (value) => expect.fail(`it succeeded: ${inspect(value)}`),
    (thrown: unknown) => thrown,
  )) as FirebreakError;
}

function onlyWritesAre(scripted: Scripted) {
  return ({ method, path }: Received): Scripted =>
    method !== 'GET' ? scripted : path.includes('/connectors/') ? { body: CONNECTOR } : { body: SERVICE };
}

describe.each(table)('an answer of %s', (_name, scripted, asRead, asWrite) => {
  test('decides what a read becomes', async () => {
    await using peer = await startPeer(() => scripted);
    const error = await failure(cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('staging-connector'));
    expect([error.kind, error.code]).toEqual(asRead);
    expect(error.message).toContain('staging-connector');
  });

  test.each(Object.entries(writes))('decides what a %s becomes, sent once', async (_client, write) => {
    await using peer = await startPeer(onlyWritesAre(scripted));
    const error = await failure(write(cloudOver(peer.url, new SkippingClock())));
    expect(error.kind).toBe(asWrite[0]);
    if (asWrite[1] !== '*') expect(error.code).toBe(asWrite[1]);
    expect(peer.received.filter(({ method }) => method !== 'GET')).toHaveLength(1);
  });
});

describe('legacy error bodies (Cloud SQL)', () => {
  test.each([
    ['403 rateLimitExceeded', legacy(403, 'rateLimitExceeded'), 'transient', 'RESOURCE_EXHAUSTED'],
    ['403 forbidden', legacy(403, 'forbidden'), 'terminal', 'PERMISSION_DENIED'],
    ['404 notFound', legacy(404, 'notFound'), 'terminal', 'NOT_FOUND'],
    ['503 backendError', legacy(503, 'backendError'), 'transient', 'UNAVAILABLE'],
  ])('%s', async (_name, scripted, kind, code) => {
    await using peer = await startPeer(() => scripted);
    const error = await failure(cloudOver(peer.url, new SkippingClock()).sql.getInstance('staging-shared-postgres'));
    expect([error.kind, error.code]).toEqual([kind, code]);
  });
});

describe('retries', () => {
  test('a read goes on after 503 and each attempt is counted', async () => {
    await using peer = await startPeer((_request, nth) => (nth < 3 ? modern(503, 'UNAVAILABLE') : { body: CONNECTOR }));
    const clock = new SkippingClock();
    const cloud = cloudOver(peer.url, clock);
    expect(await cloud.vpcAccess.getConnector('staging-connector')).toMatchObject({ lifecycle: 'READY', maxInstances: 10 });
    expect(clock.skipped).toEqual([188, 375]);
    expect(cloud.takeReads()).toEqual({ vpcaccess: 3 });
    expect(cloud.takeReads()).toEqual({});
    expect(clock.asleep).toBe(0);
  });

  test('a read is sent at most four times', async () => {
    await using peer = await startPeer(() => modern(503, 'UNAVAILABLE'));
    await failure(cloudOver(peer.url, new SkippingClock()).run.getService('backend'));
    expect(peer.received).toHaveLength(4);
  });

  test('a read is not repeated when it can only fail again', async () => {
    await using peer = await startPeer(() => modern(403, 'PERMISSION_DENIED'));
    await failure(cloudOver(peer.url, new SkippingClock()).run.getService('backend'));
    expect(peer.received).toHaveLength(1);
  });

  test.each([
    ['Retry-After', { ...modern(429, 'RESOURCE_EXHAUSTED'), headers: { ...JSON_TYPE, 'retry-after': '7' } }],
    ['RetryInfo', modern(429, 'RESOURCE_EXHAUSTED', 'slow', [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }])],
  ])('%s is waited for', async (_name, refusal) => {
    await using peer = await startPeer((_request, nth) => (nth === 1 ? refusal : { body: CONNECTOR }));
    const clock = new SkippingClock();
    await cloudOver(peer.url, clock).vpcAccess.getConnector('staging-connector');
    expect(clock.skipped).toEqual([7_125]);
  });

  test('a Retry-After beyond the deadline ends the read at once and is handed on', async () => {
    await using peer = await startPeer(() => ({ ...modern(429, 'RESOURCE_EXHAUSTED'), headers: { ...JSON_TYPE, 'retry-after': '60' } }));
    const error = await failure(cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('staging-connector'));
    expect(error).toMatchObject({ kind: 'transient', retryAfterMs: 60_000 });
    expect(peer.received).toHaveLength(1);
  });

  test('a body that breaks off is read again', async () => {
    await using peer = await startPeer((_request, nth) => (nth === 1 ? { body: CONNECTOR, instead: 'truncate' } : { body: CONNECTOR }));
    expect(await cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('staging-connector')).toMatchObject({
      name: 'staging-connector',
    });
  });
});

describe('deadlines', () => {
  test('a read that hangs is tried again after 10 s and given up after 20 s', async () => {
    await using peer = await startPeer(() => ({ instead: 'hang' }));
    const clock = new SkippingClock();
    const read = failure(cloudOver(peer.url, clock).vpcAccess.getConnector('staging-connector'));
    await peer.arrived(1);
    clock.advance(10_000);
    await peer.arrived(2);
    clock.advance(10_000);
    expect(await read).toMatchObject({ kind: 'transient', code: 'DEADLINE_EXCEEDED' });
  });

  test.each(Object.entries(writes))('a %s that hangs has an unknown outcome after 30 s', async (_client, write) => {
    await using peer = await startPeer(onlyWritesAre({ instead: 'hang' }));
    const clock = new SkippingClock();
    const sent = failure(write(cloudOver(peer.url, clock)));
    while (!peer.received.some(({ method }) => method === 'PATCH')) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(30_000);
    expect(await sent).toMatchObject({ kind: 'outcome-unknown', code: 'DEADLINE_EXCEEDED' });
    expect(clock.asleep).toBe(0);
  });

  test('the caller’s signal ends a read with its own reason', async () => {
    await using peer = await startPeer(() => ({ instead: 'hang' }));
    const stop = new AbortController();
    const read = cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('staging-connector', { signal: stop.signal });
    await peer.arrived(1);
    stop.abort(new Error('stopped by hand'));
    await expect(read).rejects.toThrow('stopped by hand');
  });

  test('the caller’s signal leaves a write that was sent with an unknown outcome', async () => {
    await using peer = await startPeer(onlyWritesAre({ instead: 'hang' }));
    const stop = new AbortController();
    const write = cloudOver(peer.url, new SkippingClock()).vpcAccess.updateConnector('staging-connector', TARGET, { signal: stop.signal });
    await peer.arrived(2);
    stop.abort(new Error('stopped by hand'));
    expect(await failure(write)).toMatchObject({ kind: 'outcome-unknown', code: 'aborted' });
  });
});

describe('an endpoint where nobody listens', () => {
  const nowhere = 'http://127.0.0.1:1';

  test('is told from every other failure of a read', async () => {
    expect(await failure(cloudOver(nowhere, new SkippingClock()).vpcAccess.getConnector('c'))).toMatchObject({
      kind: 'transient',
      code: 'ECONNREFUSED',
    });
  });

  test('proves that a write was not sent', async () => {
    expect(await failure(cloudOver(nowhere, new SkippingClock()).run.setTraffic('backend', '"e7"', PINNED))).toMatchObject({
      kind: 'transient',
      code: 'ECONNREFUSED',
    });
  });
});

describe('what is sent', () => {
  test('the traffic patch names only the traffic, under the etag', async () => {
    await using peer = await startPeer(onlyWritesAre({ body: OPERATION }));
    const tagged = [{ latest: false, revision: 'backend-00006-bbb', percent: 100, tag: 'old' }];
    expect(await cloudOver(peer.url, new SkippingClock()).run.setTraffic('backend', '"e7"', tagged)).toEqual({ operation: OPERATION.name });
    const sent = peer.received.at(-1);
    expect(sent?.method).toBe('PATCH');
    expect(new URL(sent?.path ?? '', peer.url).searchParams.get('updateMask')).toBe('traffic');
    const body = JSON.parse(sent?.body ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({ etag: '"e7"', traffic: [{ revision: 'backend-00006-bbb', percent: 100, tag: 'old' }] });
    expect(body).not.toHaveProperty('template');
    expect(Object.keys(sent?.headers ?? {}).filter((name) => name.includes('firebreak'))).toEqual([]);
  });

  test('an answer without an error may hold details that generated clients cannot read, in an operation', async () => {
    const failed = { ...OPERATION, done: true, error: { code: 9, message: 'Revision is not ready', details: [info('HEALTH_CHECK')] } };
    await using peer = await startPeer(() => ({ body: failed }));
    const state = await cloudOver(peer.url, new SkippingClock()).run.getOperation(OPERATION.name);
    expect(state).toEqual({
      name: OPERATION.name,
      done: true,
      error: { code: 9, message: 'Revision is not ready', reason: 'HEALTH_CHECK' },
    });
  });

  test('nothing of a token or a header is in an error, however deep one looks', async () => {
    await using peer = await startPeer(() => modern(403, 'PERMISSION_DENIED', 'Bearer ya29.secret-token refused, key=abc123'));
    const error = await failure(cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('c'));
    expect(error.message).not.toMatch(/ya29|abc123/);
  });

  test('a redirect is not followed', async () => {
    await using other = await startPeer(() => ({ body: CONNECTOR }));
    await using peer = await startPeer(() => ({ status: 307, headers: { location: `${other.url}/v1/x` }, body: '' }));
    await failure(cloudOver(peer.url, new SkippingClock()).vpcAccess.getConnector('c'));
    expect(other.received).toHaveLength(0);
  });
});
