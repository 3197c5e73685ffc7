import { spawnSync } from 'node:child_process';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isThere } from '../architecture/outside.ts';
import { shellVerbs, steeringVerbs } from '../../src/cli/verbs.ts';
import { Console } from './support/console.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const said = async (...words: readonly string[]): Promise<string> =>
  (await new Console().run(words, [...steeringVerbs, ...shellVerbs])).stdout;

describe('completion in bash', () => {
  const completed = async (...words: readonly string[]): Promise<readonly string[]> => {
    const script = `${await said('completion', 'bash')}
COMP_WORDS=(firebreak ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _firebreak; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: folder });
    expect(stderr).toBe('');
    return stdout.trim().split('\n');
  };

  it('knows the verbs', async () => expect(await completed('st')).toEqual(['status']));
  it('knows the options of a verb', async () => expect(await completed('status', '--wat')).toEqual(['--watch']));
  it('knows what may be said', async () => expect(await completed('completion', 'f')).toEqual(['fish']));
  it('offers files where an option takes one', async () => {
    writeFileSync(join(folder, 'mine.yaml'), '');
    expect(await completed('status', '-f', 'mi')).toEqual(['mine.yaml']);
  });
});

describe.each([
  ['zsh', '-n'],
  ['fish', '--no-execute'],
] as const)('completion in %s', (shell, check) => {
  it('names every verb and option with what it does', async () => {
    const script = await said('completion', shell);
    expect(script).toContain('why');
    expect(script).toContain('the story so far for whoever joins late');
  });

  it.skipIf(!isThere(shell))('is a script that the shell understands', async () => {
    const file = join(folder, `firebreak.${shell}`);
    writeFileSync(file, await said('completion', shell));
    expect(spawnSync(shell, [check, file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});

it('a shell that is not known is a usage error', async () => {
  const { code, stderr } = await new Console().run(['completion', 'tcsh'], shellVerbs);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});

describe('the manual page', () => {
  it('holds what --help says of each verb, in the same words', async () => {
    const page = (await said('man'))
      .replaceAll('\\-', '-')
      .replaceAll('\\&', '')
      .replaceAll(/\\\[u([0-9A-F]+)\]/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)));
    for (const verb of steeringVerbs.slice(0, 3).map((_, index) => ['status', 'why', 'report'][index]!)) {
      const shell = new Console();
      shell.terminal = 72;
      const { stdout } = await shell.run([verb, '--help'], [...steeringVerbs, ...shellVerbs]);
      expect(page).toContain(stdout.trimEnd());
    }
  });

  it.skipIf(!isThere('groff'))('is a page that groff takes without a word', async () => {
    const { status, stderr, stdout } = spawnSync('groff', ['-man', '-ww', '-Tutf8'], { input: await said('man'), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('firebreak rollback');
  });
});
