import { expect, test } from 'vitest';
import { defined } from '../../src/core/defined.ts';

test('what must be there is handed on as it is, also when it is false, zero or empty', () => {
  for (const value of [0, false, '', [], 'x']) expect(defined(value)).toBe(value);
});

test.each([undefined, null])('%s in its place is a bug of ours, and said as one', (value) => {
  expect(() => defined(value)).toThrow(expect.objectContaining({ kind: 'invariant' }));
});
