import { describe, expect, test } from 'vitest';
import { byFit } from '../../../src/controller/activities/support/classification.ts';

const named = (...names: readonly string[]) => names.map((displayName, index) => ({ id: `id-${index}`, displayName }));
const NETWORKING = 'Technical Issue > Serverless > Cloud Run > Networking and VPC Access';
const DEPLOYMENT = 'Technical Issue > Serverless > Cloud Run > Deployment and Revisions';

describe('the classification of a case', () => {
  test.each([
    ['connector-saturation', NETWORKING],
    ['application-crash', DEPLOYMENT],
    ['unknown', NETWORKING],
    [null, NETWORKING],
  ] as const)('for %s is %s, whatever the order of the answer', (about, name) => {
    const all = named(DEPLOYMENT, 'Billing > Cloud Run > Networking and VPC Access', NETWORKING);
    const [chosen] = byFit(about === null || about === 'unknown' ? named(NETWORKING) : all, about);
    expect(chosen?.displayName).toBe(name);
    expect(byFit([...all].reverse(), about)).toEqual(byFit(all, about));
  });

  test('that is called retired comes last', () => {
    const old = 'Technical Issue > Cloud Run (deprecated) > VPC Access connector networking';
    expect(byFit(named(old, DEPLOYMENT), 'connector-saturation').map(({ displayName }) => displayName)).toEqual([DEPLOYMENT, old]);
  });
});
