import { describe, expect, test } from 'vitest';
import type { Mutation } from '../../src/core/model/mutation.ts';
import { idOf, KINDS, subjectOf } from '../../src/steps/index.ts';
import { isRestore, putsBack, restoreId, stillInForce } from '../../src/steps/put-back.ts';

const traffic = { kind: 'traffic', service: 'web', traffic: [], generation: '1' } as const;
const config = { kind: 'connector', config: { minInstances: 2, maxInstances: 3, machineType: 'e2-micro' } } as const;

const change = (stepId: string, state: Mutation['after'] = traffic): Mutation => ({
  key: stepId,
  stepId,
  title: stepId,
  class: 'reversible',
  at: 0,
  outcome: 'applied',
  before: state,
  after: state,
  operation: null,
  undo: '',
});
const pin = change(idOf('pin', 'web'));
const deploy = change(idOf('deploy', 'web'), { kind: 'revision', service: 'web', revision: 'web-2', generation: '2' });
const whole = change(restoreId('web'));
const single = { ...whole, undoes: deploy.stepId };

describe('a restore', () => {
  test('puts back whatever was changed of its service, and of no other', () => {
    expect(putsBack(whole, pin)).toBe(true);
    expect(putsBack(whole, deploy)).toBe(true);
    expect(putsBack(whole, change(idOf('pin', 'api'), { ...traffic, service: 'api' }))).toBe(false);
  });

  test('that undoes one step leaves what the steps before it have made', () => {
    expect(putsBack(single, deploy)).toBe(true);
    expect(putsBack(single, pin)).toBe(false);
  });

  test('leaves the connector, which cannot be put back', () => {
    expect(putsBack(whole, change(idOf('connector', 'web'), config))).toBe(false);
  });

  test('is no step of any kind, and writes the service that it names', () => {
    for (const kind of KINDS) expect(isRestore(idOf(kind, 'web'))).toBe(false);
    expect(isRestore(restoreId('web'))).toBe(true);
    expect(subjectOf(restoreId('web'))).toBe('service:web');
  });
});

test('a later step of the same service puts nothing back', () => {
  expect(putsBack(deploy, pin)).toBe(false);
});

test('what was put back is not in force; what was changed after it is', () => {
  expect(stillInForce([pin, deploy, whole])).toEqual([]);
  expect(stillInForce([pin, deploy, single])).toEqual([pin]);
  expect(stillInForce([pin, whole, deploy])).toEqual([deploy]);
});
