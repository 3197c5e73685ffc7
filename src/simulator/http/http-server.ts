import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { CONTROL_PREFIX } from '../control-plane.ts';
import { admitHttp2 } from './http2-connections.ts';
import { OPEN_LANE, STAMP, type Lane, type Stay } from '../lane.ts';
import { jsonResponse, type SimResponse } from '../messages.ts';
import type { Conversation } from '../endpoints.ts';
import type { Simulator } from '../simulator-interface.ts';

const LARGEST_BODY_BYTES = 32 * 1024 * 1024;
const CLOSED_NORMALLY = 1000;
const CLOCK_PATH = `${CONTROL_PREFIX}clock`;

/**
 * A node:http server, not yet listening, for the simulator that `of` gives from the first request on. It has no timers of its
 * own: time belongs to the simulator's clock, and requests come in by its lane. A client that hangs up ends its request; a lost
 * answer is a reset connection.
 */
export function createHttpServer(of: () => Simulator, lane: Lane = OPEN_LANE): Server {
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, connectionsCheckingInterval: 2 ** 30 });
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('request', (request, response) => void respond(of(), lane, request, response));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const asked = URL.parse(request.url ?? '', 'http://simulator.invalid');
    if (lane.join === null || asked?.pathname !== CLOCK_PATH) return void upgrade(of(), lane, { webSockets, request, socket, head });
    const who = { name: asked.searchParams.get('name') ?? 'somebody', pid: Number(asked.searchParams.get('pid')) };
    webSockets.handleUpgrade(request, socket, head, (line) => lane.join?.(line, who));
  });
  admitHttp2(server, of, lane);
  return server;
}

async function respond(simulator: Simulator, lane: Lane, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hangUp = new AbortController();
  let stay: Stay | null = null;
  response.on('close', () => {
    if (!response.writableFinished) hangUp.abort(new Error('the client hung up'));
  });
  try {
    const body = await readBody(request);
    if (body === null) return send(response, { status: 413, headers: {}, body: '' });
    const { method = 'GET', url = '/' } = request;
    const path = url.startsWith('http') ? url.slice(url.indexOf('/', url.indexOf('://') + 3)) : url;
    if (lane.excuse !== null && method === 'POST' && path === CLOCK_PATH) return send(response, excused(lane, body));
    const { [STAMP]: stamp, ...headers } = plainHeaders(request);
    stay = await lane.enter(stamp, hangUp.signal, () => hangUp.abort(new Error('the client does not wait any more')));
    send(response, await simulator.handle({ method, path, headers, body, signal: hangUp.signal }));
  } catch (thrown) {
    if (hangUp.signal.aborted) return void response.destroy();
    const message = `The simulator itself failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    send(response, {
      status: 500,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { code: 500, message, status: 'INTERNAL' } }),
    });
  } finally {
    stay?.leave();
  }
}

/** `{without: PID}`: time goes on without a process that has been stopped, until that speaks again. */
function excused({ excuse }: Lane, body: string): SimResponse {
  const pid = Number(/^\s*\{\s*"without"\s*:\s*(\d{1,10})\s*\}\s*$/.exec(body)?.[1]);
  if (Number.isNaN(pid)) return jsonResponse(400, { error: { code: 400, message: 'Expected {without: PID}.' } });
  const found = excuse?.(pid) === true;
  return found ? jsonResponse(200, {}) : jsonResponse(404, { error: { code: 404, message: `Process ${pid} has not joined the clock.` } });
}

function send(response: ServerResponse, { status, headers, body }: SimResponse): void {
  if (status === null) return reset(response.socket);
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(bytes);
}

function reset(socket: Duplex | null): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
  else socket?.destroy();
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function plainHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) out[name] = Array.isArray(value) ? value.join(', ') : value;
  return out;
}

async function upgrade(
  simulator: Simulator,
  lane: Lane,
  {
    webSockets,
    request,
    socket,
    head,
  }: { readonly webSockets: WebSocketServer; readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort(new Error('the client hung up'));
  socket.on('error', leave);
  socket.on('close', leave);
  const path = request.url ?? '/';
  const { [STAMP]: stamp, ...headers } = plainHeaders(request);
  let conversation: Conversation;
  let stay: Stay;
  try {
    stay = await lane.enter(stamp, gone.signal, leave);
    conversation = simulator.webSocket({ path, headers });
    await simulator.clock.sleepUntil(simulator.clock.now() + conversation.handshakeMs, gone.signal);
  } catch {
    return;
  }
  gone.signal.addEventListener('abort', () => stay.leave(), { once: true });
  if (conversation.handshake === 101) {
    return webSockets.handleUpgrade(request, socket, head, (client) => {
      client.once('message', (message) => void play(simulator, stay, { client, signal: gone.signal }, conversation.reply(String(message))));
      client.on('error', leave);
      stay.told();
    });
  }
  if (conversation.handshake === null) reset(socket);
  else refuse(socket, conversation.handshake);
  stay.leave();
}

async function play(
  { clock }: Simulator,
  stay: Stay,
  { client, signal }: { readonly client: WebSocket; readonly signal: AbortSignal },
  {
    messages,
    closeCode,
  }: { readonly messages: readonly { readonly afterMs: number; readonly text: string }[]; readonly closeCode: number | null },
): Promise<void> {
  try {
    for (const { afterMs, text } of messages) {
      await clock.sleepUntil(clock.now() + afterMs, signal);
      client.send(text);
      stay.told();
    }
  } catch {
    return;
  }
  if (closeCode === null || closeCode === CLOSED_NORMALLY) client.close(CLOSED_NORMALLY);
  else if (closeCode === 1006) client.terminate();
  else client.close(closeCode);
  stay.leave();
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
