import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/composition/stores.ts';
import type { JournalLine } from '../../src/ports/store.ts';
import { TARGET } from './support/console.ts';

/** The README's pair of commands, `simulate` and `run`, each in a process of its own. */
const ROOT = new URL('../../', import.meta.url).pathname;
/** Shorter waits; the order and the gates are those of the example. */
const SHORTER: readonly (readonly [string, string])[] = [
  ['healthyFor: 5m', 'healthyFor: 90s'],
  ['for: 30m', 'for: 4m'],
];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const folder = mkdtempSync(join(tmpdir(), 'firebreak-lockstep-'));
const document = join(folder, 'remediation.yaml');
const children: ChildProcess[] = [];

beforeAll(() => {
  const example = readFileSync(join(ROOT, 'deploy/examples/issue-1278.yaml'), 'utf8');
  writeFileSync(
    document,
    SHORTER.reduce((text, [from, to]) => text.replaceAll(from, to), example),
  );
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['src/main.ts', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr!.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

async function simulate(port = '0'): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const child = start('simulate', '--port', port, '--clock', 'lockstep');
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { url: /^listening on (\S+)\n/.exec(line.toString())![1]!, child };
}

const run = (url: string, state: string): ChildProcess =>
  start('run', '-f', document, '--state', join(folder, state), '--endpoint', url, '--clock', url);

/** What the run wrote down, but for its name, the port, and the chain that hangs on both. */
async function journalOf(state: string, url: string): Promise<readonly string[]> {
  const store = await openStore(join(folder, state), TARGET);
  const { runId } = (await store.load())!;
  const lines = await store.readJournal(runId);
  const bare = ({ hash: _hash, previous: _previous, ...line }: JournalLine & { hash?: unknown; previous?: unknown }) => line;
  return lines.map((line) => JSON.stringify(bare(line)).replaceAll(runId, 'RUN').replaceAll(new URL(url).host, 'HOST'));
}

describe('simulate and run in lock-step', () => {
  test('recover, and write the same journal each time', { timeout: 900_000 }, async () => {
    const recovered = async (state: string): Promise<readonly string[]> => {
      const { url } = await simulate();
      const { code, stderr } = await endOf(run(url, state));
      expect(code, stderr).toBe(0);
      return journalOf(state, url);
    };
    const [one, other] = await Promise.all([recovered('one'), recovered('other')]);
    expect(one.length).toBeGreaterThan(50);
    expect(other).toEqual(one);
  });

  test(
    'the run ends with 75 and one clear error when the simulator goes away; a new one there goes on with it',
    { timeout: 600_000 },
    async () => {
      const { url, child } = await simulate();
      const first = run(url, 'lost');
      const end = endOf(first);
      first.stdout!.on('data', (chunk) => String(chunk).includes('connector') && child.kill('SIGKILL'));
      const { code, stderr } = await end;
      expect(code, stderr).toBe(75);
      expect(stderr).toContain(`firebreak: the simulator at ${url}, whose time is followed, has gone away\n`);
      expect(stderr).toMatch(/\n {2}run issue-1278-\S+ is kept as it was last saved/);
      expect(stderr).toMatch(/\n {2}fix: start `firebreak simulate` there again; then the same command goes on with the run\n$/);
      const again = await simulate(new URL(url).port);
      const next = run(again.url, 'lost');
      const [word] = (await once(next.stdout!, 'data')) as [Buffer];
      expect(String(word)).toContain('run resumed');
    },
  );
});
