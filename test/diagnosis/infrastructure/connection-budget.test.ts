import { describe, expect, test } from 'vitest';
import { connectionBudgets } from '../../../src/diagnosis/infrastructure/connection-budget.ts';
import { absent } from '../../../src/core/model/measured.ts';
import { believedWorld, SPEC, wellBackend, wellFrontend, withDatabase, world } from '../fixtures.ts';

describe('the connection budget', () => {
  test('is the sum of instances times pool and overflow, front ends left out, against what the database leaves', () => {
    expect(connectionBudgets(believedWorld(), SPEC)[0]).toMatchObject({
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
    const budget = connectionBudgets(withDatabase(seen, { connections: absent('num_backends') }), SPEC)[0];
    expect(budget).toMatchObject({ possibleNow: null, utilization: null, used: null });
  });

  test('at the maximum counts no more than the service allows all its revisions together', () => {
    const seen = believedWorld();
    const [name] = Object.keys(seen.services).filter((each) => seen.services[each]?.state.value?.template.maxInstances === 20);
    const service = seen.services[name!]!;
    const bounds = { minInstances: 0, maxInstances: 3 };
    const bounded = { ...service, state: { ...service.state, value: { ...service.state.value!, bounds } } };
    const budget = connectionBudgets({ ...seen, services: { ...seen.services, [name!]: bounded } }, SPEC)[0];
    expect(budget?.services.find((each) => each.service === name)?.maxInstances).toBe(3);
  });

  test('does not exist without a database in the document', () => {
    expect(connectionBudgets(believedWorld(), { ...SPEC, databases: [] })).toEqual([]);
  });
});
