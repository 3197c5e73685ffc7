import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { chainLine } from '../../src/durable/journal.ts';
import { MOST_STREAMS } from '../../src/server/server.ts';
import { Console } from '../cli/support/console.ts';
import { recoveredRun } from '../report/journal.ts';
import { atWork, get, served } from './serving.ts';
import type { Served } from './serving.ts';

const AT_WORK = recoveredRun().slice(0, -2);

async function site() {
  const shell = new Console();
  const lines = await atWork(shell.store(), AT_WORK);
  return { shell, lines, site: await served(shell) };
}

test('replays a journal, one event a line with its number, and goes on with what is written later', async () => {
  const { shell, lines, site: at } = await site();
  const reader = await Reader.open(at);
  await reader.until((text) => idsIn(text).length === lines.length);
  expect(reader.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(reader.text.startsWith('retry: 2000\n\n')).toBe(true);
  expect(idsIn(reader.text)).toEqual(lines.map(({ seq }) => seq));
  expect(dataIn(reader.text)).toEqual(JSON.parse(JSON.stringify(lines)));
  const more = chainLine({ seq: lines.length, head: lines.at(-1)!.hash }, AT_WORK.at(-1)!);
  await shell.store().appendJournal('run-1', [more]);
  await at.clock.waitedFor();
  at.clock.pass(2_000);
  await reader.until((text) => idsIn(text).at(-1) === more.seq);
  expect(idsIn(reader.text)).toHaveLength(lines.length + 1);
  reader.leave();
});

test('a client that was away gets what it has missed, without a gap and without anything twice', async () => {
  const { lines, site: at } = await site();
  const reader = await Reader.open(at, { 'last-event-id': '3' });
  await reader.until((text) => idsIn(text).at(-1) === lines.length);
  expect(idsIn(reader.text)).toEqual(lines.slice(3).map(({ seq }) => seq));
  reader.leave();
});

test.each(['-1', 'x', '1e3', '', '9'.repeat(400)])('a client that has seen %j has seen nothing', async (seen) => {
  const { lines, site: at } = await site();
  const reader = await Reader.open(at, { 'last-event-id': seen });
  await reader.until((text) => idsIn(text).length === lines.length);
  reader.leave();
});

test('gives a sign of life where nothing is written', async () => {
  const { site: at } = await site();
  const reader = await Reader.open(at, { 'last-event-id': '1000' });
  await at.clock.waitedFor();
  at.clock.pass(15_000);
  await reader.until((text) => text.endsWith(': at work\n\n'));
  expect(idsIn(reader.text)).toEqual([]);
  reader.leave();
});

test('closing ends every stream as a whole answer', async () => {
  const { site: at } = await site();
  const readers = await Promise.all([Reader.open(at), Reader.open(at)]);
  await at.close();
  expect(await Promise.all(readers.map((reader) => reader.over))).toEqual(['ended', 'ended']);
  await expect(get(at.url, '/')).rejects.toThrow('ECONNREFUSED');
});

test('only so many follow at a time; who leaves makes room', async () => {
  const { site: at } = await site();
  const readers: Reader[] = [];
  for (let n = 0; n < MOST_STREAMS; n += 1) readers.push(await Reader.open(at));
  expect(await get(at.url, '/runs/run-1/events')).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
  expect((await get(at.url, '/')).status).toBe(200);
  await at.clock.waitedFor();
  const before = at.clock.waiting;
  readers[0]!.leave();
  while (at.clock.waiting >= before) await get(at.url, '/healthz');
  const next = await Reader.open(at);
  expect(next.status).toBe(200);
  for (const reader of [...readers, next]) reader.leave();
});

test('another site’s page cannot take the places', async () => {
  const { site: at } = await site();
  expect((await get(at.url, '/runs/run-1/events', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
});

function idsIn(text: string): readonly number[] {
  return [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
}

function dataIn(text: string): readonly unknown[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!) as unknown);
}

/** A client that reads a stream and can be waited for. */
class Reader {
  text = '';
  readonly over: Promise<'ended' | 'cut off'>;
  readonly #response: IncomingMessage;
  readonly #asking: ClientRequest;
  #heard: () => void = () => {};

  private constructor(asking: ClientRequest, response: IncomingMessage) {
    this.#asking = asking;
    this.#response = response;
    response.setEncoding('utf8');
    this.over = new Promise((resolve) => {
      response.on('close', () => resolve(response.complete ? 'ended' : 'cut off'));
    });
    response.on('error', () => {});
    response.on('data', (more: string) => {
      this.text += more;
      this.#heard();
    });
  }

  static open({ url }: Served, headers: Readonly<Record<string, string>> = {}): Promise<Reader> {
    return new Promise((resolve, reject) => {
      const asking = request(`${url}/runs/run-1/events`, { headers, agent: false }, (response) => resolve(new Reader(asking, response)));
      asking.on('error', reject);
      asking.end();
    });
  }

  get status(): number | undefined {
    return this.#response.statusCode;
  }

  get headers(): IncomingMessage['headers'] {
    return this.#response.headers;
  }

  async until(isThere: (text: string) => boolean): Promise<void> {
    while (!isThere(this.text)) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  leave(): void {
    this.#asking.destroy();
  }
}
