import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveSimulator } from '../../../src/simulator/server.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { Pace } from '../../cli/support/pace.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const KILLS = 10;
/** Times shortened so that a whole incident fits into a test; the order and the gates are those of the example. */
const SHORTER: readonly (readonly [string, string])[] = [
  ['healthyFor: 5m', 'healthyFor: 90s'],
  ['for: 30m', 'for: 4m'],
];

describe('the real program, killed with SIGKILL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-kill-'));
  const document = join(folder, 'remediation.yaml');
  let server: Awaited<ReturnType<typeof serveSimulator>>;

  beforeAll(async () => {
    const example = readFileSync(join(ROOT, 'deploy/examples/issue-1278.yaml'), 'utf8');
    writeFileSync(
      document,
      SHORTER.reduce((text, [from, to]) => text.replaceAll(from, to), example),
    );
    server = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' });
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  test('at ten different places of one run: recovers all the same, and no change is applied twice', { timeout: 900_000 }, async () => {
    const pace = await Pace.join(server.url);
    const killedAt = new Set<string>();
    for (let kills = 0; kills < KILLS; kills += 1) killedAt.add(await runUntilKilled(document, folder, server.url, pace, kills));
    pace.leave();
    const end = await runToTheEnd(document, folder, server.url);
    expect(end, end.said).toMatchObject({ code: 0, resumed: true });
    expect(killedAt.size).toBe(KILLS);
    const writes = await committedWrites(server.url);
    expect(new Set(writes).size).toBe(writes.length);
    expect(writes.filter((write) => write.startsWith('["PATCH","/v1/'))).toHaveLength(1);
  });
});

function start(document: string, folder: string, url: string): ChildProcess {
  const args = ['src/main.ts', 'run', '-f', document, '--state', join(folder, 'state'), '--endpoint', url, '--clock', url];
  return spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Kills when the progress has shown one more change of place than at the kill before: at once, whatever the process does then;
 * answers where that was. From its first word on, time is let on by a few seconds at a time.
 */
async function runUntilKilled(document: string, folder: string, url: string, pace: Pace, nth: number): Promise<string> {
  const child = start(document, folder, url);
  let lines = 0;
  let place = '';
  const exit = once(child, 'exit');
  child.stdout!.on('data', (chunk) => {
    for (const line of String(chunk).split('\n')) {
      if (!/^\+\d/.test(line) || line.includes('run resumed') || lines >= 2) continue;
      lines += 1;
      place = `${nth}: ${line.slice(11)}`;
    }
    if (lines >= 2) child.kill('SIGKILL');
  });
  await once(child.stdout!, 'data');
  await pace.until(() => lines >= 2, 2_000);
  await exit;
  return place;
}

async function runToTheEnd(
  document: string,
  folder: string,
  url: string,
): Promise<{ readonly code: number | null; readonly resumed: boolean; readonly said: string }> {
  const child = start(document, folder, url);
  let [output, said] = ['', ''];
  child.stderr!.on('data', (chunk) => (said += String(chunk)));
  child.stdout!.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, resumed: output.includes('run resumed'), said };
}

async function committedWrites(url: string): Promise<readonly string[]> {
  const answer = (await (await fetch(`${url}/_sim/writes`)).json()) as {
    readonly writes: readonly { method: string; path: string; body: Record<string, unknown> }[];
  };
  return answer.writes.map(({ method, path, body: { etag: _etag, ...body } }) => JSON.stringify([method, path.split('?')[0], body]));
}
