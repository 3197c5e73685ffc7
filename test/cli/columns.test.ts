import { describe, expect, it } from 'vitest';
import { clipped, columnsOf, laid, wrapped } from '../../src/cli/columns.ts';

const rest = (left: readonly { readonly label: string }[]): string => left.map(({ label }) => label).join(' ');

describe('text in columns', () => {
  it.each([
    ['plain', 5],
    ['漢字', 4],
    ['e\u0301', 1],
    ['🔥', 2],
  ])('%s takes %s', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it('is never wider than there is room, cut or wrapped, however long a word is', () => {
    for (const text of ['漢'.repeat(40), 'a'.repeat(90), `short ${'b'.repeat(70)} end`, 'many little words '.repeat(9)])
      for (const width of [12, 59, 60, 61]) {
        expect(columnsOf(clipped(text, width))).toBeLessThanOrEqual(width);
        const lines = wrapped(text, width, 9);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }
  });

  it('shows that something is left out, and cuts nothing that fits', () => {
    expect(clipped('abcdef', 6)).toBe('abcdef');
    expect(clipped('abcdefg', 6)).toBe('abcde…');
    expect(clipped('漢字漢字', 6)).toBe('漢字…');
  });

  it('gives the lines that are left over to what stands first, and names what has no line', () => {
    const rows = [1, 2, 3, 4].map((nth) => ({ label: `${nth}:`, text: 'word '.repeat(12).trim() }));
    const lines = laid(rows, { width: 30, most: 5, rest }).map((each) => each.length);
    expect(lines).toEqual([2, 1, 1, 1]);
    const few = laid(rows, { width: 100, most: 3, rest }).flat();
    expect(few).toHaveLength(3);
    expect(few.at(-1)).toBe('more:    3: 4:');
  });

  it('cuts nothing where there is no width', () => {
    expect(laid([{ label: 'why:', text: 'x '.repeat(500) }], { width: Infinity, most: 8, rest }).flat()).toHaveLength(1);
  });
});
