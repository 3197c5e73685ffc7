import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { duplexPair } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { createProbes } from '../../src/probes/probes.ts';
import { selfSigned } from './support/certificate.ts';
import { startTlsPeer } from './support/tls-peer.ts';
import { SkippingClock } from '../gcp/support/skipping-clock.ts';

const ASK = { send: { type: 'chat', text: 'hello' }, last: 'agent_completed', handshakeWithinMs: 20_000, eventWithinMs: 10_000 };

/** A server on a socket that talks as it is told once it has got the first message. */
async function startServer(talk: (socket: WebSocket, first: string) => void) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', (data) => talk(socket, String(data))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    server,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const say = (socket: WebSocket, ...types: readonly string[]): void => types.forEach((type) => socket.send(JSON.stringify({ type })));

describe('a WebSocket probe', () => {
  test('hears events in order, by type or event, until the last', async () => {
    const heard: string[] = [];
    await using peer = await startServer((socket, first) => {
      heard.push(first);
      say(socket, 'agent_started');
      socket.send(JSON.stringify({ event: 'agent_thinking' }));
      socket.send('not JSON');
      socket.send(JSON.stringify({ note: 'no type' }));
      say(socket, 'agent_completed', 'too_late');
    });
    const answer = await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: peer.url });
    expect(answer).toEqual({
      handshake: 101,
      problem: null,
      events: ['agent_started', 'agent_thinking', 'agent_completed'].map((type) => ({ type, afterMs: 0 })),
    });
    expect(heard).toEqual([JSON.stringify(ASK.send)]);
  });

  test('measures the time between events by the clock', async () => {
    const clock = new SkippingClock();
    await using peer = await startServer((socket) => {
      clock.advance(1_500);
      say(socket, 'agent_completed');
    });
    expect((await createProbes({ clock }).webSocket({ ...ASK, url: peer.url })).events).toEqual([
      { type: 'agent_completed', afterMs: 1_500 },
    ]);
    expect(clock.asleep).toBe(0);
  });

  test('says what came before an event stayed away', async () => {
    const clock = new SkippingClock();
    let told = (): void => undefined;
    const said = new Promise<void>((resolve) => (told = resolve));
    await using peer = await startServer((socket) => {
      say(socket, 'agent_started');
      told();
    });
    const answer = createProbes({ clock }).webSocket({ ...ASK, url: peer.url });
    await said;
    // The event must have arrived and its successor be awaited before the time may pass.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10_000);
    expect(await answer).toEqual({ handshake: 101, events: [{ type: 'agent_started', afterMs: 0 }], problem: 'deadline' });
  });

  test('a peer that does not even answer a ping any more has left a half-open socket', async () => {
    const clock = new SkippingClock();
    let told = (): void => undefined;
    const said = new Promise<void>((resolve) => (told = resolve));
    await using peer = await startServer((socket) => {
      say(socket, 'agent_started');
      // As when a machine is gone: nothing is read any more, and no FIN was sent.
      socket.pause();
      told();
    });
    const answer = createProbes({ clock }).webSocket({ ...ASK, url: peer.url });
    await said;
    for (let deadline = 0; deadline < 2; deadline += 1) {
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10_000);
    }
    expect(await answer).toEqual({ handshake: 101, events: [{ type: 'agent_started', afterMs: 0 }], problem: 'half-open' });
  });

  test('a certificate that is not accepted is a finding of its own', async () => {
    await using peer = await startTlsPeer(selfSigned({ names: ['127.0.0.1'] }));
    const answer = await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: peer.url.replace('https', 'wss') });
    expect(answer).toMatchObject({ handshake: null, problem: 'tls', detail: expect.stringContaining('self-signed') });
  });

  test('a closed socket is an answer', async () => {
    await using peer = await startServer((socket) => socket.close(1011));
    expect(await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: peer.url })).toMatchObject({
      handshake: 101,
      problem: 'closed 1011',
    });
  });

  test('a refused handshake gives its status', async () => {
    const server = createServer((_request, response) => response.writeHead(503).end());
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
    expect(await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url })).toEqual({
      handshake: 503,
      events: [],
      problem: 'handshake answered 503',
    });
    server.close();
  });

  test('nobody listening, and a handshake that never comes, are answers', async () => {
    const clock = new SkippingClock();
    expect(await createProbes({ clock }).webSocket({ ...ASK, url: 'ws://127.0.0.1:1/' })).toEqual({
      handshake: null,
      events: [],
      problem: 'refused',
    });
    const [ours] = duplexPair();
    const answer = createProbes({ clock, connect: () => ours }).webSocket({ ...ASK, url: 'ws://x/' });
    clock.advance(20_000);
    expect(await answer).toEqual({ handshake: null, events: [], problem: 'deadline' });
  });

  test('what is no URL is an answer', async () => {
    expect(await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: 'nonsense' })).toMatchObject({
      handshake: null,
      problem: 'bad-url',
    });
  });

  test('a peer that never stops talking is left', async () => {
    await using peer = await startServer((socket) => say(socket, ...Array.from({ length: 1_200 }, () => 'noise')));
    expect(await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: peer.url })).toMatchObject({
      problem: 'more than 1000 messages',
    });
  });

  test('a peer that sends more than anybody needs is left, however few its messages', async () => {
    const large = JSON.stringify({ type: 'noise', text: 'x'.repeat(900_000) });
    await using peer = await startServer((socket) => Array.from({ length: 20 }, () => socket.send(large)));
    const answer = await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: peer.url });
    expect(answer).toMatchObject({ handshake: 101, problem: 'more than 8 MiB of messages' });
    expect(answer.events).toHaveLength(9);
  });

  test('a peer that says something just before every deadline is left after twenty of them', async () => {
    const clock = new SkippingClock();
    let sent = 0;
    await using peer = await startServer((socket) => {
      const drip = (): void => {
        sent += 1;
        if (sent > 60) return;
        clock.advance(9_999);
        socket.send(JSON.stringify({ type: 'agent_thinking' }), () => setImmediate(drip));
      };
      drip();
    });
    const answer = await createProbes({ clock }).webSocket({ ...ASK, url: peer.url });
    expect(answer.problem).toBe('deadline');
    expect(answer.events.length).toBeLessThanOrEqual(21);
  });

  test('pings are answered while the peer takes the answers', async () => {
    await using peer = await startServer((socket) => {
      socket.on('pong', (data) => say(socket, String(data)));
      socket.ping('agent_completed');
    });
    const answer = await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: peer.url });
    expect(answer.events.map(({ type }) => type)).toEqual(['agent_completed']);
  });

  test('the type of an event is plain and of bounded length', async () => {
    await using peer = await startServer((socket) => say(socket, `\u001B[2Ja\u202Eb${'c'.repeat(5_000)}`, 'agent_completed'));
    const answer = await createProbes({ clock: new SkippingClock() }).webSocket({ ...ASK, url: peer.url });
    expect(answer.events[0]?.type).toBe(`ab${'c'.repeat(198)}`);
  });

  test('speaks over a stream that it is given', async () => {
    await using peer = await startServer((socket) => say(socket, 'agent_completed'));
    const connect = () => {
      const [ours, theirs] = duplexPair();
      peer.server.emit('connection', theirs);
      return ours;
    };
    expect(
      await createProbes({ clock: new SkippingClock(), connect }).webSocket({ ...ASK, url: 'wss://backend.run.app/ws' }),
    ).toMatchObject({ handshake: 101, problem: null });
  });

  test('the caller’s abort is thrown', async () => {
    const stop = new AbortController();
    const [ours] = duplexPair();
    const answer = createProbes({ clock: new SkippingClock(), connect: () => ours }).webSocket({
      ...ASK,
      url: 'ws://x/',
      signal: stop.signal,
    });
    stop.abort(new Error('stopped by hand'));
    await expect(answer).rejects.toThrow('stopped by hand');
  });
});
