import { describe, expect, test } from 'vitest';
import { createPairing } from '../../../src/diagnosis/logs/pairing.ts';

const from = (instance: string | null) => ({
  place: 'shop\nshop-1',
  container: `shop\nshop-1\n${instance ?? ''}`,
  named: instance !== null,
});
const failure = (at: number, instance: string | null = 'i1', latencyMs = 0) => ({
  ...from(instance),
  at,
  failure: { latencyMs },
  death: false,
  speaksFor: null,
});
const line = (at: number, instance: string | null = 'i1') => ({
  ...from(instance),
  at,
  failure: null,
  death: false,
  speaksFor: 'reason',
});
const death = (at: number, instance: string | null = 'i1') => ({ ...from(instance), at, failure: null, death: true, speaksFor: null });

const beside = (...entries: readonly Parameters<ReturnType<typeof createPairing>['add']>[0][]) => {
  const pairing = createPairing();
  for (const entry of entries) pairing.add(entry);
  return pairing.beside().get('reason');
};

describe('lines stand beside failures', () => {
  test('of the same container within seconds, the time of the request itself not counted', () => {
    expect(beside(failure(100_000), line(104_000))).toMatchObject({ failures: 1 });
    expect(beside(failure(100_000, 'i1', 60_000), line(161_000))).toMatchObject({ failures: 1 });
    expect(beside(failure(100_000), line(160_000))).toMatchObject({ failures: 0 });
  });

  test('one stray line explains one failure of many, not all of its revision', () => {
    const many = Array.from({ length: 45 }, (_, index) => failure(1_000_000 + index * 60_000));
    expect(beside(...many, line(1_000_500))?.failures).toBeCloseTo(1 / 45);
  });

  test('a line that precedes the first failure, or follows the last, explains nothing', () => {
    expect(beside(line(1_000), failure(100_000), failure(130_000))).toMatchObject({ failures: 0 });
    expect(beside(line(900_000), failure(100_000), failure(130_000))).toMatchObject({ failures: 0 });
  });

  test('of another container only within three seconds, and each line for one failure', () => {
    expect(beside(failure(100_000, 'i1'), failure(100_100, 'i1'), line(101_000, 'i2'))).toMatchObject({ failures: 0.5 });
    expect(beside(failure(100_000, 'i1'), line(107_000, 'i2'))).toMatchObject({ failures: 0 });
  });

  test('of a death up to a minute before it, in its container alone', () => {
    expect(beside(line(60_000), death(100_000))).toMatchObject({ deaths: 1 });
    expect(beside(line(60_000, 'i2'), death(100_000))).toMatchObject({ deaths: 0 });
  });

  test('of a death that is told of no container up to a minute before it, in any', () => {
    expect(beside(line(60_000), death(100_000, null))).toMatchObject({ deaths: 1 });
    expect(beside(line(30_000), death(100_000, null))).toMatchObject({ deaths: 0 });
    expect(beside(line(110_000), death(100_000, null))).toMatchObject({ deaths: 0 });
  });

  test('and how much of what is said stands beside any of them', () => {
    const chatter = Array.from({ length: 99 }, (_, index) => line(1_000_000 + index * 60_000));
    expect(beside(failure(100_000), line(100_500), ...chatter)?.lines).toBeCloseTo(0.01);
    expect(beside(failure(100_000), line(100_500), line(101_000))?.lines).toBe(1);
    expect(beside(death(100_000), line(60_000), line(99_000), line(500_000))?.lines).toBeCloseTo(2 / 3);
  });

  test('whatever the order of the entries', () => {
    const entries = [failure(100_000), line(104_000), failure(300_000, 'i2'), death(500_000, 'i3'), line(499_000, 'i3')];
    expect(beside(...entries.toReversed())).toEqual(beside(...entries));
  });

  test('a million entries are kept in bounded memory and told in time that grows with their number alone', () => {
    const pairing = createPairing();
    for (let index = 0; index < 300_000; index += 1) {
      const instance = `i${index % 500}`;
      pairing.add(failure(index * 1_000, instance));
      pairing.add(line(index * 1_000 + 300, instance));
    }
    expect(pairing.beside().get('reason')?.failures).toBeGreaterThan(0.98);
  });
});
