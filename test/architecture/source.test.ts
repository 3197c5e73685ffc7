import { expect, test } from 'vitest';
import { parseSource } from './source.ts';

function seen(text: string): string[] {
  return parseSource('x.ts', text).imports.map(({ specifier, line, typeOnly }) => `${line} ${typeOnly ? 'type ' : ''}${specifier}`);
}

test.each([
  ["import { a } from './a.ts';", ['1 ./a.ts']],
  ["import './a.ts';", ['1 ./a.ts']],
  ["import a, { type B } from './a.ts';", ['1 ./a.ts']],
  ["import type { A } from './a.ts';", ['1 type ./a.ts']],
  ["import { type A, type B } from './a.ts';", ['1 type ./a.ts']],
  ["import * as a from './a.ts';", ['1 ./a.ts']],
  ["import {\n  a,\n  b,\n} from './a.ts';\nimport './b.ts';", ['4 ./a.ts', '5 ./b.ts']],
  ["export * from './a.ts';", ['1 ./a.ts']],
  ["export type { A } from './a.ts';", ['1 type ./a.ts']],
  ["const a = await import('./a.ts');", ['1 ./a.ts']],
  ['const load = () => import(`./a.ts`);', ['1 ./a.ts']],
  ["function f() { return import('./a.ts'); }", ['1 ./a.ts']],
  ["const a = cold ? null : import('./a.ts');", ['1 ./a.ts']],
  ["type A = typeof import('./a.ts');", ['1 type ./a.ts']],
  ["let a: import('./a.ts').A;", ['1 type ./a.ts']],
  ["const a = require('./a.cjs');", ['1 ./a.cjs']],
  ["const text = `${await import('./a.ts')} and ${`${b}`}`; import './b.ts';", ['1 ./a.ts', '1 ./b.ts']],
])('finds what is imported by %j', (text, imports) => {
  expect(seen(text)).toEqual(imports);
});

test.each([
  "// import { a } from './a.ts';",
  "/* import './a.ts' */",
  'const text = "import \'./a.ts\'";',
  "const text = `import './a.ts'`;",
  "const shape = /import '.\\/a.ts'/;",
  "const text = \"it's\"; // from './a.ts'",
])('finds no import in %j', (text) => {
  expect(seen(text)).toEqual([]);
});

test('keeps code inside a template, drops its words, and keeps the line numbers', () => {
  const { code } = parseSource('x.ts', '/* one\ntwo */ const a = `setTimeout\n${Date.now()} process`;\nconst b = 1;');
  expect(code).toContain('Date.now()');
  expect(code).not.toMatch(/setTimeout|process|one/);
  expect(code.split('\n')[3]).toBe('const b = 1;');
});
