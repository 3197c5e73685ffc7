import { expect, test } from 'vitest';
import { letterOf, widthOf } from '../../machines/letters.ts';

const row = (count: number): string =>
  [
    'stateDiagram-v2',
    '  state "choosing" as choosing',
    ...Array.from({ length: count }, (_, index) => `  state "waiting for ${index}" as w${index}`),
  ]
    .concat(Array.from({ length: count }, (_, index) => `  choosing --> w${index} : [mayNotWrite]`))
    .join('\n');

test('what stands side by side adds up, and makes the letters smaller where the page is too narrow', () => {
  expect(letterOf(row(3))).toBe(16);
  expect(widthOf(row(12))).toBeGreaterThan(3 * widthOf(row(3)));
  expect(letterOf(row(12))).toBeLessThan(11);
});

test('the same from the left to the right is as wide as its longest words', () => {
  const across = row(12).replace('stateDiagram-v2', 'stateDiagram-v2\n  direction LR');
  expect(letterOf(across)).toBe(16);
  expect(widthOf(across.replaceAll('mayNotWrite', 'mayNotWrite'.repeat(12)))).toBeGreaterThan(900);
});

test('the lines of a label stand under one another', () => {
  const picture = 'stateDiagram-v2\n  state "a" as a\n  state "b" as b\n  a --> b : ';
  expect(widthOf(`${picture}${Array.from({ length: 9 }, () => '[someGuard]').join('<br>')}`)).toBe(widthOf(`${picture}[someGuard]`));
});

test('from the left to the right, what leads back to where it is has its words beside the box', () => {
  const picture = 'stateDiagram-v2\n  direction LR\n  state "a" as a\n  state "bbbbbbbbbb" as b\n  a --> b\n  b --> b : ';
  expect(widthOf(`${picture}ROLLBACK [somethingToPutBack]`)).toBeGreaterThan(widthOf(picture) + 20 * 7);
});
