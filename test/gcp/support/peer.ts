import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown;
  /** What happens instead of a whole answer. */
  readonly instead?: 'reset' | 'hang' | 'truncate';
}

/** A peer on a socket that answers as it is told and remembers what it was asked. */
export async function startPeer(script: (request: Received, nth: number) => Scripted) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const got = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      received.push(got);
      answer(script(got, received.length), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    /** Until `count` requests have arrived. */
    async arrived(count: number): Promise<void> {
      while (received.length < count) await new Promise((resolve) => setImmediate(resolve));
    },
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function answer(scripted: Scripted, response: ServerResponse): void {
  const { status = 200, headers = { 'content-type': 'application/json' }, body = {}, instead } = scripted;
  if (instead === 'hang') return;
  if (instead === 'reset') return void response.socket?.resetAndDestroy();
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  if (instead === 'truncate') {
    response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(text) + 100) });
    response.write(text, () => response.socket?.destroy());
    return;
  }
  response.writeHead(status, headers);
  response.end(text);
}
