import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './source.ts';

/** Pages that send somebody to a file; whoever follows one must find it. */
const PAGES = [
  '.github/CONTRIBUTING.md',
  'src/ARCHITECTURE.md',
  'README.md',
  'deploy/README.md',
  ...globSync('src/decisions/*.md', { cwd: ROOT }),
];

const FOLDERS = ['src', 'machines', 'test', 'deploy', '.github'];

test.each(PAGES)('every file and folder that %s names is there', (page) => {
  const named = pathsIn(readFileSync(join(ROOT, page), 'utf8'), page);
  expect(named.filter((path) => !isThere(path))).toEqual([]);
});

test('finds the paths of a page: in code, in a code span with a placeholder, and behind a link', () => {
  const text =
    'a folder `src/steps/<kind>/` or `src/steps/NAME/plan.ts`, [there](../src/ARCHITECTURE.md#words), `npm test test/gone`, not `a/b`';
  expect(pathsIn(text, '.github/PAGE.md')).toEqual(['src/steps/*/', 'src/steps/*/plan.ts', 'test/gone', 'src/ARCHITECTURE.md']);
});

test.each([
  ['src/steps/*/plan.ts', true],
  ['src/steps', true],
  ['src/steps/*/gone.ts', false],
])('%s: there: %s', (path, there) => {
  expect(isThere(path)).toBe(there);
});

/** From the project's root; what stands for any name (`<kind>`, `NAME`) is `*`. */
function pathsIn(text: string, page: string): readonly string[] {
  const spans = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, span = '']) => span.split(/\s+/)).flat();
  const isOurs = (path: string): boolean => FOLDERS.includes(path.split('/')[0] ?? '') && path.includes('/');
  const inCode = spans
    .map((span) => span.replaceAll(/<\w+>|\b[A-Z]{4,}\b(?!\.md)/g, '*'))
    .filter((span) => /^[\w./*-]+$/.test(span) && isOurs(span));
  const links = Array.from(text.matchAll(/\]\((?!\w+:)([^)#\s]+)[^)]*\)/g), ([, to = '']) => join(dirname(page), to));
  return [...inCode, ...links];
}

function isThere(path: string): boolean {
  return path.includes('*') ? globSync(path, { cwd: ROOT }).length > 0 : existsSync(join(ROOT, path));
}
