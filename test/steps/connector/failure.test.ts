import { expect, test } from 'vitest';
import { failureOf } from '../../../src/steps/connector/failure.ts';

test.each([
  ['a quota by its code', 8, 'none left', 'quota'],
  ['a quota by its words', 13, "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1.", 'quota'],
  ['a zone without instances', 8, 'ZONE_RESOURCE_POOL_EXHAUSTED', 'stockout'],
  ['a right', 7, 'the service agent lacks a role', 'permission'],
  ['a request', 3, 'min instances may not fall', 'invalid'],
  [
    'nothing of a quota, whatever is asked to be checked',
    13,
    'An internal error occurred: VPC Access connector failed to get healthy. Please check GCE quotas, logs and org policies and recreate.',
    'internal',
  ],
])('a failed operation tells of %s', (_, code, message, reason) => {
  expect(failureOf({ code, message })).toBe(reason);
});
