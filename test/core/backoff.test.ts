import { describe, expect, test } from 'vitest';
import { jitteredPauseAfter, pauseAfter, pauseAfterRefusal } from '../../src/core/backoff.ts';

const BACKOFF = { firstMs: 250, longestMs: 4_000 };

describe('pauses between tries', () => {
  test('double up to the longest', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => pauseAfter(BACKOFF, attempt))).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
  });

  test('grow by another factor where one is given', () => {
    expect([1, 2, 3].map((attempt) => pauseAfter({ ...BACKOFF, factor: 1.5 }, attempt))).toEqual([250, 375, 562.5]);
  });

  test('lie between a half and the whole by chance', () => {
    expect([0, 0.5, 1].map((chance) => jitteredPauseAfter(BACKOFF, 3, chance))).toEqual([500, 750, 1_000]);
  });

  test('are never shorter than whoever refused has asked for', () => {
    expect([0, 1].map((chance) => pauseAfterRefusal(BACKOFF, 1, chance, 9_000))).toEqual([9_000, 9_250]);
    expect(pauseAfterRefusal(BACKOFF, 2, 1, null)).toBe(500);
  });
});
