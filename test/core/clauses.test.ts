import { describe, expect, test } from 'vitest';
import { clausesOf, cutTo } from '../../src/core/clauses.ts';

describe('clauses', () => {
  test('end at a semicolon outside of brackets alone', () => {
    expect(clausesOf('100 of 207 failed (48 %; 95 % Wilson 40 %–55 %; goal (1 %; of all)); 37 × a server error')).toEqual([
      '100 of 207 failed (48 %; 95 % Wilson 40 %–55 %; goal (1 %; of all))',
      '37 × a server error',
    ]);
    expect(clausesOf('')).toEqual(['']);
    expect(clausesOf('a) odd; b')).toEqual(['a) odd', 'b']);
  });
});

describe('a text that is too long', () => {
  test('keeps whole clauses, and says that more is left out', () => {
    expect(cutTo('one; two; three', 9)).toBe('one; two (and more)');
    expect(cutTo('one; two; three', 15)).toBe('one; two; three');
  });

  test('is never cut within a bracket or a word', () => {
    expect(cutTo('Elevated errors in us-central1 (CONFIRMED; Cloud Run)', 42)).toBe('Elevated errors in us-central1 (and more)');
    expect(cutTo('(all of it; in brackets)', 10)).toBe('(all of (and more)');
    expect(cutTo('longwords', 4)).toBe('l (and more)');
  });
});
