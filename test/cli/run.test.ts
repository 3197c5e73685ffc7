import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const DOCUMENT = 'deploy/examples/issue-1278.yaml';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function firebreak(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['src/main.ts', ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
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
    server = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 60 });
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

  test('is saved and resumable after SIGTERM, with exit code 143 and the words to go on', { timeout: 30_000 }, async () => {
    const args = ['src/main.ts', 'run', '-f', DOCUMENT, '--endpoint', server.url, '--clock', server.url, '--state', folder];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(143);
    expect(stderr).toContain('go on with: firebreak run');
    const status = spawnSync(process.execPath, ['src/main.ts', 'status', '--state', folder, '--json'], { cwd: ROOT, encoding: 'utf8' });
    expect(JSON.parse(status.stdout)).toMatchObject({ outcome: null });
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
