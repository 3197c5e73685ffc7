import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/cli/columns.ts';
import { decisionLines, listed, wrappedLines } from '../../../src/cli/progress/decision-summary.ts';

const paint = (_style: unknown, text: string): string => text;
const VIEW = { width: 80, paint, place: {} };
const SAID = { wrong: 'a b', would: 'c', oneWay: 'd', unknown: 'e', next: 'f\u001B[2J\ng' };

describe('the lines that decide', () => {
  it('are five, in this order, and let nothing steer the terminal', () => {
    expect(decisionLines(SAID, VIEW)).toEqual(['wrong:   a b', 'would:   c', 'one way: d', 'unknown: e', 'next:    f g']);
  });

  it('go on below their own words where the terminal is narrow', () => {
    const lines = decisionLines({ ...SAID, wrong: '長 '.repeat(30).trim() }, { ...VIEW, width: 40 });
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(40);
    expect(lines[1]).toMatch(/^ {9}長/);
  });

  it('name the first of a long list and count the others', () => {
    expect(listed(['a', 'b', 'c', 'd', 'e'], 'none')).toBe('a; b; c; and 2 more');
    expect(listed([], 'none')).toBe('none');
  });
});

it('what is behind keeps its indent where it goes on, and is left alone where it fits or nothing is cut off', () => {
  expect(wrappedLines(['  - one two three', '', '  ok'], { ...VIEW, width: 11 })).toEqual(['  - one two', '    three', '', '  ok']);
  expect(wrappedLines(['  - one two three'], { ...VIEW, width: Infinity })).toEqual(['  - one two three']);
});

it('a command stays in one piece, with all that it needs to be pasted', () => {
  const place = { file: 'a b.yaml', endpoint: 'http://127.0.0.1:8080' };
  const lines = decisionLines({ ...SAID, next: 'firebreak plan, which looks again' }, { width: 40, paint, place });
  expect(lines.slice(-2)).toEqual([
    "next:    firebreak plan -f 'a b.yaml' --endpoint http://127.0.0.1:8080,",
    '         which looks again',
  ]);
});
