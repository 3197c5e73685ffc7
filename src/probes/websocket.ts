import WebSocket from 'ws';
import { SECOND } from '../core/duration.ts';
import { plainLine } from '../core/outside/plain.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProbesPort, WebSocketAnswer } from '../ports/probes.ts';
import { targetOf } from './connect.ts';
import type { Connect } from './connect.ts';
import { LATE, within } from './deadline.ts';
import { certificateDetail, problemOf } from './problems.ts';

const MAX_MESSAGES = 1_000;
/** All messages of one conversation together. */
const MAX_BYTES = 8 * 1024 * 1024;
/** A peer that says something of ours just before every deadline keeps nobody longer than so many of them. */
const MOST_DEADLINES = 20;
/** Pings are answered only while the peer takes the answers. */
const MOST_UNSENT = 16 * 1024;
/** How long a ping may stay unanswered before the socket counts as half-open. */
const PONG_WITHIN = 10 * SECOND;
const LONGEST_TYPE = 200;
const MAX_MESSAGE_BYTES = 1024 * 1024;

type Happening =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly status: number }
  /** `type`: null: not one of ours. */
  | { readonly kind: 'message'; readonly type: string | null; readonly at: number }
  | { readonly kind: 'ended'; readonly problem: string; readonly detail: string | null };

type ProbeWebSocket = ProbesPort['webSocket'];

/**
 * One conversation over a real WebSocket client: handshake, our message, then events until `last`. Every deadline is on the
 * given clock. Whatever goes wrong is an answer with a `problem`; only the caller's abort is thrown.
 */
export function createWebSocketProbe(clock: Clock, connect: Connect | null): ProbeWebSocket {
  return async (request) => {
    if (!URL.canParse(request.url)) return { handshake: null, events: [], problem: 'bad-url' };
    const inbox = new Inbox();
    const socket = open(request, clock, connect, inbox);
    try {
      const first = await within(clock, clock.now() + request.handshakeWithinMs, inbox.next(), request.signal);
      if (first === LATE) return { handshake: null, events: [], problem: 'deadline' };
      if (first.kind === 'refused') return { handshake: first.status, events: [], problem: `handshake answered ${first.status}` };
      if (first.kind === 'ended')
        return { handshake: null, events: [], problem: first.problem, ...(first.detail === null ? {} : { detail: first.detail }) };
      if (first.kind !== 'opened') return { handshake: null, events: [], problem: 'message before the handshake' };
      socket.send(JSON.stringify(request.send));
      return await collect(request, clock, inbox, socket);
    } finally {
      // `terminate` besides: a peer that never answers the close frame would hold the socket for half a minute.
      if (socket.readyState === WebSocket.OPEN) socket.close(1000);
      socket.terminate();
    }
  };
}

async function collect(request: Parameters<ProbeWebSocket>[0], clock: Clock, inbox: Inbox, socket: WebSocket): Promise<WebSocketAnswer> {
  const events: { type: string; afterMs: number }[] = [];
  const answer = (problem: string | null): WebSocketAnswer => ({ handshake: 101, events, problem });
  let previousAt = clock.now();
  const overAt = previousAt + MOST_DEADLINES * request.eventWithinMs;
  while (previousAt < overAt) {
    const next = inbox.next();
    const happening = await within(clock, Math.min(overAt, previousAt + request.eventWithinMs), next, request.signal);
    if (happening === LATE) return answer(clock.now() < overAt ? await silence(socket, next, clock, request.signal) : 'deadline');
    if (happening.kind !== 'message') return answer(happening.kind === 'ended' ? happening.problem : 'unexpected handshake');
    const { type, at } = happening;
    if (type === null) continue;
    events.push({ type, afterMs: at - previousAt });
    previousAt = at;
    if (type === request.last) return answer(null);
  }
  return answer('deadline');
}

/** A deadline passed. A peer that still answers a ping is there and only says nothing; one that does not is gone without a word. */
async function silence(socket: WebSocket, next: Promise<Happening>, clock: Clock, signal: AbortSignal | undefined): Promise<string> {
  const pong = new Promise<'deadline'>((resolve) => socket.once('pong', () => resolve('deadline')));
  socket.ping();
  const spoke = next.then((happening) => (happening.kind === 'ended' ? happening.problem : 'deadline'));
  const sign = await within(clock, clock.now() + PONG_WITHIN, Promise.race([pong, spoke]), signal);
  return sign === LATE ? 'half-open' : sign;
}

function open(request: Parameters<ProbeWebSocket>[0], clock: Clock, connect: Connect | null, inbox: Inbox): WebSocket {
  const target = targetOf(new URL(request.url));
  const socket = new WebSocket(request.url, {
    headers: { ...request.headers },
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    autoPong: false,
    ...(connect === null
      ? {}
      : { createConnection: (() => connect(target)) as unknown as NonNullable<WebSocket.ClientOptions['createConnection']> }),
  });
  socket.on('open', () => inbox.put({ kind: 'opened' }));
  socket.on('unexpected-response', (_request, response) => inbox.put({ kind: 'refused', status: response.statusCode ?? 0 }));
  socket.on('ping', (data) => {
    if (socket.readyState === WebSocket.OPEN && socket.bufferedAmount <= MOST_UNSENT) socket.pong(data);
  });
  let messages = 0;
  let bytes = 0;
  socket.on('message', (data: Buffer) => {
    messages += 1;
    bytes += data.length;
    if (messages <= MAX_MESSAGES && bytes <= MAX_BYTES)
      return inbox.put({ kind: 'message', type: typeOf(data.toString()), at: clock.now() });
    socket.removeAllListeners('message');
    const problem = messages > MAX_MESSAGES ? `more than ${MAX_MESSAGES} messages` : `more than ${MAX_BYTES / 1024 / 1024} MiB of messages`;
    inbox.put({ kind: 'ended', problem, detail: null });
    socket.terminate();
  });
  socket.on('close', (code) => inbox.put({ kind: 'ended', problem: `closed ${code}`, detail: null }));
  socket.on('error', (error) => inbox.put({ kind: 'ended', problem: problemOf(error), detail: certificateDetail(error) }));
  return socket;
}

/** `type`, or `event`, of a JSON message; null: not one of ours. */
function typeOf(text: string): string | null {
  try {
    const message = JSON.parse(text) as { readonly type?: unknown; readonly event?: unknown } | null;
    const type = message?.type ?? message?.event;
    return typeof type === 'string' ? plainLine(type).slice(0, LONGEST_TYPE) : null;
  } catch {
    return null;
  }
}

/** What happened on the socket, in order, for one reader. */
class Inbox {
  readonly #kept: Happening[] = [];
  #reader: ((happening: Happening) => void) | null = null;

  put(happening: Happening): void {
    const reader = this.#reader;
    this.#reader = null;
    if (reader === null) this.#kept.push(happening);
    else reader(happening);
  }

  next(): Promise<Happening> {
    const kept = this.#kept.shift();
    if (kept !== undefined) return Promise.resolve(kept);
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }
}
