import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectorTarget, MachineType } from '../../../src/core/model/spec.ts';
import { atLeast, capacityOf, CONNECTOR_LIMITS, legalTarget } from '../../../src/steps/connector/limits.ts';

const config = (minInstances: number, maxInstances: number, machineType: MachineType): ConnectorTarget => ({
  minInstances,
  maxInstances,
  machineType,
});

describe('the nearest legal connector', () => {
  test.each([
    { wish: config(3, 15, 'e2-standard-4'), now: config(2, 10, 'e2-micro'), target: config(3, 10, 'e2-standard-4'), satisfied: false },
    { wish: config(3, 20, 'e2-standard-4'), now: config(2, 10, 'e2-micro'), target: config(3, 10, 'e2-standard-4'), satisfied: false },
    { wish: config(1, 2, 'e2-micro'), now: config(2, 3, 'f1-micro'), target: config(2, 3, 'e2-micro'), satisfied: false },
    { wish: config(2, 10, 'e2-standard-4'), now: config(4, 8, 'e2-micro'), target: config(4, 10, 'e2-standard-4'), satisfied: false },
    { wish: config(2, 5, 'e2-micro'), now: config(3, 10, 'e2-standard-4'), target: config(3, 10, 'e2-standard-4'), satisfied: true },
    { wish: config(3, 15, 'e2-standard-4'), now: config(3, 10, 'e2-standard-4'), target: config(3, 10, 'e2-standard-4'), satisfied: true },
    { wish: config(12, 12, 'e2-micro'), now: config(2, 3, 'e2-micro'), target: config(9, 10, 'e2-micro'), satisfied: false },
  ])(
    '$wish.minInstances–$wish.maxInstances × $wish.machineType from $now.minInstances–$now.maxInstances × $now.machineType',
    ({ wish, now, target, satisfied }) => {
      expect(legalTarget(wish, now)).toMatchObject({ target, satisfied });
    },
  );

  test('says in words what it made of the wish, with the source of the limit', () => {
    expect(legalTarget(config(3, 15, 'e2-standard-4'), config(2, 10, 'e2-micro')).notes).toEqual([
      "maxInstances 15 is outside Google's 3–10 (a connector's /28 holds no more): planned as 10",
    ]);
    expect(legalTarget(config(2, 10, 'e2-standard-4'), config(4, 8, 'e2-micro')).notes).toEqual([
      'minInstances stays 4: bounds of a connector never fall',
    ]);
  });

  test('a machine type that nobody knows is a question, not a guess', () => {
    expect(
      legalTarget(config(3, 10, 'e2-micro'), { minInstances: 2, maxInstances: 10, machineType: 'e2-standard-8' }).impossible,
    ).toContain('e2-standard-8');
  });

  test('is always legal, never lower than now, never less capacity than now, and stable', () => {
    const type = fc.constantFrom<MachineType>('f1-micro', 'e2-micro', 'e2-standard-4');
    const wish = fc.record({
      minInstances: fc.integer({ min: 0, max: 30 }),
      maxInstances: fc.integer({ min: 0, max: 30 }),
      machineType: type,
    });
    const now = fc
      .tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 3, max: 10 }), type)
      .filter(([min, max]) => min < max)
      .map(([min, max, machineType]) => config(min, max, machineType));
    fc.assert(
      fc.property(wish, now, (wanted, current) => {
        const { target, satisfied, impossible } = legalTarget(wanted, current);
        expect(impossible).toBeUndefined();
        expect(target.minInstances).toBeGreaterThanOrEqual(Math.max(CONNECTOR_LIMITS.min.least, current.minInstances));
        expect(target.maxInstances).toBeGreaterThanOrEqual(Math.max(CONNECTOR_LIMITS.max.least, current.maxInstances));
        expect(target.minInstances).toBeLessThanOrEqual(CONNECTOR_LIMITS.min.most);
        expect(target.maxInstances).toBeLessThanOrEqual(CONNECTOR_LIMITS.max.most);
        expect(target.minInstances).toBeLessThan(target.maxInstances);
        expect(capacityOf(target)).toBeGreaterThanOrEqual(capacityOf(current));
        expect(satisfied).toBe(atLeast(current, target));
        expect(legalTarget(wanted, target).satisfied).toBe(true);
      }),
    );
  });
});
