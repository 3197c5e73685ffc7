import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import { Pace } from './support/pace.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const DOCUMENT = 'deploy/examples/issue-1278.yaml';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function firebreak(...args: readonly string[]): Promise<Ended> {
  return ended(spawn(process.execPath, ['src/main.ts', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe('run against a simulator in another process', () => {
  let server: Awaited<ReturnType<typeof serveSimulator>>;
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-run-'));

  beforeAll(async () => {
    server = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' });
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([['--dry-run'], ['--mode', 'plan'], ['--mode', 'probe']])(
    '%s %s prints the whole plan and sends not one write',
    async (...flags) => {
      const ended = await firebreak(
        'run',
        '-f',
        DOCUMENT,
        '--endpoint',
        server.url,
        '--clock',
        server.url,
        '--state',
        folder,
        ...flags.filter(Boolean),
      );
      expect(ended.code, ended.stderr).toBe(0);
      for (const title of [
        'Scale staging-connector to 3–10',
        'Pin 100 % of netra-backend-staging',
        'Deploy netra-auth-service',
        'Deploy netra-backend-staging with the settings of',
      ])
        expect(ended.stdout).toContain(title);
      expect(ended.stdout).toContain('Nothing was changed.');
      expect(server.simulator.ledger.length).toBeGreaterThan(10);
      expect(server.simulator.ledger.filter(({ wasWrite }) => wasWrite)).toEqual([]);
    },
  );

  test('plan --json prints one object with the diagnosis and the plan', async () => {
    const { stdout } = await firebreak('plan', '-f', DOCUMENT, '--endpoint', server.url, '--clock', server.url, '--json');
    const made = JSON.parse(stdout) as {
      readonly diagnosis: { readonly causes: readonly { readonly kind: string }[] };
      readonly plan: { readonly steps: readonly object[] };
    };
    expect(made.diagnosis.causes[0]?.kind).toBe('connector-saturation');
    expect(made.plan.steps).toHaveLength(4);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'is saved, its lease given back and resumable after %s, with exit code %i and the words to go on',
    { timeout: 300_000 },
    async (signal, wanted) => {
      const pace = await Pace.join(server.url);
      const state = join(folder, signal);
      const args = ['src/main.ts', 'run', '-f', DOCUMENT, '--endpoint', server.url, '--clock', server.url, '--state', state];
      const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (chunk) => (stderr += String(chunk)));
      child.stdout.once('data', () => child.kill(signal));
      const code = await new Promise((resolve) => child.on('close', resolve));
      pace.leave();
      expect(code).toBe(wanted);
      expect(stderr).toContain(
        `go on with: firebreak run -f ${DOCUMENT} --state ${state} --endpoint ${server.url} --clock ${server.url}\n`,
      );
      const status = await firebreak('status', '--state', state, '--json');
      expect(JSON.parse(status.stdout)).toMatchObject({ outcome: null, lease: null, driven: false, clock: server.url });
    },
  );

  test(
    'ends with 75, not with "refused before any write", when the disk is full in the middle, and says how to go on',
    { timeout: 300_000 },
    async () => {
      const state = join(folder, 'full');
      const run = `exec ${process.execPath} src/main.ts run -f ${DOCUMENT} --endpoint ${server.url} --clock ${server.url} --state ${state}`;
      // No file may grow beyond this: the record does, as soon as it holds a diagnosis.
      const { code, stdout, stderr } = await ended(
        spawn('bash', ['-c', `ulimit -f 24; ${run}`], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] }),
      );
      expect(stdout).toContain('run started');
      expect(code, stderr).toBe(75);
      expect(stderr).toMatch(/firebreak: there is no room left for .* \(EFBIG\)\n {2}run issue-1278-\S+ is kept as it was last saved/);
      expect(stderr).toContain('fix: make room there');
    },
  );

  test('refuses to take over the lease of another clock, live as it looks long over, and ends', { timeout: 300_000 }, async () => {
    const other = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' });
    const pace = await Pace.join(other.url);
    const state = join(folder, 'clocks');
    const args = ['src/main.ts', 'run', '-f', DOCUMENT, '--endpoint', other.url, '--state', state];
    const first = spawn(process.execPath, [...args, '--clock', other.url], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise((resolve) => first.stdout.once('data', resolve));
    const elsewhere = await firebreak('run', '-f', DOCUMENT, '--endpoint', server.url, '--state', state);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain(
      `follows the clock at ${other.url}, whose times say nothing by this one\n  fix: give --endpoint and --clock`,
    );
    const status = JSON.parse((await firebreak('status', '--state', state, '--json')).stdout) as object;
    expect(status).toMatchObject({ driven: true, lease: { epoch: 1 } });
    first.kill('SIGTERM');
    await new Promise((resolve) => first.on('close', resolve));
    pace.leave();
    await other.close();
  });

  test('follows the clock of the simulator that it is pointed at, and says so', { timeout: 300_000 }, async () => {
    const { code, stdout, stderr } = await firebreak('plan', '-f', DOCUMENT, '--endpoint', server.url);
    expect(code).toBe(0);
    expect(stderr).toContain(`the simulator at ${server.url} keeps its own time, which is followed (--clock ${server.url})`);
    expect(stdout).toContain('Scale staging-connector');
  });
});

describe('run refuses, before it reads or asks anything,', () => {
  test.each([
    [
      'a simulator’s time for Google itself',
      ['--clock', 'http://127.0.0.1:9', '-f', 'no-such-file.yaml'],
      '--clock takes the time from a simulator',
    ],
    [
      'a document beside a folder of them',
      ['-f', 'no-such-file.yaml', '--targets', 'no-such-folder'],
      '-f names one document and --targets a folder',
    ],
  ])('%s', async (_name, flags, said) => {
    const { code, stdout, stderr } = await firebreak('run', ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
  });
});

describe('run where nothing answers', () => {
  test.each([
    ['an endpoint that is down', ['--endpoint', 'http://127.0.0.1:9']],
    ['a clock that is down', ['--endpoint', 'http://127.0.0.1:9', '--clock', 'http://127.0.0.1:9']],
  ])('%s is one clear error, exit code 75, and no stack trace', async (_name, flags) => {
    const ended = await firebreak('run', '-f', DOCUMENT, ...flags);
    expect(ended.code).toBe(75);
    expect(ended.stderr).toMatch(/^firebreak: .+\n {2}fix: .+\n$/);
    expect(ended.stdout).toBe('');
  });
});
