import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWallClock } from '../../src/clocks/wall-clock.ts';
import type { DatabaseAnswer } from '../../src/ports/probes.ts';
import { createDatabaseProbe } from '../../src/probes/postgres.ts';
import { createProbesOver } from '../../src/probes/probes.ts';
import { SkippingClock } from '../gcp/support/skipping-clock.ts';
import { NO_POSTGRES, PASSWORD, USERS, postgresPrograms, startPostgres } from './support/postgres-server.ts';
import type { PostgresServer } from './support/postgres-server.ts';

const programs = postgresPrograms();
const BASE = { host: '127.0.0.1', database: 'postgres', password: PASSWORD, tls: false, connections: 1, deadlineMs: 10_000 } as const;
const probe = createDatabaseProbe(createWallClock(), null);

if (programs === null) test.skip(`against a real server: ${NO_POSTGRES}`, () => {});

describe.skipIf(programs === null)('a database probe against a real PostgreSQL server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs!, 9);
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  test.each([
    ['SCRAM-SHA-256', USERS.scram, false],
    ['SCRAM-SHA-256 over TLS', USERS.scram, true],
    ['MD5', USERS.md5, false],
    ['a readable password without TLS', USERS.cleartext, false],
    ['no password at all over TLS', USERS.trusted, true],
  ])('logs in by %s, gets its answer and measures the time', async (_how, user, tls) => {
    const { connections } = await probe({ ...BASE, port: server.port, user, tls });
    expect(connections).toEqual([{ connectMs: expect.any(Number), queryMs: expect.any(Number), problem: null }]);
  });

  test.each([
    ['a readable password', USERS.cleartext],
    ['an MD5 hash of it', USERS.md5],
  ])('does not send %s to a server whose certificate cannot be verified', async (_what, user) => {
    const { connections } = await probe({ ...BASE, port: server.port, user, tls: true });
    expect(connections[0]?.problem).toContain('the certificate cannot be verified');
    expect(connections[0]?.problem).toContain('it was not sent');
  });

  test.each([
    ['a wrong password', { user: USERS.scram, password: 'wrong' }, 'FATAL 28P01 (the password is refused): '],
    ['an unknown database', { user: USERS.trusted, database: 'nowhere' }, 'FATAL 3D000 (there is no such database): '],
    ['a user without a way in', { user: 'stranger' }, 'FATAL 28000 (the login is not allowed): '],
    ['a missing password', { user: USERS.scram, password: null }, 'the server asks for a password, and the document names none'],
  ])('says what the server says about %s', async (_what, changed, problem) => {
    const { connections } = await probe({ ...BASE, port: server.port, ...changed });
    expect(connections[0]).toEqual({ connectMs: null, problem: expect.stringContaining(problem) });
  });

  test('holds all connections open together: beyond the limit the rest is refused by name', async () => {
    const answered = ({ connections }: DatabaseAnswer) => connections.filter(({ problem }) => problem === null).length;
    // The server may not have noticed the goodbyes of the tests before.
    const answer = await eventually(
      () => probe({ ...BASE, port: server.port, user: USERS.trusted, connections: 14 }),
      (found) => answered(found) === 9,
    );
    const refused = answer.connections.filter(({ problem }) => problem?.startsWith('FATAL 53300 (no connection slot is left): '));
    expect([answered(answer), refused.length]).toEqual([9, 5]);
  });

  test('leaves nothing behind: as many again can be opened afterwards', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { connections } = await eventually(
        () => probe({ ...BASE, port: server.port, user: USERS.trusted, connections: 9 }),
        (answer) => answer.connections.every(({ problem }) => problem === null),
      );
      expect(connections.every(({ problem }) => problem === null)).toBe(true);
    }
  });
});

/** A server takes a moment to notice a goodbye. */
async function eventually<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (let left = 100; ; left -= 1) {
    const answer = await ask();
    if (good(answer) || left === 0) return answer;
  }
}

