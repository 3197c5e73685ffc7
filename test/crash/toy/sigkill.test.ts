import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyJournal } from '../../../src/controller/journal.ts';
import { createFolderStore } from '../../../src/store/folder.ts';
import { localHost } from '../../../src/store/local-host.ts';

const KILLS = 10;
const CHILD = join(import.meta.dirname, 'sigkill-child.ts');

it('a run on disk survives ten real kills: nothing is done before it is saved, and no step is lost or decided twice', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'firebreak-kill-'));
  try {
    for (let kill = 1; kill <= KILLS; kill++) await dieAfter(dir, kill * 6 + (kill % 4));
    const { code, output } = await toTheEnd(dir);
    expect({ code, output }).toEqual({ code: 0, output: 'recovered\n' });

    const store = createFolderStore(dir, 'quick', { host: localHost({ hostname: 'here', pid: process.pid, exists: () => true }) });
    const journal = await store.readJournal('run');
    const record = (await store.load())!;
    expect(verifyJournal(journal)).toEqual({ ok: true, head: record.journalHead });
    expect(journal.filter((line) => line.event === 'run.resumed').length).toBeGreaterThanOrEqual(KILLS - 1);
    expect(journal.filter((line) => line.event === 'change.done')).toHaveLength(60);

    const calls = readFileSync(join(dir, 'world.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { name: string; key: string; isSaved: boolean });
    expect(calls.filter(({ isSaved }) => !isSaved)).toEqual([]);
    expect(new Set(calls.filter(({ name }) => name === 'change').map(({ key }) => key)).size).toBe(60);
    expect(await store.readLease()).toBeNull();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 90_000);

/** Starts the child and kills it as soon as it has made that many calls more. */
async function dieAfter(dir: string, moreCalls: number): Promise<void> {
  const child = start(dir);
  const exit = once(child, 'exit');
  const before = countCalls(dir);
  while (child.exitCode === null && countCalls(dir) < before + moreCalls) await new Promise<void>((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  const [, signal] = (await exit) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

async function toTheEnd(dir: string): Promise<{ code: number | null; output: string }> {
  const child = start(dir);
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

function start(dir: string): ChildProcess {
  return spawn(process.execPath, [CHILD, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
}

function countCalls(dir: string): number {
  try {
    return readFileSync(join(dir, 'world.ndjson'), 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}
