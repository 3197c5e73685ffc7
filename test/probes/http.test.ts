import { createServer } from 'node:http';
import { duplexPair } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { createProbes, createProbesOver } from '../../src/probes/probes.ts';
import type { ProbeRequest } from '../../src/ports/probes.ts';
import { startPeer } from '../gcp/support/peer.ts';
import { selfSigned } from './support/certificate.ts';
import { startTlsPeer } from './support/tls-peer.ts';
import { SkippingClock } from '../gcp/support/skipping-clock.ts';

const GET = { method: 'GET', deadlineMs: 15_000 } as const satisfies Partial<ProbeRequest>;

describe('an HTTP probe', () => {
  test('answers with status, headers, body and the time by the clock', async () => {
    const clock = new SkippingClock();
    await using peer = await startPeer(() => {
      clock.advance(7_200);
      return { status: 503, headers: { 'X-Served-By': 'b-1' }, body: 'no' };
    });
    const answer = await createProbes({ clock }).http({ ...GET, url: `${peer.url}/health` });
    expect(answer).toMatchObject({ status: 503, body: 'no', latencyMs: 7_200, problem: null });
    expect(answer.headers['x-served-by']).toBe('b-1');
    expect(clock.asleep).toBe(0);
  });

  test('sends what it is given', async () => {
    await using peer = await startPeer(() => ({}));
    await createProbes({ clock: new SkippingClock() }).http({
      url: `${peer.url}/login?x=1`,
      method: 'POST',
      headers: { authorization: 'Bearer t' },
      body: '{"user":"ü"}',
      deadlineMs: 15_000,
    });
    expect(peer.received[0]).toMatchObject({
      method: 'POST',
      path: '/login?x=1',
      body: '{"user":"ü"}',
      headers: { authorization: 'Bearer t' },
    });
  });

  test.each([
    ['a reset', 'reset', 'reset'],
    ['a body that breaks off', 'truncate', 'reset'],
  ] as const)('%s is an answer', async (_what, instead, problem) => {
    await using peer = await startPeer(() => ({ body: 'x', instead }));
    expect(await createProbes({ clock: new SkippingClock() }).http({ ...GET, url: peer.url })).toMatchObject({ status: null, problem });
  });

  test.each([
    ['nobody listening', 'http://127.0.0.1:1/', 'refused'],
    ['no such name', 'http://firebreak.invalid/', 'dns'],
    ['not a URL', 'nonsense', 'ERR_INVALID_URL'],
  ])('%s is an answer', async (_what, url, problem) => {
    expect(await createProbes({ clock: new SkippingClock() }).http({ ...GET, url })).toMatchObject({ status: null, problem });
  });

  test('TLS that fails is an answer of its own', async () => {
    await using peer = await startPeer(() => ({}));
    const answer = await createProbes({ clock: new SkippingClock() }).http({ ...GET, url: peer.url.replace('http:', 'https:') });
    expect(answer).toMatchObject({ status: null, problem: 'tls' });
  });

  test('a certificate that nobody vouches for is a finding of its own', async () => {
    await using peer = await startTlsPeer(selfSigned({ names: ['127.0.0.1'] }));
    const answer = await createProbes({ clock: new SkippingClock() }).http({ ...GET, url: peer.url });
    expect(answer).toMatchObject({ problem: 'tls', detail: 'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)' });
  });

  test('an expired certificate is a finding of its own', async () => {
    const certificate = selfSigned({ names: ['api.example.com'], notAfter: new Date('2021-01-01T00:00:00Z') });
    await using peer = await startTlsPeer(certificate);
    const connect = trusting(peer.port, certificate.cert);
    const answer = await createProbes({ clock: new SkippingClock(), connect }).http({ ...GET, url: 'https://api.example.com/health' });
    expect(answer).toMatchObject({ problem: 'tls', detail: 'the certificate has expired (CERT_HAS_EXPIRED)' });
  });

  test('a certificate for another name is a finding of its own, with both names', async () => {
    const certificate = selfSigned({ names: ['app.example.com', 'www.example.com'] });
    await using peer = await startTlsPeer(certificate);
    const connect = trusting(peer.port, certificate.cert);
    const answer = await createProbes({ clock: new SkippingClock(), connect }).http({ ...GET, url: 'https://api.example.com/health' });
    expect(answer).toMatchObject({
      status: null,
      problem: 'tls',
      detail: 'the certificate is for app.example.com, www.example.com, not for api.example.com (ERR_TLS_CERT_ALTNAME_INVALID)',
    });
  });

  test('its deadline is an answer, at its instant', async () => {
    await using peer = await startPeer(() => ({ instead: 'hang' }));
    const clock = new SkippingClock();
    const probe = createProbes({ clock }).http({ ...GET, url: peer.url });
    await peer.arrived(1);
    clock.advance(15_000);
    expect(await probe).toMatchObject({ status: null, problem: 'deadline', latencyMs: 15_000 });
  });

  test('the caller’s abort is thrown', async () => {
    await using peer = await startPeer(() => ({ instead: 'hang' }));
    const stop = new AbortController();
    const probe = createProbes({ clock: new SkippingClock() }).http({ ...GET, url: peer.url, signal: stop.signal });
    await peer.arrived(1);
    stop.abort(new Error('stopped by hand'));
    await expect(probe).rejects.toThrow('stopped by hand');
  });

  test('reads at most 64 KiB', async () => {
    await using peer = await startPeer(() => ({ headers: {}, body: 'x'.repeat(200_000) }));
    expect((await createProbes({ clock: new SkippingClock() }).http({ ...GET, url: peer.url })).body).toHaveLength(64 * 1024);
  });

  test('does not follow a redirect', async () => {
    await using other = await startPeer(() => ({}));
    await using peer = await startPeer(() => ({ status: 302, headers: { location: other.url }, body: '' }));
    expect((await createProbes({ clock: new SkippingClock() }).http({ ...GET, url: peer.url })).status).toBe(302);
    expect(other.received).toHaveLength(0);
  });

  test('speaks over a stream that it is given, TLS already done', async () => {
    const server = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
    const targets: unknown[] = [];
    const connect = (target: unknown) => {
      targets.push(target);
      const [ours, theirs] = duplexPair();
      server.emit('connection', theirs);
      return ours;
    };
    const answer = await createProbes({ clock: new SkippingClock(), connect }).http({
      ...GET,
      url: 'https://backend.run.app/health?deep=1',
    });
    expect(answer).toMatchObject({ status: 200, body: 'backend.run.app /health?deep=1', problem: null });
    expect(targets).toEqual([{ host: 'backend.run.app', port: 443, tls: true }]);
  });

  test('is carried by a function in the same process, with the same rules', async () => {
    const clock = new SkippingClock();
    const probes = createProbesOver({
      clock,
      connect: null,
      http: ({ url }) =>
        url.endsWith('/hang')
          ? new Promise(() => undefined)
          : Promise.resolve({ status: url.endsWith('/reset') ? null : 200, headers: {}, body: 'ok' }),
    });
    expect(await probes.http({ ...GET, url: 'http://x/fine' })).toMatchObject({ status: 200, body: 'ok' });
    expect(await probes.http({ ...GET, url: 'http://x/reset' })).toMatchObject({ status: null, problem: 'reset' });
    const hanging = probes.http({ ...GET, url: 'http://x/hang' });
    clock.advance(15_000);
    expect(await hanging).toMatchObject({ problem: 'deadline' });
  });
});

/** A connection to the peer by a client that trusts its certificate, and still holds it against the name it asked for. */
function trusting(port: number, ca: string) {
  return ({ host }: { readonly host: string }) => connectTls({ host: '127.0.0.1', port, servername: host, ca });
}
