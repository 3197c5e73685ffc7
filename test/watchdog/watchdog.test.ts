import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';

const watchdog = new URL('../../src/watchdog/watchdog.ts', import.meta.url).href;
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** A program that is watched with short bounds and says `begun` before its code. `block(ms)` is a computation of so long. */
function start(
  code: string,
  on: { readonly stdout?: (child: ChildProcess) => void; readonly stderr?: (child: ChildProcess) => void } = {},
) {
  const program = `
    import { watchLoop } from ${JSON.stringify(watchdog)};
    const block = (ms) => { const from = performance.now(); while (performance.now() - from < ms); };
    process.on('SIGTERM', () => { console.log('obeyed'); process.exit(143); });
    const unwatch = watchLoop((ms) => console.log('stood still for', ms >= 400 && ms < 60_000 ? 'about as long' : ms), { sayAfterMs: 400, endAfterMs: 1_000, everyMs: 50 });
    setTimeout(() => { process.stdout.write('begun\\n', () => { ${code} }); }, 1_000);
    setTimeout(() => unwatch(), 600_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout === '') on.stdout?.(child);
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr === '') on.stderr?.(child);
    stderr += chunk.toString();
  });
  return new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
}

describe('a program whose event loop stands still', () => {
  it('says so meanwhile, tells how long it was, and goes on', async () => {
    const ended = await start('setTimeout(() => process.exit(0), 5_000); setImmediate(() => block(2_500));');
    expect(ended.stderr).toMatch(/^firebreak: the program stands still: for /);
    expect(ended).toMatchObject({ code: 0, stdout: 'begun\nstood still for about as long\n' });
  }, 300_000);

  it('is ended by a signal to stop that it cannot obey, and says that it is resumable', async () => {
    const ended = await start('block(600_000);', { stderr: (child) => child.kill('SIGTERM') });
    expect(ended).toMatchObject({ code: null, signal: 'SIGKILL', stdout: 'begun\n' });
    expect(ended.stderr).toContain('does not obey SIGTERM: ended. What was decided is saved; the same command goes on');
  }, 300_000);

  it('obeys a signal itself when it gives signs of life', async () => {
    expect(await start('', { stdout: (child) => child.kill('SIGTERM') })).toMatchObject({
      code: 143,
      stdout: 'begun\nobeyed\n',
      stderr: '',
    });
  }, 300_000);
});
