import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { writesOfAll } from '../../src/steps/index.ts';

const documentOf = (service: string): string =>
  [
    'apiVersion: firebreak.dev/v1',
    'kind: Remediation',
    'metadata: { name: shop }',
    'spec:',
    '  project: netra-staging',
    '  region: us-central1',
    '  services:',
    `    - ${service}`,
  ].join('\n');
const specOf = (service: string): RemediationSpec => loadSpec(documentOf(service), 'shop.yaml', {}).spec;
const faultOf = (service: string): string => {
  try {
    specOf(service);
  } catch (error) {
    if (error instanceof UserError) return `${error.message} ${error.fix}`;
  }
  return 'it is taken';
};

describe('shares of the traffic', () => {
  test('are those of a new revision of the service, and each is a change that the budget counts', () => {
    const spec = specOf('{ name: shop, deploy: {}, shift: [10, 50, 100] }');
    expect(spec.services[0]?.shift).toEqual([10, 50, 100]);
    expect(writesOfAll(spec)).toBe(4);
    expect(writesOfAll(specOf('{ name: shop, deploy: {} }'))).toBe(3);
  });

  test('are those of a pin where that names them', () => {
    const spec = specOf('{ name: shop, pin: { revision: shop-1, shift: [25, 100] } }');
    expect(spec.services[0]?.pin).toEqual({ revision: 'shop-1', shift: [25, 100] });
    expect(writesOfAll(spec)).toBe(2);
    expect(writesOfAll(specOf('{ name: shop, pin: lastHealthy }'))).toBe(1);
  });

  test.each([
    ['{ name: shop, deploy: {}, shift: [10, 50] }', 'shop.yaml:8:45', 'the last share is 50'],
    ['{ name: shop, deploy: {}, shift: [50, 10, 100] }', 'shop.yaml:8:45', '10 is not more than the 50 before it'],
    ['{ name: shop, deploy: {}, shift: [10, 10, 100] }', 'shop.yaml:8:45', '10 is not more than the 10 before it'],
    ['{ name: shop, deploy: {}, shift: [100] }', 'shop.yaml:8', 'shift'],
    ['{ name: shop, deploy: {}, shift: [0.5, 100] }', 'shop.yaml:8', 'shift'],
    ['{ name: shop, pin: lastHealthy, shift: [10, 100] }', 'shop.yaml:8', 'neither deploy nor egress makes one'],
    ['{ name: shop, pin: { revision: shop-1, shift: [10, 90] } }', 'shop.yaml:8', 'the last share is 90'],
  ])('%s is refused with its place and how to mend it', (service, place, why) => {
    const fault = faultOf(service);
    expect(fault).toContain(place);
    expect(fault).toContain(why);
  });
});
