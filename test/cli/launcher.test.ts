import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'firebreak-launcher-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A Node older than 24 on this machine, or null. */
const older =
  ['/usr/bin/node', '/usr/local/bin/node'].find(
    (node) => existsSync(node) && Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout)?.[1]) < 24,
  ) ?? null;

/** A package with our launcher and a program of the test's own. */
function pack(name: string, program: string): string {
  const place = join(folder, name);
  mkdirSync(join(place, 'src'), { recursive: true });
  copyFileSync(join(root, 'src/firebreak.mjs'), join(place, 'src/firebreak.mjs'));
  writeFileSync(join(place, 'src/main.ts'), program);
  return join(place, 'src/firebreak.mjs');
}

const ECHO =
  'const said: string = JSON.stringify({ argv: process.argv.slice(2), major: Number(process.versions.node.split(".")[0]) });\nconsole.log(said);\nprocess.exitCode = 4;\n';

describe('the launcher', () => {
  it('runs the sources of a checkout, with its arguments and its exit code', () => {
    const { status, stdout } = spawnSync(process.execPath, [pack('checkout', ECHO), 'status', '--target', 'a b'], { encoding: 'utf8' });
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ argv: ['status', '--target', 'a b'] });
  });

  it('runs the bundle where there are no sources', () => {
    const launcher = pack('bundled', '');
    rmSync(join(dirname(launcher), 'main.ts'));
    mkdirSync(join(dirname(launcher), '../dist'));
    writeFileSync(join(dirname(launcher), '../dist/main.mjs'), 'console.log("bundle")');
    expect(spawnSync(process.execPath, [launcher], { encoding: 'utf8' }).stdout).toBe('bundle\n');
  });

  it.skipIf(older === null)('says what is missing when Node is too old and no newer one came along', () => {
    const { status, stdout, stderr } = spawnSync(older!, [pack('alone', ECHO)], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^firebreak: Node 24 or newer is needed, this is \d+\.\d+\.\d+\n {2}fix: install Node 24;/);
  });

  describe.skipIf(older === null)('started by an older Node', () => {
    const withNewer = (name: string, program: string): string => {
      const launcher = pack(name, program);
      mkdirSync(join(dirname(launcher), '../node_modules'), { recursive: true });
      const bin = join(dirname(launcher), `../node_modules/node-linux-${process.arch}/bin`);
      mkdirSync(bin, { recursive: true });
      symlinkSync(process.execPath, join(bin, 'node'));
      return launcher;
    };

    it('goes on with the one that came along', () => {
      const { status, stdout } = spawnSync(older!, [withNewer('newer', ECHO), '--json', '-x'], { encoding: 'utf8' });
      expect(status).toBe(4);
      expect(JSON.parse(stdout)).toMatchObject({ argv: ['--json', '-x'], major: Number(process.versions.node.split('.')[0]) });
    });

    it.each([
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const)('hands %s on and exits as the program does', async (signal, code) => {
      const program = `process.on('${signal}', () => process.exit(${code}));\nsetInterval(() => {}, 1000);\nconsole.log('ready');\n`;
      const child = spawn(older!, [withNewer(`signal-${signal}`, program)], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => child.kill(signal));
      expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(code);
    });

    it('leaves no program behind when it is killed', async () => {
      const program = "setInterval(() => {}, 1000);\nconsole.log(process.pid);\nprocess.on('exit', () => {});\n";
      const child = spawn(older!, [withNewer('killed', program)], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.once('data', () => child.kill('SIGKILL'));
      // The pipe closes only when the program itself, which inherited it, is gone.
      await new Promise((resolve) => child.stdout.on('close', resolve));
      expect(child.signalCode ?? 'SIGKILL').toBe('SIGKILL');
    });
  });
});
