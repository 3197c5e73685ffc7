import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import { Pace } from '../cli/support/pace.ts';
import { HOSTILE, PAINT, bend, talkedInto } from './hostile.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'firebreak-hostile-'));
const state = join(folder, 'state');
const capture = join(folder, 'capture.json');
const DOCUMENT = ['-f', 'deploy/examples/issue-1278.yaml'];
let server: Awaited<ReturnType<typeof serveSimulator>>;
let running: ReturnType<typeof spawn> | null = null;
let ran = '';

beforeAll(async () => {
  server = await serveSimulator({ port: 0, scenario: talkedInto(readScenario('issue-1278'), bend), speed: 'lockstep' });
  writeFileSync(
    capture,
    JSON.stringify(
      Array.from({ length: 40 }, (_, nth) => ({
        insertId: `${nth}${HOSTILE}`,
        timestamp: new Date(Date.UTC(2025, 8, 16, 3, nth)).toISOString(),
        severity: 'ERROR',
        logName: `projects/p/logs/run.googleapis.com%2Fstderr${HOSTILE}`,
        resource: {
          type: 'cloud_run_revision',
          labels: { service_name: `web${HOSTILE}`, revision_name: `web-1${HOSTILE}`, location: HOSTILE },
        },
        textPayload: bend("ModuleNotFoundError: No module named 'evil"),
      })),
    ),
  );
}, 300_000);

afterAll(async () => {
  running?.kill('SIGKILL');
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[]) {
  const env = { ...process.env, USER: `mallory${HOSTILE}`, NO_COLOR: '1' };
  return spawn(process.execPath, ['src/main.ts', ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function said(args: readonly string[]): Promise<string> {
  const child = start(args);
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  child.stderr.on('data', (chunk) => (text += String(chunk)));
  await new Promise((resolve) => child.on('close', resolve));
  return text;
}

const at = (): readonly string[] => ['--endpoint', server.url, '--clock', server.url];
const reason = ['--reason', `because${HOSTILE}`];

/** Looking and planning; then a run is begun, looked at and steered from another shell by every verb there is. */
const VERBS: readonly (readonly [string, () => readonly string[]])[] = [
  ['plan', () => ['plan', ...DOCUMENT, ...at()]],
  ['plan --json', () => ['plan', ...DOCUMENT, ...at(), '--json']],
  ['run --dry-run', () => ['run', ...DOCUMENT, ...at(), '--state', state, '--dry-run']],
  ['diagnose', () => ['diagnose', ...DOCUMENT, ...at()]],
  ['diagnose --logs', () => ['diagnose', '--logs', capture]],
  ['diagnose --logs --json', () => ['diagnose', '--logs', capture, '--json']],
  ['validate', () => ['validate', ...DOCUMENT, ...at()]],
  ['monitor', () => ['monitor', ...DOCUMENT, ...at(), '--once']],
  ['capacity', () => ['capacity', ...DOCUMENT, ...at()]],
  ['rehearse of what is not there', () => ['rehearse', HOSTILE]],
  ['a document that is not there', () => ['plan', '-f', join(folder, HOSTILE.replaceAll('/', ' '))]],
  ['an unknown option', () => ['plan', `--${HOSTILE}`]],
];

const STEERING: readonly (readonly [string, () => readonly string[]])[] = [
  ['status', () => ['status', '--state', state]],
  ['status --json', () => ['status', '--state', state, '--json']],
  ['status --details', () => ['status', '--state', state, '--details']],
  ['why', () => ['why', '--state', state]],
  ['why --catch-up', () => ['why', '--state', state, '--catch-up']],
  ['hold', () => ['hold', '--state', state, ...reason]],
  ['resume', () => ['resume', '--state', state]],
  ['adopt', () => ['adopt', '--state', state]],
  ['skip', () => ['skip', '--state', state, HOSTILE]],
  ['retry', () => ['retry', '--state', state]],
  ['approve', () => ['approve', '--state', state, '--plan', HOSTILE]],
  ['rollback', () => ['rollback', '--state', state, '--yes', ...reason]],
  ['abort', () => ['abort', '--state', state, ...reason]],
];

function paintIn(text: string): string | null {
  const found = PAINT.exec(text);
  return found === null ? null : JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 20));
}

test.each(VERBS)(
  '%s paints nothing',
  async (_, args) => {
    const text = await said(args());
    expect(text.length).toBeGreaterThan(0);
    expect(paintIn(text)).toBeNull();
    expect(server.simulator.writes()).toEqual([]);
  },
  300_000,
);

test('a run paints nothing, and neither does any verb that looks at it or steers it', async () => {
  const pace = await Pace.join(server.url);
  running = start(['run', ...DOCUMENT, ...at(), '--state', state, '--verbose']);
  const begun = new Promise<void>((resolve) => {
    const heard = (chunk: unknown): void => {
      ran += String(chunk);
      if (ran.includes('run.started')) resolve();
    };
    running?.stdout?.on('data', heard);
    running?.stderr?.on('data', heard);
  });
  const over = new Promise((resolve) => running?.on('close', resolve));
  await begun;
  for (const [verb, args] of STEERING) {
    expect(paintIn(await said(args())), verb).toBeNull();
    await pace.on(60_000);
  }
  running.kill('SIGTERM');
  await over;
  pace.leave();
  expect(paintIn(ran)).toBeNull();
}, 300_000);
