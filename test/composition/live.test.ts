import { once } from 'node:events';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listTargets, openStore } from '../../src/composition/stores.ts';
import { goLive, requireSimulator } from '../../src/composition/live.ts';
import { SPEC } from '../diagnosis/fixtures.ts';

test.each([[null], ['https://run.googleapis.com'], ['http://10.0.0.7:8080']])(
  'a simulator’s time is not followed where %s is spoken to, whichever verb asks',
  async (endpoint) => {
    const options = { spec: SPEC, endpoint, clockUrl: 'http://127.0.0.1:9', readOnly: true };
    await expect(goLive(options)).rejects.toMatchObject({ code: 'usage-conflict', exitCode: 2 });
    const reach = { clock: 'http://127.0.0.1:9', ...(endpoint === null ? {} : { endpoint }) };
    await expect(openStore('gs://bucket/runs', 'p/r/n', reach)).rejects.toMatchObject({ code: 'usage-conflict' });
  },
);

test('it is followed with a simulator on this machine', () => {
  for (const endpoint of ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])
    expect(() => requireSimulator(endpoint)).not.toThrow();
});

test('a run is not kept in memory, where nobody could go on with it', async () => {
  await expect(openStore('memory:', 'p/r/n')).rejects.toMatchObject({ code: 'state-unsupported' });
});

test.each([
  [200, '<!doctype html><title>It works!</title>'],
  [404, '<html><body>Not Found</body></html>'],
  [501, 'Unsupported method (POST)'],
])('a web server that is not Google’s API (%d, HTML) is told as that, and no permission is said to be missing', async (status, body) => {
  const server = createServer((_, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await expect(goLive({ spec: SPEC, endpoint, clockUrl: null, readOnly: true })).rejects.toMatchObject({
      code: 'endpoint-not-google',
      exitCode: 2,
      message: expect.stringContaining(`what listens at ${endpoint} does not answer as Google's APIs do`),
    });
  } finally {
    server.close();
  }
});

test('a state that is a file is the user’s mistake, not a bug', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-state-'));
  const file = join(folder, 'state');
  writeFileSync(file, '');
  await expect(listTargets(file)).rejects.toMatchObject({ code: 'store-not-a-folder', exitCode: 2 });
  rmSync(folder, { recursive: true });
});
