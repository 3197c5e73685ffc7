import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { admit } from '../../src/server/guard.ts';
import { Console } from '../cli/support/console.ts';
import { recoveredRun } from '../report/journal.ts';
import { atWork, get, served } from './serving.ts';

async function site() {
  const shell = new Console();
  await atWork(shell.store(), recoveredRun().slice(0, -2));
  return served(shell);
}

test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '[::2]', 'localhost@evil'])(
  'is not spoken to by the name %j: a foreign page may have turned it here',
  async (host) => {
    const { url } = await site();
    expect(await get(url, '/', { host })).toMatchObject({ status: 421 });
  },
);

test.each(['localhost', 'LOCALHOST:9000', '127.0.0.1', '[::1]:80'])('is spoken to by %s', async (host) => {
  const { url } = await site();
  expect((await get(url, '/', { host })).status).toBe(200);
});

test('goes by the name that it was given; bound to every address, by each of them as a number', () => {
  const asked = (host: string) => ({ method: 'GET', url: '/', host, hasBody: false });
  expect(admit(asked('box.lan:8080'), { boundTo: 'box.lan' })).toMatchObject({ ok: true });
  expect(admit(asked('10.1.2.3:8080'), { boundTo: '0.0.0.0' })).toMatchObject({ ok: true });
  expect(admit(asked('box.lan'), { boundTo: '0.0.0.0' })).toMatchObject({ status: 421 });
  expect(admit(asked('pager.example'), { boundTo: '127.0.0.1', names: ['pager.example'] })).toMatchObject({ ok: true });
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s is refused, on every address', async (method) => {
  const { url } = await site();
  for (const path of ['/', '/runs/run-1', '/nothing']) {
    const { status, headers } = await get(url, path, {}, method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  }
});

test('HEAD answers as GET does, without the body', async () => {
  const { url } = await site();
  for (const path of ['/', '/healthz', '/runs/run-1', '/nothing']) {
    const [got, head] = [await get(url, path), await get(url, path, {}, 'HEAD')];
    expect([head.status, head.headers['content-length'], head.body]).toEqual([got.status, got.headers['content-length'], '']);
  }
  expect(await get(url, '/runs/run-1/events', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
});

test.each([
  '/runs',
  '/runs/',
  '/runs/..',
  '/runs/../../etc/passwd',
  '/runs/..%2f..%2fetc%2fpasswd',
  '/runs/%2e%2e',
  '/runs/run-1%00',
  '/runs/run-1/',
  '/runs/run-1/events/',
  '/runs/run-1/../run-1/events',
  '/runs/RUN-1',
  '/record.json',
  '/.firebreak',
  '/runs/__proto__',
  '/runs/constructor/events',
  '//evil.example/',
])('there is nothing at %s, and no reason is given that tells of a folder', async (path) => {
  const { url } = await site();
  expect(await get(url, path)).toMatchObject({ status: 404, body: 'There is nothing of this name.\n' });
});

test.each([
  ['/runs/%', 400],
  ['/runs/%ff', 400],
  ['http://evil.example/', 400],
  ['*', 400],
])('%s cannot be read: %i', async (path, status) => {
  const { url } = await site();
  expect((await get(url, path)).status).toBe(status);
});

test('a name and an address have a length', async () => {
  const { url } = await site();
  expect((await get(url, `/runs/${'a'.repeat(200)}`)).status).toBe(404);
  expect((await get(url, `/runs/${'a'.repeat(201)}`)).status).toBe(400);
  expect((await get(url, `/?${'a'.repeat(2_100)}`)).status).toBe(414);
});

test('takes no body, and no head without end', async () => {
  const { url } = await site();
  expect((await get(url, '/', { 'content-length': '5' })).status).toBe(413);
  expect((await get(url, '/', { 'transfer-encoding': 'chunked' })).status).toBe(413);
  expect((await get(url, '/', { 'x-much': 'a'.repeat(9_000) })).status).toBe(431);
  expect(await raw(url, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  expect(await raw(url, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
  expect(await raw(url, 'GET / HTTP/1.1\r\nHost:\r\n\r\n')).toMatch(/^HTTP\/1\.1 4/);
});

test('nothing is kept, embedded, guessed or told to others, and a page runs and loads nothing but its own script and style', async () => {
  const { url } = await site();
  for (const path of ['/', '/runs/run-1', '/healthz', '/nothing']) {
    const { headers } = await get(url, path);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*; frame-ancestors 'none'$/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(headers['content-security-policy']).not.toMatch(/script-src (?!'sha256-[\w+/=]{44}';)|connect-src (?!'self';)/);
  }
});

/** What is answered to these bytes. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (more: string) => (said += more));
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
  });
}
