import { describe, expect, test } from 'vitest';
import { Stillness } from '../../src/watchdog/stillness.ts';

const BOUNDS = { sayAfterMs: 5_000, endAfterMs: 8_000, everyMs: 500 };

/** Looks every half second, so often, at a program that gives no sign. */
function still(stillness: Stillness, looks: number, from = 0) {
  return Array.from({ length: looks }, (_, at) => stillness.look(1, from + 500 * (at + 1))).flatMap((word) => word ?? []);
}

function begun(): Stillness {
  const stillness = new Stillness(BOUNDS, 0);
  stillness.look(1, 0);
  return stillness;
}

describe('a standstill', () => {
  test('is said after five seconds, and again each time it has doubled', () => {
    expect(still(begun(), 41).map(({ ms }) => ms)).toEqual([5_000, 10_000, 20_000]);
  });

  test('is over with the next sign of life, and the next one is counted from there', () => {
    const stillness = begun();
    still(stillness, 9);
    expect(stillness.ms).toBe(4_500);
    stillness.look(2, 5_000);
    expect(stillness.ms).toBe(0);
    expect(Array.from({ length: 10 }, (_, at) => stillness.look(2, 5_500 + 500 * at)).flatMap((word) => word ?? [])).toEqual([
      { kind: 'still', ms: 5_000 },
    ]);
  });

  test('is not the time in which nobody ran: a stopped process or a frozen machine', () => {
    const stillness = begun();
    expect(stillness.look(1, 3_600_000)).toBeNull();
    expect(stillness.ms).toBe(1_000);
    expect(stillness.look(1, 3_000_000)).toBeNull();
    expect(stillness.ms).toBe(1_000);
  });

  test('ends the program when a signal to stop has waited for eight seconds, however long it stood still before', () => {
    const stillness = begun();
    still(stillness, 30);
    stillness.heard('SIGTERM');
    const words = still(stillness, 16, 15_000);
    expect(words.at(-1)).toEqual({ kind: 'end', signal: 'SIGTERM', ms: 23_000 });
    expect(words.filter(({ kind }) => kind === 'end')).toHaveLength(1);
  });

  test('leaves a signal to whoever gives signs of life', () => {
    const stillness = begun();
    stillness.heard('SIGTERM');
    expect(Array.from({ length: 100 }, (_, at) => stillness.look(2 + at, 500 + 500 * at)).every((word) => word === null)).toBe(true);
  });

  test('that begins between a signal and its hearing ends the program too, and one after it does not', () => {
    const between = begun();
    between.heard('SIGTERM');
    between.look(2, 500);
    expect(Array.from({ length: 16 }, (_, at) => between.look(2, 1_000 + 500 * at)).at(-1)).toMatchObject({ kind: 'end' });
    const after = begun();
    after.heard('SIGTERM');
    expect(Array.from({ length: 40 }, (_, at) => after.look(2, 1_000 + 500 * at, 1)).some((word) => word?.kind === 'end')).toBe(false);
  });
});
