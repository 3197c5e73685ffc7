import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createPostgres } from '../../src/simulator/postgres.ts';
import { readScenario, type Scenario } from '../../src/simulator/scenario.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import { HandClock } from './support/given.ts';

const INSTANCE = 'staging-shared-postgres';
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** The database of a scenario on a port; its clock jumps to whatever it is asked to wait for. */
async function database(scenario: Scenario): Promise<{ readonly clock: HandClock; dial(): Client }> {
  const world = createWorld(scenario);
  const clock = new HandClock(scenario.startAt);
  const server = createPostgres({ world, instance: INSTANCE, clock, settle: () => (world.advanceTo(clock.now()), clock.now()) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { clock, dial: () => new Client(connect(port, '127.0.0.1')) };
}

/** As much of a client as the protocol needs to be seen. */
class Client {
  readonly socket: Socket;
  #seen = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => (this.#seen = Buffer.concat([this.#seen, chunk])));
    socket.on('error', () => undefined);
    open.push(() => socket.destroy());
  }

  startup(): this {
    const body = Buffer.from('user\0probe\0database\0app\0\0');
    const head = Buffer.alloc(8);
    head.writeInt32BE(body.length + 8, 0);
    head.writeInt32BE(196_608, 4);
    this.socket.write(Buffer.concat([head, body]));
    return this;
  }

  send(type: string, body: Buffer | string): this {
    const bytes = Buffer.from(body);
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes.length + 4);
    this.socket.write(Buffer.concat([Buffer.from(type), length, bytes]));
    return this;
  }

  /** Types and bodies of the messages up to `last`, which are then forgotten; until the end of the stream without one. */
  async until(last: string): Promise<readonly (readonly [string, string])[]> {
    for (;;) {
      const messages = this.#messages();
      if (messages.some(([type]) => type === last)) {
        this.#seen = Buffer.alloc(0);
        return messages;
      }
      await once(this.socket, 'data');
    }
  }

  #messages(): readonly (readonly [string, string])[] {
    const found: [string, string][] = [];
    for (let at = 0; at + 5 <= this.#seen.length;) {
      const length = this.#seen.readInt32BE(at + 1);
      if (at + 1 + length > this.#seen.length) break;
      found.push([String.fromCharCode(this.#seen[at]!), this.#seen.subarray(at + 5, at + 1 + length).toString('latin1')]);
      at += 1 + length;
    }
    return found;
  }
}

const kinds = (messages: readonly (readonly [string, string])[]): string => messages.map(([type]) => type).join('');

describe('the simulated database', () => {
  it('declines TLS, lets a client in, and answers SELECT 1 by the simple protocol', async () => {
    const client = (await database(readScenario('already-healthy'))).dial();
    client.socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    const [answer] = (await once(client.socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('N');
    client.socket.removeAllListeners('data');
    const inside = new Client(client.socket).startup();
    expect(kinds(await inside.until('Z'))).toMatch(/^RS+KZ$/);
    inside.send('Q', 'SELECT 1;\0');
    const answered = await inside.until('Z');
    expect(kinds(answered)).toBe('TDCZ');
    expect(answered[1]![1]).toBe('\0\x01\0\0\0\x011');
  });

  it('answers by the extended protocol, and after an error nothing until Sync', async () => {
    const client = (await database(readScenario('already-healthy'))).dial().startup();
    await client.until('Z');
    client.send('P', '\0SELECT 1\0\0\0').send('B', '\0\0\0\0\0\0\0\0').send('D', 'P\0').send('E', '\0\0\0\0\0').send('S', '');
    expect(kinds(await client.until('Z'))).toBe('12TDCZ');
    client.send('P', '\0SELECT * FROM users\0\0\0').send('B', '\0\0\0\0\0\0\0\0').send('E', '\0\0\0\0\0').send('S', '');
    const refused = await client.until('Z');
    expect(kinds(refused)).toBe('EZ');
    expect(refused[0]![1]).toContain('C0A000');
  });

  it('refuses with 53300 beyond the slots that the world has left, and lets in again when one is given back', async () => {
    const scenario = readScenario('already-healthy');
    const [described] = scenario.world.databases;
    // 84 are held by the instances and 2 by others; 5 are reserved.
    const databases = [{ ...described!, flags: [{ name: 'max_connections', value: '93' }] }];
    const { dial } = await database({ ...scenario, world: { ...scenario.world, databases } });
    const [first, second] = [dial().startup(), dial().startup()];
    await Promise.all([first.until('Z'), second.until('Z')]);
    const third = dial().startup();
    const [fatal] = await third.until('E');
    expect(fatal![1]).toContain('SFATAL');
    expect(fatal![1]).toContain('C53300');
    expect(fatal![1]).toContain('remaining connection slots are reserved');
    first.send('X', '');
    await once(first.socket, 'close');
    expect(kinds(await dial().startup().until('Z'))).toMatch(/Z$/);
  });

  it('takes as long to let a client in as the connector makes it take, and never lets it in when every packet is lost', async () => {
    const scenario = readScenario('no-improvement');
    const [connector] = scenario.world.connectors;
    const lossless = [{ ...connector!, dropAbove: 1_000 }];
    const [fast, slow] = await Promise.all([
      database(readScenario('already-healthy')),
      database({ ...scenario, world: { ...scenario.world, connectors: lossless } }),
    ]);
    const [fastFrom, slowFrom] = [fast.clock.now(), slow.clock.now()];
    await Promise.all([fast.dial().startup().until('Z'), slow.dial().startup().until('Z')]);
    expect(fast.clock.now() - fastFrom).toBeLessThan(100);
    expect(slow.clock.now() - slowFrom).toBeGreaterThan(2_000);
    const world = createWorld(scenario);
    const fates = Array.from({ length: 100 }, (_, attempt) => world.database.admission(INSTANCE, 0, attempt).afterMs);
    expect(fates.filter((afterMs) => afterMs === null).length).toBeGreaterThan(50);
    expect(Math.max(...fates.map((afterMs) => afterMs ?? 0))).toBeGreaterThan(15_000);
  });

  it('ends a connection that does not speak the protocol', async () => {
    const client = (await database(readScenario('already-healthy'))).dial();
    client.socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(client.socket, 'close');
  });
});
