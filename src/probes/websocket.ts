import WebSocket from 'ws';
import type { Clock } from '../ports/clock.ts';
import type { ProbesPort, WebSocketAnswer } from '../ports/probes.ts';
import { targetOf } from './connect.ts';
import type { Connect } from './connect.ts';
import { LATE, within } from './deadline.ts';
import { problemOf } from './problems.ts';

const MAX_MESSAGES = 1_000;
const MAX_MESSAGE_BYTES = 1024 * 1024;

type Happening =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'message'; readonly text: string; readonly at: number }
  | { readonly kind: 'ended'; readonly problem: string };

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
      if (first.kind !== 'opened')
        return { handshake: null, events: [], problem: first.kind === 'ended' ? first.problem : 'message before the handshake' };
      socket.send(JSON.stringify(request.send));
      return await collect(request, clock, inbox);
    } finally {
      // `terminate` besides: a peer that never answers the close frame would hold the socket for half a minute.
      if (socket.readyState === WebSocket.OPEN) socket.close(1000);
      socket.terminate();
    }
  };
}

async function collect(request: Parameters<ProbeWebSocket>[0], clock: Clock, inbox: Inbox): Promise<WebSocketAnswer> {
  const events: { type: string; afterMs: number }[] = [];
  const answer = (problem: string | null): WebSocketAnswer => ({ handshake: 101, events, problem });
  let previousAt = clock.now();
  for (let received = 0; received < MAX_MESSAGES; received += 1) {
    const happening = await within(clock, previousAt + request.eventWithinMs, inbox.next(), request.signal);
    if (happening === LATE) return answer('deadline');
    if (happening.kind !== 'message') return answer(happening.kind === 'ended' ? happening.problem : 'unexpected handshake');
    const type = typeOf(happening.text);
    if (type === null) continue;
    events.push({ type, afterMs: happening.at - previousAt });
    previousAt = happening.at;
    if (type === request.last) return answer(null);
  }
  return answer(`more than ${MAX_MESSAGES} messages`);
}

function open(request: Parameters<ProbeWebSocket>[0], clock: Clock, connect: Connect | null, inbox: Inbox): WebSocket {
  const target = targetOf(new URL(request.url));
  const socket = new WebSocket(request.url, {
    headers: { ...request.headers },
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    ...(connect === null
      ? {}
      : { createConnection: (() => connect(target)) as unknown as NonNullable<WebSocket.ClientOptions['createConnection']> }),
  });
  socket.on('open', () => inbox.put({ kind: 'opened' }));
  socket.on('unexpected-response', (_request, response) => inbox.put({ kind: 'refused', status: response.statusCode ?? 0 }));
  socket.on('message', (data) => inbox.put({ kind: 'message', text: data.toString(), at: clock.now() }));
  socket.on('close', (code) => inbox.put({ kind: 'ended', problem: `closed ${code}` }));
  socket.on('error', (error) => inbox.put({ kind: 'ended', problem: problemOf(error) }));
  return socket;
}

/** `type`, or `event`, of a JSON message; null: not one of ours. */
function typeOf(text: string): string | null {
  try {
    const message = JSON.parse(text) as { readonly type?: unknown; readonly event?: unknown } | null;
    const type = message?.type ?? message?.event;
    return typeof type === 'string' ? type : null;
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
