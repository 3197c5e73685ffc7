import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createProbes } from '../../src/probes/probes.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { SkippingClock } from '../gcp/support/skipping-clock.ts';
import { serveSimulator, type ServedSimulator } from '../../src/simulator/server.ts';
import { given, SHOP } from './support/given.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function served(change: Parameters<typeof given>[0] = {}, speed = 1): Promise<ServedSimulator> {
  const server = await serveSimulator({ port: 0, scenario: given(change).scenario, speed });
  open.push(server);
  return server;
}

/** The connection, and its end however it comes. */
function dialled(port: number): { readonly socket: Socket; readonly ended: Promise<unknown> } {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  return { socket, ended: once(socket, 'close') };
}

describe('the simulator on a port', () => {
  it('listens on the loopback and names the services by its own address', async () => {
    const { url } = await served();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const service = (await (await fetch(url + SHOP)).json()) as { uri: string };
    expect(service.uri).toBe(`${url}/_services/shop`);
  });

  it('says what to do when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => other.close(() => resolve())) });
    const { port } = other.address() as AddressInfo;
    await expect(serveSimulator({ port, scenario: given().scenario, speed: 1 })).rejects.toMatchObject({
      kind: 'user',
      code: 'port-in-use',
      exitCode: 2,
      fix: expect.stringContaining('--port'),
    });
  });

  it('answers PostgreSQL clients on a port of their own, only when asked to, and hangs up on them when it closes', async () => {
    expect((await served()).pgPort).toBeNull();
    const server = await serveSimulator({ port: 0, pgPort: 0, scenario: given().scenario, speed: 1_000 });
    open.push(server);
    const { socket, ended } = dialled(server.pgPort ?? 0);
    const startup = Buffer.from('user\0app\0\0');
    const head = Buffer.alloc(8);
    head.writeInt32BE(startup.length + 8, 0);
    head.writeInt32BE(196_608, 4);
    socket.write(Buffer.concat([head, startup]));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.subarray(0, 1).toString()).toBe('R');
    await server.close();
    await ended;
  });

  it('says what to do when the scenario has no database to answer', async () => {
    const { scenario } = given();
    const without = { ...scenario, world: { ...scenario.world, databases: [] } };
    await expect(serveSimulator({ port: 0, pgPort: 0, scenario: without, speed: 1 })).rejects.toMatchObject({
      kind: 'user',
      code: 'no-database',
      fix: expect.stringContaining('--pg-port'),
    });
  });

  it('runs its clock at the asked speed from the start of the scenario', async () => {
    const { url, simulator } = await served({}, 1_000);
    const { now, speed } = (await (await fetch(`${url}/_sim/clock`)).json()) as { now: number; speed: number };
    expect(speed).toBe(1_000);
    expect(now).toBeGreaterThanOrEqual(simulator.scenario.startAt);
    await simulator.clock.sleepUntil(now + 10_000);
    expect(simulator.settle()).toBeGreaterThanOrEqual(now + 10_000);
  });

  it('resets the connection of a lost answer', async () => {
    const { url } = await served({ faults: [{ id: 'lost', match: { path: '/v2/**' }, times: 1, answer: { lostAfterCommit: true } }] });
    await expect(fetch(url + SHOP)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect((await fetch(url + SHOP)).status).toBe(200);
  });

  it('forgets a request whose client has hung up', async () => {
    const { url, simulator } = await served({ faults: [{ id: 'hung', match: { path: '/v2/**' }, times: 1, answer: { hang: true } }] });
    const hangUp = new AbortController();
    const hung = fetch(url + SHOP, { signal: hangUp.signal });
    while (simulator.faults.unconsumed().length > 0) await (await fetch(`${url}/_sim/healthz`)).text();
    hangUp.abort();
    await expect(hung).rejects.toThrow(/aborted/);
    expect((await fetch(url + SHOP)).status).toBe(200);
    expect(simulator.ledger.find(({ fault }) => fault === 'hung')).toMatchObject({ status: null });
  });

  it('lets the people of the scenario make their changes', async () => {
    const request = { method: 'PATCH', path: `${SHOP}?updateMask=traffic`, body: { traffic: [] } };
    const { simulator, url } = await served(
      {
        people: [
          { at: 5_000, request, actor: 'ann@example.com', mayFail: false },
          { at: 1_000, do: 'hold' },
        ],
      },
      1_000,
    );
    await simulator.clock.sleepUntil(simulator.scenario.startAt + 6_000);
    while (simulator.writes().length === 0) await (await fetch(`${url}/_sim/healthz`)).text();
    expect(simulator.writes()).toMatchObject([{ actor: 'ann@example.com' }]);
    expect(simulator.writes()[0]!.at).toBeGreaterThanOrEqual(simulator.scenario.startAt + 5_000);
  });

  it('closes with connections still open, and the port is free again', async () => {
    const server = await serveSimulator({ port: 0, scenario: given().scenario, speed: 1 });
    const port = Number(new URL(server.url).port);
    await (await fetch(`${server.url}/_sim/healthz`)).text();
    await server.close();
    open.push(await serveSimulator({ port, scenario: given().scenario, speed: 1 }));
  });
});

describe('gRPC on the same port', () => {
  it('speaks gRPC health by HTTP/2 beside HTTP/1.1, and asks for an invoker', async () => {
    const scenario = readScenario('internal-service');
    const served = await serveSimulator({ port: 0, scenario, speed: 1 });
    try {
      const metadata = `${served.url}/computeMetadata/v1/instance/service-accounts/default/identity?audience=`;
      const token = await (await fetch(metadata + encodeURIComponent(`${served.url}/_services/rates`))).text();
      const probes = createProbes({ clock: new SkippingClock() });
      const request = { origin: served.url, below: '/_services/rates', service: 'rates.v1.Rates', deadlineMs: 15_000 };
      const headers = { 'X-Serverless-Authorization': `Bearer ${token}` };
      expect(await probes.grpcHealth({ ...request, headers })).toMatchObject({ status: 200, grpcStatus: 0, serving: 'SERVING' });
      expect(await probes.grpcHealth({ ...request, headers: { authorization: `Bearer ${token}x` } })).toMatchObject({ status: 401 });
      expect(await probes.grpcHealth(request)).toMatchObject({ status: 403, grpcStatus: null });
      expect((await fetch(`${served.url}/_services/rates/health`, { headers })).status).toBe(415);
    } finally {
      await served.close();
    }
  });
});
