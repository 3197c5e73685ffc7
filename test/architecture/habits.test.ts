import { expect, test } from 'vitest';
import { FORBIDDEN_WORDS, HABITS, LONGEST_FILE, LONG_FILES } from './habits.ts';
import { lineAt, sourceFiles } from './source.ts';

const product = sourceFiles(['src', 'machines', 'deploy']);
const everything = sourceFiles(['src', 'machines', 'deploy', 'test']);

test.each(HABITS.map((habit) => [habit.rule, habit] as const))('%s', (_, { shape, homes, advice }) => {
  const broken = product
    .filter(({ path }) => !path.startsWith('deploy/') || homes.some((home) => home.test('deploy/')))
    .filter(({ path }) => !homes.some((home) => home.test(path)))
    .flatMap(({ path, code }) => [...code.matchAll(shape)].map((match) => `${path}:${lineAt(code, match.index)} ${match[0]}`));
  expect(broken, advice).toEqual([]);
});

test('no words of unfinished work or of switched-off checks', () => {
  const broken = everything
    .filter(({ path }) => !path.startsWith('test/architecture/'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          FORBIDDEN_WORDS.filter(({ shape }) => shape.test(line)).map(({ advice }) => `${path}:${index + 1} ${line.trim()} -> ${advice}`),
        ),
    );
  expect(broken).toEqual([]);
});

test('the project refers to nothing outside itself', () => {
  const broken = product.filter(({ text }) => /\.\.\/shared\b|(?<![\w.])\/(?:work|home|root|Users)\//.test(text)).map(({ path }) => path);
  expect(broken, 'copy the fact into a comment with its source; a path of one machine works on one machine').toEqual([]);
});

test(`no file is longer than ${LONGEST_FILE} lines`, () => {
  const tooLong = everything
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ path, lines }) => lines > (LONG_FILES[path] ?? LONGEST_FILE))
    .map(({ path, lines }) => `${path}: ${lines} lines`);
  expect(tooLong, 'split it by what it decides; the list LONG_FILES may only shrink').toEqual([]);
});

test('the list of long files holds no file that has become short', () => {
  const lengths = new Map(everything.map(({ path, text }) => [path, text.trimEnd().split('\n').length]));
  const stale = Object.entries(LONG_FILES).filter(([path, allowed]) => (lengths.get(path) ?? 0) < allowed);
  expect(stale, 'lower the number in LONG_FILES to the present length, or delete the entry').toEqual([]);
});
