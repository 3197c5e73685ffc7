import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { namedImports } from '../../deploy/named-imports.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [
    'a CommonJS package',
    `const { pino } = await import('pino'); console.log(typeof pino, typeof pino.stdTimeFunctions);`,
    'function object',
  ],
  ['its default', `const { default: pino } = await import('pino'); console.log(typeof pino, typeof pino.pino);`, 'function function'],
  ['an ES package', `const { z } = await import('zod'); console.log(typeof z.string, z.string().parse('yes'));`, 'function yes'],
])('a bundle finds the names of %s that is imported when needed', async (_, source, said) => {
  const main = join(folder, 'main.mjs');
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, sourcefile: 'entry.ts' },
    outdir: folder,
    entryNames: 'main',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url); const __dirname = '';" },
    plugins: [namedImports()],
  });
  writeFileSync(join(folder, 'package.json'), '{}');
  expect(execFileSync(process.execPath, [main], { encoding: 'utf8', cwd: folder }).trim()).toBe(said);
});
