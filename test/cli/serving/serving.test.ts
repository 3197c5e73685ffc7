import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { pageBeside } from '../../../src/cli/serving/serving.ts';
import { get } from '../../server/serving.ts';
import { Console, drivenRun } from '../support/console.ts';

const deps = (shell: Console) => ({ ...shell.deps(), finish: () => {} });

test('the page beside a run is that of serve, and goes with the run', async () => {
  const shell = new Console();
  await drivenRun(shell.store());
  const page = await pageBeside({ port: 0, state: '.firebreak' }, deps(shell));
  const url = /the page of this run is at (\S+); it only reads\n$/.exec(shell.said)![1]!;
  expect((await get(url, '/')).body).toContain('href="/runs/run-1"');
  const stopped = new AbortController();
  const shown = page!.showEnd(stopped.signal);
  stopped.abort(new Error('enough'));
  await shown;
  expect(shell.said).toContain('firebreak: the page goes when those who have it open have seen the end, after 20s at the latest\n');
  await page!.close();
  await expect(get(url, '/')).rejects.toThrow('ECONNREFUSED');
});

test('a port in use, or a token that is none, is said; the run goes on without its page', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const shell = new Console();
  expect(await pageBeside({ port, state: '.firebreak' }, deps(shell))).toBeNull();
  expect(shell.said).toContain(
    `firebreak: the run goes on without its page: port ${port} of 127.0.0.1 is in use by another program; give another one with --serve`,
  );
  shell.env['FIREBREAK_SERVE_TOKEN'] = 'short';
  expect(await pageBeside({ port: 0, state: '.firebreak' }, deps(shell))).toBeNull();
  expect(shell.said).toContain('FIREBREAK_SERVE_TOKEN is no token');
});
