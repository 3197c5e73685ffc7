import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/cli/verbs/serve.ts';
import { recoveredRun } from '../report/journal.ts';
import { atWork, get } from '../server/serving.ts';
import { Console } from './support/console.ts';

async function shellWithRun(): Promise<Console> {
  const shell = new Console();
  await atWork(shell.store(), recoveredRun().slice(0, -2));
  return shell;
}

test('says where it listens, shows the store, takes nothing, and ends with 130 at Ctrl-C', async () => {
  const shell = await shellWithRun();
  const before = [await shell.store().load(), await shell.store().readLease(), await shell.store().readCommands()];
  let asked: Awaited<ReturnType<typeof get>> | null = null;
  const deps = shell.deps();
  const heard = new Promise<string>((resolve) => {
    shell.deps = () => ({ ...deps, stdout: { ...deps.stdout, write: (text) => (deps.stdout.write(text), resolve(text)) } });
  });
  const running = shell.run(['serve', '--port', '0'], [serve]);
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+); it only reads\n$/.exec(await heard)![1]!;
  asked = await get(url, '/runs/run-1');
  expect(asked.status).toBe(200);
  shell.signal('SIGINT');
  expect(await running).toMatchObject({ code: 130, stderr: 'firebreak: SIGINT: closing the page; once more stops at once\n' });
  expect([await shell.store().load(), await shell.store().readLease(), await shell.store().readCommands()]).toEqual(before);
  await expect(get(url, '/')).rejects.toThrow('ECONNREFUSED');
  expect(shell.listening).toBe(0);
});

test('a port in use is one line and exit 2', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await (await shellWithRun()).run(['serve', '--port', String(port)], [serve]);
  expect([code, stderr]).toEqual([
    2,
    `firebreak: port ${port} of 127.0.0.1 is in use by another program\n  fix: give another one with --port; 0 takes a free one\n`,
  ]);
});

test('a folder that is not there, and an address of another machine, are told before anything is served', async () => {
  const missing = await new Console().run(['serve', '--state', 'no/such/folder'], [serve]);
  expect([missing.code, missing.stderr]).toEqual([
    2,
    'firebreak: there is no folder no/such/folder\n  fix: say with --state where runs are kept\n',
  ]);
  expect((await new Console().run(['serve', '--state', 'memory:'], [serve])).stderr).toContain('memory: keeps nothing');
  const elsewhere = await (await shellWithRun()).run(['serve', '--port', '0', '--host', '192.0.2.1'], [serve]);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([
    2,
    'firebreak: 192.0.2.1 is no address of this machine\n  fix: give one of its addresses with --host\n',
  ]);
});
