import { expect, test } from 'vitest';
import { sentence } from '../../src/core/sentence.ts';

test.each([
  ['nobody answered: What shall be done?', 'nobody answered: What shall be done?'],
  ['no improvement in 2h', 'no improvement in 2h.'],
  ['it ended.', 'it ended.'],
  ['it goes on...', 'it goes on.'],
])('%s ends once', (text, said) => {
  expect(sentence(text)).toBe(said);
});