/** Plays a PostgreSQL server badly: `script` gets each message of the client by its order. */
async function startPeer(script: (socket: Socket, nth: number, bytes: Buffer) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let nth = 0;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => script(socket, (nth += 1), bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** Until so many connections were made. */
    async met(count: number): Promise<void> {
      while (sockets.size < count) await new Promise((resolve) => setImmediate(resolve));
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const AUTHENTICATED = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A message of the server: type, length, body. */
function frame(type: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(Buffer.byteLength(body) + 4, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

describe('a database probe against a server that misbehaves', () => {
  const user = 'anybody';

  test.each([
    ['says nothing at all', () => undefined, 'connected, but the server says nothing (given up after 30s)'],
    [
      'logs in and does not become ready',
      (socket: Socket) => void socket.write(AUTHENTICATED),
      'logged in, but the server does not become ready',
    ],
    [
      'does not answer the query',
      (socket: Socket, nth: number) => void (nth === 1 && socket.write(Buffer.concat([AUTHENTICATED, READY]))),
      'logged in, but SELECT 1 is not answered (given up after 30s)',
    ],
  ])('that %s is given up at the deadline, with the stage it was in', async (_what, script, problem) => {
    let heard = 0;
    await using peer = await startPeer((socket, nth) => {
      heard += 1;
      script(socket, nth);
    });
    const clock = new SkippingClock();
    const answer = createDatabaseProbe(clock, null)({ ...BASE, port: peer.port, user, deadlineMs: 30_000 });
    await peer.met(1);
    // Until the conversation has come to its last stage.
    for (let turn = 0; turn < 200 || heard === 0; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(30_000);
    expect((await answer).connections).toEqual([{ connectMs: null, problem: expect.stringContaining(problem) }]);
  });

  test('a slow query is measured apart from the login', async () => {
    const clock = new SkippingClock();
    await using peer = await startPeer((socket, nth) => {
      clock.advance(nth === 1 ? 1_000 : 26_000);
      socket.write(nth === 1 ? Buffer.concat([AUTHENTICATED, READY]) : Buffer.concat([Buffer.from([0x44, 0, 0, 0, 6, 0, 0]), READY]));
    });
    const { connections } = await createDatabaseProbe(clock, null)({ ...BASE, port: peer.port, user, deadlineMs: 30_000 });
    expect(connections).toEqual([{ connectMs: 27_000, queryMs: 26_000, problem: null }]);
  });

  test.each([
    ['hangs up in the middle', (socket: Socket) => void socket.resetAndDestroy(), false, 'reset'],
    ['closes without a word', (socket: Socket) => void socket.end(), false, 'reset'],
    ['is no PostgreSQL', (socket: Socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), false, 'this is not PostgreSQL'],
    ['offers no TLS', (socket: Socket) => void socket.write('N'), true, 'the server offers no TLS'],
    ['puts words in front of TLS', (socket: Socket) => void socket.write('SR0000'), true, 'the server spoke before TLS was there'],
  ])('that %s is a finding', async (_what, script, tls, problem) => {
    await using peer = await startPeer((socket) => script(socket));
    const { connections } = await probe({ ...BASE, port: peer.port, user, tls });
    expect(connections).toEqual([{ connectMs: null, problem }]);
  });

  test.each([
    ['says far more than a login takes', Buffer.alloc(4 * 1024 * 1024, frame('S', 'a\0b\0'))],
    ['sends notices without end', Buffer.alloc(16 * 1_100, frame('N', 'Snotice\0\0\0'))],
  ])('that %s is left at once, in a bounded time', async (_what, flood) => {
    await using peer = await startPeer((socket, nth) => nth === 1 && socket.write(Buffer.concat([AUTHENTICATED, flood])));
    const { connections } = await probe({ ...BASE, port: peer.port, user });
    expect(connections).toEqual([{ connectMs: null, problem: expect.stringContaining('far more than a login takes') }]);
  });

  test('a login that comes byte by byte is read, and a large answer costs no more than its size', async () => {
    const whole = Buffer.concat([AUTHENTICATED, ...Array.from({ length: 900 }, () => frame('S', 'x'.repeat(400))), READY]);
    await using peer = await startPeer((socket, nth) => {
      if (nth > 1) return void socket.write(Buffer.concat([Buffer.from([0x44, 0, 0, 0, 6, 0, 0]), READY]));
      for (let at = 0; at < whole.length; at += 97) socket.write(whole.subarray(at, at + 97));
    });
    const { connections } = await probe({ ...BASE, port: peer.port, user });
    expect(connections).toEqual([{ connectMs: expect.any(Number), queryMs: expect.any(Number), problem: null }]);
  });

  test('the words of an error are told in one plain line of bounded length, without what opens something', async () => {
    const told = `password=hunter2secret \u001B[2J\u202Eno\nslot ${'x '.repeat(10_000)}`;
    await using peer = await startPeer(
      (socket) => void socket.write(frame('E', `SFATAL\u001B[31m\0C53300${'9'.repeat(500)}\0M${told}\0\0`)),
    );
    const { connections } = await probe({ ...BASE, port: peer.port, user });
    const problem = connections[0]?.problem ?? '';
    expect(problem).toMatch(/^FATAL 5330….*: password=\*\*\* no slot x x/);
    expect(problem.length).toBeLessThan(400);
    expect(problem).toMatch(/^[\u0020-\u007E…]+$/);
  });

  test('nobody listening is a finding', async () => {
    expect((await probe({ ...BASE, port: 1, user })).connections).toEqual([{ connectMs: null, problem: 'refused' }]);
  });

  test('the caller’s abort is thrown', async () => {
    await using peer = await startPeer(() => undefined);
    const stop = new AbortController();
    const answer = probe({ ...BASE, port: peer.port, user, connections: 3, signal: stop.signal });
    await peer.met(3);
    stop.abort(new Error('stopped by hand'));
    await expect(answer).rejects.toThrow('stopped by hand');
  });

  test('a rehearsal without a database of its own knocks at no real one', async () => {
    const refused: unknown[] = [];
    await using peer = await startPeer((socket) => refused.push(socket));
    const probes = createProbesOver({ clock: createWallClock(), connect: null, http: () => Promise.reject(new Error('not asked')) });
    const { connections } = await probes.database({ ...BASE, port: peer.port, user, connections: 2 });
    expect(connections).toEqual(
      Array.from({ length: 2 }, () => ({ connectMs: null, problem: 'there is no PostgreSQL in this rehearsal' })),
    );
    expect(refused).toEqual([]);
  });
});
