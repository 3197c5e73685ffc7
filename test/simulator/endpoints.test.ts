import { request as httpRequest, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { inProcessProbeTransport } from '../../src/simulator/http/in-process.ts';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import { given, SHOP } from './support/given.ts';

const EVENTS = ['agent_started', 'agent_thinking', 'tool_executing', 'tool_completed', 'agent_completed'];

/** The small shop on a clock that moves only when nothing is in flight: real clients, no real time. */
function onVirtualTime(): { simulator: Simulator; clock: VirtualClock } {
  const { scenario } = given();
  const clock = new VirtualClock(scenario.startAt);
  return { clock, simulator: createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: 'http://simulator.invalid' }) };
}

async function within<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  await clock.run(work);
  return work;
}

describe('the simulated services over HTTP', () => {
  it('answer below their uri after the time that the world says', async () => {
    const { simulator, clock } = onVirtualTime();
    const { http } = inProcessProbeTransport(simulator);
    const startedAt = clock.now();
    const answer = await within(
      clock,
      http({ url: 'http://simulator.invalid/_services/shop/health?full=1', method: 'GET', headers: {}, body: '' }),
    );
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('healthy') });
    expect(clock.now()).toBeGreaterThan(startedAt);
    expect(simulator.requestsByApi()).toEqual({ services: 1 });
  });

  it('answer 404 for a service that does not exist', async () => {
    const { call } = given();
    expect((await call('GET', '/_services/other/health')).status).toBe(404);
  });

  it('end a request when the client hangs up', async () => {
    const { simulator, clock } = onVirtualTime();
    const hangUp = new AbortController();
    const asked = simulator.handle({ method: 'GET', path: '/_services/shop/health', headers: {}, body: '', signal: hangUp.signal });
    hangUp.abort(new Error('gone'));
    await expect(within(clock, asked)).rejects.toThrow('gone');
    expect(simulator.ledger).toMatchObject([{ status: null, api: 'services' }]);
  });

  it('are reached by a real node:http client over a connection within the process', async () => {
    const { simulator, clock } = onVirtualTime();
    const { connect } = inProcessProbeTransport(simulator);
    const request = httpRequest({ createConnection: connect, host: 'simulator.invalid', path: '/_services/front/', method: 'GET' });
    const answered = new Promise<IncomingMessage>((resolve, reject) => request.on('response', resolve).on('error', reject)).then(
      async (response) => ({
        status: response.statusCode,
        body: (await response.toArray()).join(''),
      }),
    );
    request.end();
    expect(await within(clock, answered)).toMatchObject({ status: 200, body: expect.stringContaining('<!doctype html>') });
  });
});

describe('the simulated services over WebSocket', () => {
  async function converse(path: string, prepare?: (simulator: Simulator) => unknown) {
    const { simulator, clock } = onVirtualTime();
    await prepare?.(simulator);
    const { connect } = inProcessProbeTransport(simulator);
    const socket = new WebSocket(`ws://simulator.invalid${path}`, { createConnection: connect });
    const seen: { type: string; at: number }[] = [];
    const ended = new Promise<number>((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'start' })));
      socket.on('message', (message) => seen.push({ type: (JSON.parse(String(message)) as { type: string }).type, at: clock.now() }));
      socket.on('close', resolve);
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => undefined);
    });
    return { code: await within(clock, ended), seen, simulator };
  }

  it('send their events in order, each at its time, and close normally', async () => {
    const { code, seen } = await converse('/_services/shop/ws');
    expect(code).toBe(1000);
    expect(seen.map(({ type }) => type)).toEqual(EVENTS);
    for (let index = 1; index < seen.length; index++) expect(seen[index]!.at).toBeGreaterThan(seen[index - 1]!.at);
  });

  it('are told apart by tag', async () => {
    expect((await converse('/_services/shop~old/ws')).code).toBe(1000);
    expect((await converse('/_services/shop~new/ws')).code).toBe(404);
  });

  it('refuse the handshake where there is no such service or path', async () => {
    expect((await converse('/_services/other/ws')).code).toBe(404);
    const { code, simulator } = await converse('/_services/front/ws');
    expect(code).toBe(404);
    expect(simulator.ledger).toMatchObject([{ status: 404, api: 'services' }]);
  });

  it('are nowhere but below the services', async () => {
    expect((await converse('/v2/projects')).code).toBe(404);
  });

  it('are shut where requests are shut: by a fault of their path, and by internal ingress', async () => {
    const forbidden = { id: 'invoker', match: { path: '/_services/shop/**' }, answer: { status: 403 } };
    const { code, simulator } = await converse('/_services/shop/ws', ({ faults }) => faults.add(forbidden));
    expect(code).toBe(403);
    expect(simulator.faults.counts()).toEqual({ invoker: 1 });
    const reset = { id: 'gone', match: { path: '/_services/shop/**' }, answer: { lostBefore: true as const } };
    expect((await converse('/_services/shop/ws', ({ faults }) => faults.add(reset))).code).toBe(1006);
    const internal = {
      method: 'PATCH',
      path: `${SHOP}?updateMask=ingress`,
      headers: {},
      body: '{"ingress":"INGRESS_TRAFFIC_INTERNAL_ONLY"}',
    };
    expect((await converse('/_services/shop/ws', (simulator) => simulator.handle(internal))).code).toBe(404);
  });
});
