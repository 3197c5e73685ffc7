import { expect, test } from 'vitest';
import { standstillWords } from '../../../src/cli/process/standstill.ts';

test('says for whom the clock waits, and for how long, in whole seconds; what a process calls itself paints nothing', () => {
  const words = standstillWords('firebreak run\u001B[31m (process 4711)', 5_400);
  expect(words).toMatch(/^time stands still since 5 ?s: the clock waits for firebreak run.* \(process 4711\)$/);
  expect(words).not.toContain('\u001B');
});
