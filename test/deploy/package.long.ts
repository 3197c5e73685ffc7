import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'firebreak-package-'));
const prefix = join(folder, 'prefix');
const firebreak = join(prefix, 'bin', 'firebreak');
afterAll(() => rmSync(folder, { recursive: true }));

/** As a person does it, in a clean prefix, with nothing to fetch. */
beforeAll(() => {
  const file = execFileSync(process.execPath, [join(ROOT, 'deploy/package.ts'), folder], { encoding: 'utf8', cwd: folder }).trim();
  execFileSync('npm', ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix, join(folder, file)], {
    cwd: folder,
  });
}, 300_000);

const said = (...words: readonly string[]): string => execFileSync(firebreak, words, { encoding: 'utf8', cwd: folder });

it(
  'is installed whole: it says its version, rehearses an incident, and brings its manual page and completions',
  { timeout: 120_000 },
  () => {
    expect(said('--version')).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}\n$/);
    expect(said('rehearse', 'already-healthy', '--state', 'memory:')).toContain('as expected');
    expect(existsSync(join(prefix, 'share/man/man1/firebreak.1'))).toBe(true);
    expect(existsSync(join(prefix, 'lib/node_modules/@firebreak-remediation/firebreak/completions/firebreak.zsh'))).toBe(true);
  },
);

it('brings no package of anybody else', () => {
  expect(existsSync(join(prefix, 'lib/node_modules/@firebreak-remediation/firebreak/node_modules'))).toBe(false);
});

it('starts in less than 150 ms of CPU', () => {
  const timed = (): number => {
    const { stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time "$0" status --help > /dev/null`, firebreak], {
      encoding: 'utf8',
    });
    return stderr
      .trim()
      .split(' ')
      .reduce((sum, seconds) => sum + Number(seconds) * 1_000, 0);
  };
  expect(Math.min(...Array.from({ length: 9 }, timed))).toBeLessThan(150);
});
