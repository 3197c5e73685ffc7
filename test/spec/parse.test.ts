import { describe, expect, it } from 'vitest';
import { refusal } from './support/document.ts';

describe('a file that is no document', () => {
  it.each([
    ['nothing', '', 'spec-empty'],
    ['only a comment', '# later\n', 'spec-empty'],
    ['a list', '- a\n', 'spec-wrong-type'],
    ['a text', 'hello', 'spec-wrong-type'],
    ['more than 1 MiB', `# ${'x'.repeat(1024 * 1024)}`, 'spec-too-large'],
    ['nested without end', `a: ${'['.repeat(100_000)}`, 'spec-syntax'],
    ['an alias inside itself', 'a: &x [*x]\n', 'spec-syntax'],
    ['an alias of nothing', 'a: *nobody\n', 'spec-syntax'],
    ['aliases that unfold without end', aliasBomb(), 'spec-syntax'],
    ['a key that is no text', '? [a, b]\n: 1\n', 'spec-syntax'],
  ])('%s is refused as such', (_what, text, code) => {
    expect(refusal(text).code).toBe(code);
  });
});

function aliasBomb(): string {
  const levels = Array.from({ length: 8 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`);
  return ['a0: &a0 [x, x, x]', ...levels].join('\n');
}
