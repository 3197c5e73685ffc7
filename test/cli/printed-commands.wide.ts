import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/composition/stores.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import { TARGET } from './support/console.ts';
import { Pace } from './support/pace.ts';

/** Nothing of it is the default, and each name needs quotes. */
const STATE = 'my state';
const DOCUMENT = 'my document.yaml';
const MAIN = new URL('../../src/firebreak.mjs', import.meta.url).pathname;
/** A command as it stands in a text: its verb, its options, and the run that it names. */
const COMMAND =
  /(?<![\w/.@-])firebreak [a-z]+(?:-[a-z]+)?(?: (?:-f|--[a-z-]+)(?: (?:'[^']*'|"[^"]*"|[^\s'"`ʹ·;|<&\\-][^\s'"`ʹ·;|<&)\\]*))?| issue-1278-\w+-\w+)*/g;
/** What a command says that means something else here than where it was printed. */
const LOST =
  /is kept in|is not a run kept|has no run in|run-ambiguous|may be any of|unknown option|cannot be read|there is no (?:folder|file)|ENOENT|not known|no such document/;

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

let server: Awaited<ReturnType<typeof serveSimulator>>;
let pace: Pace;
const root = mkdtempSync(join(tmpdir(), 'firebreak-printed-'));
const home = join(root, 'home');
const texts: string[] = [];

/** As somebody pastes it into a shell that stands in this folder. */
function pasted(command: string, cwd = home): Promise<Ended> {
  const shell = spawn('sh', ['-c', `firebreak() { "$NODE" "$MAIN" "$@"; }\n${command}`], {
    cwd,
    env: { PATH: process.env['PATH'], USER: 'ann', NO_COLOR: '1', NODE: process.execPath, MAIN },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 240_000,
  });
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (part) => (said += String(part)));
  return new Promise((resolve) => shell.on('close', (code) => resolve({ code, said })));
}

async function heard(command: string): Promise<Ended> {
  const ended = await pasted(command);
  texts.push(ended.said);
  return ended;
}

/** A run of it that waits for a yes, and was stopped there. */
beforeAll(async () => {
  mkdirSync(home);
  copyFileSync('deploy/examples/issue-1278.yaml', join(home, DOCUMENT));
  server = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' });
  pace = await Pace.join(server.url);
  const store = await openStore(join(home, STATE), TARGET);
  const running = heard(
    `exec "$NODE" "$MAIN" run -f '${DOCUMENT}' --state '${STATE}' --endpoint ${server.url} --clock ${server.url} --mode approve`,
  );
  await pace.until(async () => (await store.readStatus())?.asks !== undefined);
  process.kill((await store.readLease())!.owner.pid, 'SIGINT');
  await running;
  pace.leave();
}, 240_000);

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

test('every command that is printed anywhere can be pasted as it stands', async () => {
  const where = `--state '${STATE}'`;
  for (const verb of [
    'status',
    'status --details',
    'why',
    'why --catch-up',
    'hold --json',
    'approve',
    'approve --plan ffffffff',
    'resume',
    'adopt',
    'skip nothing --reason x',
  ])
    await heard(`firebreak ${verb} ${where}`);
  for (const format of ['text', 'md', 'html', 'handoff', 'resolution', 'update', 'slack'])
    await heard(`firebreak report ${where} --format ${format}`);
  await heard(`firebreak report nothing ${where}`);
  const printed = new Set(texts.flatMap((text) => unescaped(text).match(COMMAND) ?? []).map((command) => command.trim()));
  const verbs = new Set([...printed].map((command) => command.split(' ')[1]));
  for (const verb of ['run', 'status', 'why', 'approve', 'report', 'sign-off']) expect(verbs).toContain(verb);
  for (const command of printed) await expectUsable(command);
}, 900_000);

/** As a reader of the page sees it. */
function unescaped(text: string): string {
  return text
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll(/<[^>]*>/g, '\n');
}

/** Each in a copy, where an order does no harm; a run looks only; what needs more words than stand in the text is read to its help. */
async function expectUsable(command: string): Promise<void> {
  const copy = mkdtempSync(join(root, 'copy-'));
  cpSync(home, copy, { recursive: true });
  const [, verb = ''] = command.split(' ');
  const line = {
    run: `${command} --dry-run`,
    skip: `${command} --help`,
    'sign-off': `${command} --help`,
    serve: `${command} --help`,
    monitor: `${command} --once`,
    capacity: command.replace(' --cron', ''),
  }[verb];
  const { code, said } = await pasted((line ?? command).replaceAll(home, copy), copy);
  expect([command, code], said).toEqual([command, expect.any(Number)]);
  const complaints = said.split('\n').filter((each) => each.startsWith('firebreak: '));
  expect(complaints.join('\n'), command).not.toMatch(LOST);
  if (['status', 'why', 'report', 'hold'].includes(verb)) expect([command, code], said).toEqual([command, 0]);
  rmSync(copy, { recursive: true });
}
