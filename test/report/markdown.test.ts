import { describe, expect, test } from 'vitest';
import { code, commands, fenced, plain, rows } from '../../src/report/markdown.ts';

describe('text from outside in Markdown', () => {
  test.each([
    ['a|b', 'a\\|b'],
    ['`x`', '\\`x\\`'],
    ['[click](http://evil)', '\\[click\\](http\\://evil)'],
    ['![x](y)', '!\\[x\\](y)'],
    ['<img src=x onerror=y>', '\\<img src=x onerror=y\\>'],
    ['<!-- gone', '\\<!-- gone'],
    ['# a heading', '\\# a heading'],
    ['- a list', '\\- a list'],
    ['1. a list', '1\\. a list'],
    ['=== ', '\\=== '],
    ['see www.evil.example', 'see www\\.evil.example'],
    ['ask @team/ops', 'ask @<!-- -->team/ops'],
    ['two\n\nlines', 'two lines'],
  ])('%s is text and nothing else', (text, said) => expect(plain(text)).toBe(said));

  test('leaves alone what steers nothing: figures, addresses of mail, a minus inside', () => {
    for (const text of ['16.9s', '-3 to 5', 'ann@laptop', 'a - b', '10–15 %']) expect(plain(text)).toBe(text);
  });

  test('cannot leave its cell, its code or its block', () => {
    expect(rows(['a'], [['x | y\n| z |']]).split('\n')).toHaveLength(3);
    expect(code('a`b``c')).toBe('```a`b``c```');
    expect(code('`')).toBe('`` ` ``');
    expect(fenced('a\n````\nb').split('\n')[0]).toBe('`````text');
    expect(commands(['echo 1', 'echo 2'])).toBe('```sh\necho 1\necho 2\n```');
  });
});
