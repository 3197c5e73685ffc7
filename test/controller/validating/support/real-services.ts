import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

/** How the services of `startServices` misbehave; without any of it they are well. */
export interface Misbehaviour {
  /** This path never answers. */
  readonly hangs?: string;
  /** Status of a path. */
  readonly status?: readonly [path: string, status: number];
  /** Only so many of the first requests to the path of `status`; missing: all of them. */
  readonly times?: number;
  /** What the WebSocket does once it has the first message, instead of telling its events in order. */
  readonly talk?: (socket: WebSocket, conversation: number) => void;
  /** The handshake is answered so. */
  readonly handshake?: number;
}

export const EVENTS = ['agent_started', 'agent_thinking', 'tool_executing', 'tool_completed', 'agent_completed'];

export const say = (socket: WebSocket, ...types: readonly string[]): void => types.forEach((type) => socket.send(JSON.stringify({ type })));

/**
 * A small real service, not yet listening: health endpoints, login that gives a token, chat that wants it, and a WebSocket with
 * the five events. It plays all three services of the incident, below `/NAME`.
 */
export function createServices({ hangs, status, times = Number.POSITIVE_INFINITY, talk, handshake }: Misbehaviour = {}): Server {
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  let conversations = 0;
  let told = 0;
  server.on('upgrade', (request, socket, head) => {
    if (handshake !== undefined) return void socket.end(`HTTP/1.1 ${handshake} Refused\r\ncontent-length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (client) => {
      const nth = (conversations += 1);
      client.once('message', () => (talk === undefined ? say(client, ...EVENTS) : talk(client, nth)));
    });
  });
  return server;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/^(?:\/_services)?\/netra-[\w-]+(?=\/)/, '');
    const body = await bodyOf(request);
    if (path === hangs) return;
    if (path === status?.[0] && (told += 1) <= times) return reply(response, status[1], { detail: 'as told' });
    if (/^\/health(?:\/ready|\/infrastructure)?$/.test(path)) return reply(response, 200, { status: 'healthy', pool: { free: 3 } });
    if (path === '/auth/login') return reply(response, 200, { access_token: `token "for" ${String(JSON.parse(body).email)}` });
    if (path !== '/api/chat') return reply(response, 404, {});
    const known = request.headers.authorization === 'Bearer token "for" firebreak-probe@example.com';
    reply(response, known ? 200 : 401, known ? { response: 'Yes.' } : { detail: 'Not authenticated' });
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
