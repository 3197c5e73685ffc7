import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWallClock } from '../../src/clocks/wall-clock.ts';
import { createAuthClient } from '../../src/google/auth.ts';
import { GuardedClient } from '../../src/google/http.ts';

const server = createServer((request, response) => void request.resume().on('end', () => response.end('{}')));
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** The request is made ready in a few steps; whoever waits for it may give it up between any two of them. */
test('a request that is given up while it is made ready to be sent fails for its caller alone, never for the process', async () => {
  const authClient = await createAuthClient({ project: 'p', baseUrl: url, clock: createWallClock() });
  const client = new GuardedClient({ authClient, baseUrl: url, readOnly: false });
  const past: unknown[] = [];
  const listener = (thrown: unknown): void => void past.push(thrown);
  process.on('uncaughtException', listener);
  const given: string[] = [];
  for (let steps = 0; steps < 40; steps += 1) {
    const giveUp = new AbortController();
    const ask = { url: `${url}/v2/entries:list`, method: 'POST' as const, data: { filter: 'x' }, signal: giveUp.signal };
    const answer = client.request(ask).then(
      () => 'answered',
      () => 'given up',
    );
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    giveUp.abort(new Error('nobody waits any more'));
    given.push(await answer);
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.off('uncaughtException', listener);
  expect(past).toEqual([]);
  expect(given).toContain('given up');
});
