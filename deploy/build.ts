import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Metafile } from 'esbuild';
import { namedImports } from './named-imports.ts';
import { noticesOf } from './notices.ts';

/**
 * `node deploy/build.ts [--minify]`: the program as a bundle in dist/, with what it reads at run time beside it. `dist/main.mjs`
 * needs Node 24 and nothing else, no node_modules. The build ends with a first run of what it made.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = `${ROOT}dist/`;

const minify = process.argv.includes('--minify');

const options = {
  absWorkingDir: ROOT,
  // The thread that watches the program is started as a file of its own.
  entryPoints: ['src/main.ts', 'src/watchdog/watchdog-thread.ts'],
  entryNames: '[name]',
  outdir: DIST,
  outExtension: { '.js': '.mjs' },
  // All chunks lie beside main.mjs: files that the program reads are found from any of them.
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify,
  // Errors tell their class by its name. Unminified it stays what it is, and each closure that is made is spared a call.
  keepNames: minify,
  legalComments: 'none',
  metafile: true,
  plugins: [namedImports()],
  logLevel: 'warning',
  // Bundled CommonJS packages ask for these three, which an ES module does not have.
  banner: {
    js: [
      "import { createRequire as firebreakRequire } from 'node:module';",
      "import { fileURLToPath as firebreakPath } from 'node:url';",
      'const require = firebreakRequire(import.meta.url);',
      'const __filename = firebreakPath(import.meta.url);',
      "const __dirname = firebreakPath(new URL('.', import.meta.url));",
    ].join('\n'),
  },
} satisfies BuildOptions;

rmSync(DIST, { recursive: true, force: true });
const stamp = await stampOfBundle();
const { metafile } = await build({ ...options, define: { FIREBREAK_BUILD: JSON.stringify(stamp) } });
copyBeside('src/simulator/scenarios', '*.yaml', 'scenarios');
copyBeside('deploy/examples', '*.yaml', 'examples');
for (const schema of ['remediation', 'world']) cpSync(`${ROOT}deploy/${schema}.schema.json`, `${DIST}${schema}.schema.json`);
cpSync(`${ROOT}LICENSE`, `${DIST}LICENSE`);
writeFileSync(`${DIST}THIRD_PARTY.txt`, noticesOf(ROOT, Object.keys(metafile.inputs)));
firstRun();
report(metafile);

/** Twelve digits of the hash of the bundle without it: the same sources give the same. It stands in each run's record. */
async function stampOfBundle(): Promise<string> {
  const { outputFiles } = await build({ ...options, write: false });
  const hash = createHash('sha256');
  for (const { contents } of outputFiles.toSorted((one, other) => one.path.localeCompare(other.path))) hash.update(contents);
  return hash.digest('hex').slice(0, 12);
}

function copyBeside(from: string, pattern: string, to: string): void {
  mkdirSync(`${DIST}${to}`, { recursive: true });
  for (const file of globSync(`${from}/${pattern}`, { cwd: ROOT })) cpSync(`${ROOT}${file}`, `${DIST}${to}/${basename(file)}`);
}

/** Far from node_modules, so that what was left out of the bundle is missed now: the version, then a whole incident. */
function firstRun(): void {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { version: string };
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-build-'));
  const run = (...words: string[]): string =>
    execFileSync(process.execPath, [join(folder, 'main.mjs'), ...words], { encoding: 'utf8', cwd: folder });
  try {
    cpSync(DIST, folder, { recursive: true });
    const said = run('--version').trim();
    if (said !== `${version}+${stamp}`) throw new Error(`dist/main.mjs --version says "${said}" instead of "${version}+${stamp}"`);
    run('rehearse', '--state', 'memory:', '--json');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report({ outputs }: Metafile): void {
  const sizes = Object.keys(outputs).map((file) => statSync(`${ROOT}${file}`).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`dist/main.mjs ${kilobytes(statSync(`${DIST}main.mjs`).size)}, ${sizes.length} files, ${kilobytes(total)} in all`);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1_000)} kB`;
}
