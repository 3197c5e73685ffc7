import { createServer } from 'node:http2';
import type { Http2Server, ServerHttp2Stream } from 'node:http2';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { GrpcHealthRequest } from '../../src/ports/probes.ts';
import { createProbes } from '../../src/probes/probes.ts';
import { CHECK_PATH, checkRequest, servingStatus } from '../../src/probes/grpc-message.ts';
import { startPeer } from '../gcp/support/peer.ts';
import { SkippingClock } from '../gcp/support/skipping-clock.ts';

const opened: (Http2Server | Server)[] = [];

afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

const SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 1]);
const ask = (origin: string, more: Partial<GrpcHealthRequest> = {}) =>
  createProbes({ clock: new SkippingClock() }).grpcHealth({ origin, service: '', deadlineMs: 15_000, ...more });

/** A server of HTTP/2 by prior knowledge, as Cloud Run's applications are; `answer` plays one stream. */
async function grpcServer(
  answer: (stream: ServerHttp2Stream, asked: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: Buffer }) => void,
): Promise<string> {
  const server = createServer();
  opened.push(server);
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => answer(stream, { headers, body: Buffer.concat(chunks) }));
  });
  return listening(server);
}

async function listening(server: Http2Server | Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function reply(stream: ServerHttp2Stream, body: Buffer, grpcStatus: string): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': grpcStatus }));
  stream.end(body);
}

describe('a gRPC health probe', () => {
  test('asks for the name as a gRPC client does, and hears SERVING', async () => {
    const asked: { path: string; body: Buffer; te: string; token: string }[] = [];
    const origin = await grpcServer((stream, { headers, body }) => {
      asked.push({ path: String(headers[':path']), body, te: String(headers['te']), token: String(headers['x-key']) });
      reply(stream, SERVING, '0');
    });
    expect(await ask(origin, { service: 'shop.v1.Cart', headers: { 'X-Key': 'k' } })).toMatchObject({
      status: 200,
      grpcStatus: 0,
      serving: 'SERVING',
      problem: null,
    });
    expect(asked).toEqual([{ path: CHECK_PATH, body: checkRequest('shop.v1.Cart'), te: 'trailers', token: 'k' }]);
    expect(checkRequest('ab')).toEqual(Buffer.from([0, 0, 0, 0, 4, 0x0a, 2, 0x61, 0x62]));
  });

  test('hears a server that is not serving, and one that ends without a message', async () => {
    const notServing = await grpcServer((stream) => reply(stream, Buffer.from([0, 0, 0, 0, 2, 0x08, 2]), '0'));
    expect(await ask(notServing)).toMatchObject({ grpcStatus: 0, serving: 'NOT_SERVING' });
    const trailersOnly = await grpcServer((stream) =>
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true }),
    );
    expect(await ask(trailersOnly)).toMatchObject({ status: 200, grpcStatus: 12, serving: null, problem: null });
  });

  test('tells a page from a gRPC answer', async () => {
    const page = await grpcServer((stream) => {
      stream.respond({ ':status': 403, 'content-type': 'text/html' });
      stream.end('<html>Forbidden</html>');
    });
    expect(await ask(page)).toMatchObject({ status: 403, grpcStatus: null, serving: null, problem: null });
  });

  test('a server of HTTP/1.1 alone is an answer of its own', async () => {
    await using peer = await startPeer(() => ({ status: 400, body: 'no' }));
    expect((await ask(peer.url)).status).toBeNull();
    expect(['no-http2', 'reset']).toContain((await ask(peer.url)).problem);
  });

  test('a stream that is broken off, nobody listening and no name are answers', async () => {
    const broken = await grpcServer((stream) => stream.close(2));
    expect(await ask(broken)).toMatchObject({ status: null, serving: null });
    expect(await ask('http://127.0.0.1:1')).toMatchObject({ status: null, problem: 'refused' });
    expect(await ask('http://firebreak.invalid')).toMatchObject({ status: null, problem: 'dns' });
  });

  test('gives up at its deadline by the clock, and leaves nothing open', async () => {
    const clock = new SkippingClock(5_000);
    const silent = await grpcServer(() => undefined);
    expect(await createProbes({ clock }).grpcHealth({ origin: silent, service: '', deadlineMs: 4_000 })).toMatchObject({
      status: null,
      problem: 'deadline',
    });
    expect(clock.asleep).toBe(0);
  });

  test('is ended by the caller’s signal', async () => {
    const stop = new AbortController();
    const silent = await grpcServer(() => stop.abort(new Error('stop')));
    await expect(ask(silent, { signal: stop.signal })).rejects.toThrow('stop');
  });
});

describe('the answer of a health check', () => {
  test.each([
    ['an empty message, as proto3 writes the value 0', [0, 0, 0, 0, 0], 'UNKNOWN'],
    ['a field that is not known before it', [0, 0, 0, 0, 6, 0x12, 2, 1, 1, 0x08, 3], 'SERVICE_UNKNOWN'],
    ['a value beyond those of the protocol', [0, 0, 0, 0, 2, 0x08, 9], null],
    ['a compressed one', [1, 0, 0, 0, 2, 0x08, 1], null],
    ['one cut off', [0, 0, 0, 0, 2, 0x08], null],
    ['nothing', [], null],
  ])('%s', (_what, bytes, status) => {
    expect(servingStatus(Buffer.from(bytes))).toBe(status);
  });
});

describe('a TCP probe', () => {
  const tcp = (port: number, host = '127.0.0.1', clock = new SkippingClock()) =>
    createProbes({ clock }).tcp({ host, port, deadlineMs: 15_000 });

  test('opens a connection, says nothing and closes it', async () => {
    const said: Buffer[] = [];
    const ended = Promise.withResolvers<void>();
    const server = createTcpServer((socket) => {
      socket.on('data', (data) => said.push(data));
      socket.on('error', () => undefined);
      socket.on('close', () => ended.resolve());
    });
    opened.push(server);
    const port = Number(new URL(await listening(server)).port);
    expect(await tcp(port)).toMatchObject({ problem: null });
    await ended.promise;
    expect(said).toEqual([]);
  });

  test('nobody listening and no name are answers', async () => {
    expect(await tcp(1)).toMatchObject({ problem: 'refused' });
    expect(await tcp(1, 'firebreak.invalid')).toMatchObject({ problem: 'dns' });
  });
});
