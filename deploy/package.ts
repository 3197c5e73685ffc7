import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `node deploy/package.ts [FOLDER]`: builds the program and packs it, in this folder or in that one, as what `npm install --global` takes:
 * the bundle, the launcher, the manual page and the completions. It needs no other package. Prints the name of the file.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = `${ROOT}dist/`;
const SHELLS = ['bash', 'zsh', 'fish'];

const out = resolve(process.argv[2] ?? '.');
execFileSync(process.execPath, [`${ROOT}deploy/build.ts`, '--minify'], { stdio: ['ignore', 'ignore', 'inherit'] });
cpSync(`${ROOT}src/firebreak.mjs`, `${DIST}firebreak.mjs`);
cpSync(`${ROOT}README.md`, `${DIST}README.md`);
writeFileSync(`${DIST}firebreak.1`, firebreak('man'));
mkdirSync(`${DIST}completions`);
for (const shell of SHELLS) writeFileSync(`${DIST}completions/firebreak.${shell}`, firebreak('completion', shell));
writeFileSync(`${DIST}package.json`, `${JSON.stringify(manifest(), null, 2)}\n`);
process.stdout.write(execFileSync('npm', ['pack', DIST, '--silent', '--pack-destination', out], { encoding: 'utf8', cwd: out }));

function firebreak(...words: readonly string[]): string {
  return execFileSync(process.execPath, [`${DIST}main.mjs`, ...words], { encoding: 'utf8' });
}

/** What the checkout says of itself, without what only building needs: all that it runs on is in the bundle. */
function manifest(): object {
  const { name, version, description, license, type, engines } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Readonly<
    Record<string, unknown>
  >;
  return { name, version, description, license, type, engines, bin: { firebreak: 'firebreak.mjs' }, man: ['./firebreak.1'] };
}
