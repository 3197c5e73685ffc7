import { describe, expect, test } from 'vitest';
import { connectionBudget } from '../../src/diagnosis/connection-budget.ts';
import { absent } from '../../src/core/model/measured.ts';
import { believedWorld, SPEC, wellBackend, wellFrontend, world } from './fixtures.ts';

describe('the connection budget', () => {
  test('is the sum of instances times pool and overflow, front ends left out, against what the database leaves', () => {
    expect(connectionBudget(believedWorld(), SPEC)).toMatchObject({
      maxConnections: 400,
      allowance: 395,
      used: 352,
      utilization: 0.88,
      perInstance: 25,
      possibleNow: (2 + 46) * 25,
      possibleAtMax: (20 + 2 * 20) * 25,
    });
  });

  test('is unknown, not zero, where instances or connections are', () => {
    const seen = world({ services: [{ ...wellBackend(), instances: absent('instance_count') }, wellFrontend()] });
    const budget = connectionBudget({ ...seen, database: { ...seen.database!, connections: absent('num_backends') } }, SPEC);
    expect(budget).toMatchObject({ possibleNow: null, utilization: null, used: null });
  });

  test('does not exist without a database in the document', () => {
    expect(connectionBudget(believedWorld(), { ...SPEC, database: null })).toBeNull();
  });
});
