import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const processModule = new URL('../../../src/cli/process/process.ts', import.meta.url).href;
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], onOutput: (text: string, child: ChildProcess) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => onOutput((stdout += chunk.toString()), child));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** A process with one verb, `act`, whose action is this code; `deps` is what verbs are handed. */
const acting = (action: string): readonly string[] => [
  '--input-type=module',
  '-e',
  `import { runProcess } from ${JSON.stringify(processModule)};
   process.argv.splice(1, 0, 'firebreak');
   const clock = { now: () => 0, sleepUntil: async () => {}, during: (work) => work };
   await runProcess({ version: '0', clock, openStore: async () => null, listTargets: async () => [] }, [(program, deps) => program.command('act').action(async () => { ${action} })]);`,
  'act',
];

describe('simulate', () => {
  it('says where it listens, answers there, and ends with 130 at SIGINT', async () => {
    const asked: Promise<number>[] = [];
    const ended = await start([main, 'simulate', '--port', '0', '--speed', '60'], (text, child) => {
      const url = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(text)?.[1];
      if (url === undefined || asked.length > 0) return;
      asked.push(
        fetch(`${url}/v2/projects/netra-staging/locations/us-central1/services`).then((answer) => {
          child.kill('SIGINT');
          return answer.status;
        }),
      );
    });
    expect(await Promise.all(asked)).toEqual([200]);
    expect(ended).toMatchObject({ code: 130, stderr: 'firebreak: SIGINT: closing the simulator; once more stops at once\n' });
  });

  it('exits 2 when the port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stdout, stderr } = await start([main, 'simulate', '--port', String(port)]);
    taken.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^firebreak: .*another process has the port\.\n {2}fix: .+\n$/);
  });
});

describe('prove', () => {
  it.each([
    ['an unknown scenario', ['nope'], /^firebreak: There is no scenario "nope"\.\n {2}fix: .+\n$/],
    ['a document that is not there', ['-f', 'nowhere.yaml'], /^firebreak: .*nowhere\.yaml.*\n {2}fix: .+\n$/],
  ])('says %s once, as every verb does, and exits 2', async (_what, argv, said) => {
    const { code, stdout, stderr } = await start([main, 'prove', ...argv]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  });
});

describe('the process', () => {
  it('exits with what the verb says', async () => {
    expect(await start(acting('deps.stdout.write("done\\n"); deps.finish(4);'))).toEqual({ code: 4, stdout: 'done\n', stderr: '' });
  });

  it('goes on silently when nobody reads its output any more', async () => {
    const action =
      'for (let i = 0; i < 50; i += 1) { deps.stdout.write("x".repeat(10_000)); await new Promise(setImmediate); } deps.stderr.write("to the end"); deps.finish(3);';
    const ended = await start(acting(action), (_text, child) => void child.stdout?.destroy());
    expect(ended).toMatchObject({ code: 3, stderr: 'to the end' });
  });

  it('hears a hang-up like any other wish to stop', async () => {
    const action =
      'const stopped = new Promise((resolve) => deps.onSignal(resolve)); deps.stdout.write("ready"); const alive = setInterval(() => {}, 1000); deps.stderr.write(await stopped); clearInterval(alive); deps.finish(129);';
    const ended = await start(acting(action), (_text, child) => void child.kill('SIGHUP'));
    expect(ended).toMatchObject({ code: 129, stderr: 'SIGHUP' });
  });

  it('drops what it would say to a terminal that is gone', async () => {
    const action =
      'const { stdout } = process; stdout._write = (_chunk, _encoding, done) => done(Object.assign(new Error("write EIO"), { code: "EIO" })); deps.stdout.write("x"); await new Promise(setImmediate); deps.stdout.write("y"); deps.stderr.write("saved"); deps.finish(129);';
    expect(await start(acting(action))).toMatchObject({ code: 129, stderr: 'saved' });
  });

  it('says a warning in its own form, and none of the search for credentials, which ends in an error of ours', async () => {
    const warn = (name: string) => acting(`process.emitWarning("look here", "${name}"); await new Promise(setImmediate);`);
    expect(await start(warn('DeprecationWarning'))).toMatchObject({ stderr: 'firebreak: warning: DeprecationWarning: look here\n' });
    expect(await start(warn('MetadataLookupWarning'))).toMatchObject({ stderr: '' });
  });

  it('says what nobody caught like any other error', async () => {
    const ended = await start(acting('setImmediate(() => { throw new TypeError("x is not a function"); }); await new Promise(() => {});'));
    expect(ended.code).toBe(70);
    expect(ended.stderr).toMatch(/^firebreak: this is a mistake of Firebreak, not yours\n {2}x is not a function\n {2}fix: .+\n$/);
  });
});
