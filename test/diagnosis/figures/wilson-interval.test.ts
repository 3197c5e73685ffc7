import { describe, expect, test } from 'vitest';
import { samplesToTell, wilson } from '../../../src/diagnosis/figures/wilson-interval.ts';
import { judgeRate } from '../../../src/diagnosis/witnesses/request-evidence.ts';
import { HOUR, MINUTE } from '../../../src/core/duration.ts';

const NOW = 10 * HOUR;
const rate = (failed: number, total: number, windowMs = HOUR) =>
  judgeRate({ failed, total, sinceAt: NOW - windowMs, lastFailedAt: failed > 0 ? NOW - MINUTE : null }, 0.01, NOW);

describe('the interval of a share', () => {
  test.each([
    [3, 14, 0.0757, 0.4759],
    [0, 100, 0, 0.037],
    [10, 10, 0.7225, 1],
  ])('of %i in %i is what Wilson says', (failed, total, lower, upper) => {
    expect(wilson(failed, total).lower).toBeCloseTo(lower, 3);
    expect(wilson(failed, total).upper).toBeCloseTo(upper, 3);
  });

  test('of nothing is everything', () => {
    expect(wilson(0, 0)).toEqual({ lower: 0, upper: 1 });
  });

  test('without a failure comes below a bound after as many samples as are told', () => {
    const needed = samplesToTell(0.05);
    expect(wilson(0, needed).upper).toBeLessThanOrEqual(0.05);
    expect(wilson(0, needed - 1).upper).toBeGreaterThan(0.05);
  });
});

describe('requests speak', () => {
  test('ill for fourteen failing requests an hour, with the figures, the method and the goal', () => {
    expect(rate(3, 14)).toMatchObject({ word: 'ill', because: '3 of 14 requests failed (21 %; 95 % Wilson 7.6 %–48 %, goal 1 %)' });
  });

  test('never ill for one or two failed requests, however few there are', () => {
    for (const [failed, total] of [
      [1, 1],
      [1, 14],
      [2, 2],
    ] as const)
      expect(rate(failed, total).word).toBe('silent');
  });

  test('well for one failed request in three thousand', () => {
    expect(rate(1, 3_000).word).toBe('well');
  });

  test('not at all for a few, and say how long it takes to know', () => {
    expect(rate(0, 14)).toMatchObject({ word: 'silent', silence: 'few', because: expect.stringContaining('at 14 an hour it takes 5h') });
  });

  test('not for failures that are long over', () => {
    const old = judgeRate({ failed: 3, total: 14, sinceAt: NOW - HOUR, lastFailedAt: NOW - 40 * MINUTE }, 0.01, NOW);
    expect(old).toMatchObject({ word: 'silent', because: expect.stringContaining('40m ago') });
  });
});
