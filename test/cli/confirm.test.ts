import { expect, it } from 'vitest';
import { confirmOneWay } from '../../src/cli/confirm.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { SPEC } from '../diagnosis/fixtures.ts';

it('asks for the bounds that the plan can have, not for a wish beyond what Google takes', async () => {
  const asked: string[] = [];
  const connector = { ...SPEC.connectors[0]!, target: { minInstances: 3, maxInstances: 15, machineType: 'e2-standard-4' as const } };
  const ask = async (question: string): Promise<string> => {
    asked.push(question);
    return connector.name;
  };
  await confirmOneWay({ ...SPEC, connectors: [connector], policy: { ...SPEC.policy, approve: [] } }, createMemoryStore(), {}, { ask });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toContain('to 3–10 × e2-standard-4');
});
