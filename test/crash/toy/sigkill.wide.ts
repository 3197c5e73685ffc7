import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyJournal } from '../../../src/durable/journal.ts';
import { createFolderStore } from '../../../src/store/folder.ts';
import { thisHost } from '../../durable/support/this-host.ts';

const KILLS = 10;
const CHILD = join(import.meta.dirname, 'sigkill-child.ts');

it('a run on disk survives ten real kills: nothing is done before it is saved, and no step is lost or decided twice', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'firebreak-kill-'));
  try {
    for (let kill = 1; kill <= KILLS; kill++) await dieAfter(dir, 3 + ((kill * 5) % 8));
    const { code, output } = await toTheEnd(dir);
    expect({ code, last: output.trim().split('\n').at(-1) }).toEqual({ code: 0, last: 'recovered' });

    const store = createFolderStore(dir, 'quick', { host: thisHost() });
    const journal = await store.readJournal('run');
    const record = (await store.load())!;
    expect(verifyJournal(journal)).toEqual({ ok: true, head: record.journalHead });
    expect(journal.filter((line) => line.event === 'run.resumed').length).toBeGreaterThanOrEqual(KILLS - 1);
    expect(journal.filter((line) => line.event === 'change.done')).toHaveLength(60);

    const calls = readFileSync(join(dir, 'world.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; key: string; isSaved: boolean });
    expect(calls.filter(({ isSaved }) => !isSaved)).toEqual([]);
    expect(new Set(calls.filter(({ name }) => name === 'change').map(({ key }) => key)).size).toBe(60);
    expect(await store.readLease()).toBeNull();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 300_000);

/** Starts the child and kills it as soon as it has made that many calls. */
async function dieAfter(dir: string, calls: number): Promise<void> {
  const child = start(dir);
  let heard = 0;
  child.stdout!.on('data', (text: Buffer) => {
    heard += text.toString().split('\n').length - 1;
    if (heard >= calls) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
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
