import { describe, expect, test } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { writesOfAll } from '../../src/steps/index.ts';

const documentOf = (services: number, budget = ''): string =>
  [
    'apiVersion: firebreak.dev/v1',
    'kind: Remediation',
    'metadata: { name: many }',
    'spec:',
    '  project: netra-staging',
    '  region: us-central1',
    '  services:',
    ...Array.from({ length: services }, (_, index) => `    - { name: shop-${index}, deploy: {} }`),
    ...(budget === '' ? [] : [`  policy: { budget: { mutations: ${budget} } }`]),
  ].join('\n');

describe('the budget of changes', () => {
  test.each([
    [1, 12],
    [4, 12],
    [5, 15],
  ])('of a document that names none fits the steps of %i deploys: %i', (services, mutations) => {
    const { spec } = loadSpec(documentOf(services), 'many.yaml', {});
    expect(spec.policy.budget.mutations).toBe(mutations);
    expect(mutations).toBeGreaterThanOrEqual(writesOfAll(spec));
  });

  test('that is written stays as it is written, too small or not', () => {
    expect(loadSpec(documentOf(5, '3'), 'many.yaml', {}).spec.policy.budget.mutations).toBe(3);
  });
});
