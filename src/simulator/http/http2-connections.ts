import type { Server } from 'node:http';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { bytesOf, textOf } from './grpc-body.ts';
import { STAMP, type Lane } from '../lane.ts';
import type { SimResponse } from '../messages.ts';
import type { Simulator } from '../simulator-interface.ts';

/** What a client of HTTP/2 says first (RFC 9113, 3.4); no method of HTTP/1.1 begins so. */
const PREFACE = Buffer.from('PRI * HTTP/2.0');
const LARGEST_BODY_BYTES = 64 * 1024;

/**
 * Lets clients of HTTP/2 in by prior knowledge, on the same connections as those of HTTP/1.1. They get what the simulator answers,
 * with `grpc-status` behind the body, where gRPC wants it. One that does not say enough to be told apart waits for the rest.
 */
export function admitHttp2(server: Server, of: () => Simulator, lane: Lane): void {
  let second: Http2Server | null = null;
  const first = server.listeners('connection') as ((socket: Duplex) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Duplex) => {
    firstBytes(socket, (bytes) => {
      socket.unshift(bytes);
      if (!bytes.subarray(0, PREFACE.length).equals(PREFACE)) return first.forEach((listener) => listener.call(server, socket));
      second ??= createServer().on('stream', (stream, headers) => void respond(of(), lane, stream, plain(headers)));
      second.emit('connection', socket);
    });
  });
}

/** Enough to tell the two apart, and everything that came with it; read without making the stream flow, which is the listeners' own affair. */
function firstBytes(socket: Duplex, then: (bytes: Buffer) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const take = (): void => {
    for (let chunk = read(socket); chunk !== null; chunk = read(socket)) seen = Buffer.concat([seen, chunk]);
    if (seen.length < PREFACE.length && PREFACE.subarray(0, seen.length).equals(seen)) return;
    socket.removeListener('readable', take);
    socket.removeListener('error', ignore);
    then(seen);
  };
  const ignore = (): void => {};
  socket.on('error', ignore);
  socket.on('readable', take);
}

function read(socket: Duplex): Buffer | null {
  return socket.read() as Buffer | null;
}

async function respond(
  simulator: Simulator,
  lane: Lane,
  stream: ServerHttp2Stream,
  asked: Readonly<Record<string, string>>,
): Promise<void> {
  const hangUp = new AbortController();
  stream.on('error', () => hangUp.abort(new Error('the client hung up')));
  stream.on('close', () => hangUp.abort(new Error('the client hung up')));
  const { ':method': method = 'GET', ':path': path = '/', ':authority': host = '', [STAMP]: stamp, ...headers } = asked;
  const named = { host, ...Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':'))) };
  let leave = (): void => {};
  try {
    const body = textOf(await readBody(stream), named);
    const stay = await lane.enter(stamp, hangUp.signal, () => stream.close());
    leave = () => stay.leave();
    send(stream, await simulator.handle({ method, path, headers: named, body, signal: hangUp.signal }));
  } catch {
    stream.close();
  } finally {
    leave();
  }
}

function send(stream: ServerHttp2Stream, { status, headers, body }: SimResponse): void {
  if (status === null || stream.destroyed) {
    stream.close();
    return;
  }
  const { 'grpc-status': grpcStatus, ...head } = headers;
  stream.respond({ ':status': status, ...head }, { waitForTrailers: grpcStatus !== undefined });
  if (grpcStatus !== undefined) stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': grpcStatus }));
  stream.end(bytesOf(body, headers));
}

async function readBody(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function plain(headers: NodeJS.Dict<string | string[] | number>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
