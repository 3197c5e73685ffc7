import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { BACKEND, logGroup, NEW_BACKEND, SPEC } from '../diagnosis/fixtures.ts';
import { CONNECTOR, decisions, ill, planFor } from './planned.ts';

const dropped = logGroup('nat-ports', BACKEND, NEW_BACKEND, 40);
const nameless = logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30, { sample: 'connect ETIMEDOUT' });
const inside = logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30, { facts: { host: '10.1.2.3', port: '6379' } });

test.each([
  ['well', { cpu: 0.3 }],
  ['at its most instances', { cpu: 0.3, connectorInstances: 10 }],
  ['hot', { cpu: 0.97, connectorInstances: 10 }],
])('no connector that is %s is scaled for packets that Cloud NAT drops', (_how, shape) => {
  expect(decisions(planFor(ill([dropped, nameless], shape)))[CONNECTOR]).not.toBe('apply');
});

test('time-outs that name no address are those of Cloud NAT where it says so; a private address stays the connector’s', () => {
  const first = (logs: Parameters<typeof ill>[0]) => diagnose(ill(logs, { cpu: 0.3, connectorInstances: 10 }), SPEC).causes[0];
  expect(first([dropped, nameless])).toMatchObject({ kind: 'configuration', cures: ['way-out'] });
  expect(first([nameless])?.kind).toBe('connector-saturation');
  expect(decisions(planFor(ill([dropped, inside], { cpu: 0.97, connectorInstances: 10 })))[CONNECTOR]).toBe('apply');
});
