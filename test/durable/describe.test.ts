import { createMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { delayName, leafStates } from '../../src/durable/describe.ts';
import { begin } from '../../src/durable/interpret.ts';

describe('where a machine is', () => {
  it.each([
    ['a flat state', { initial: 'a', states: { a: {} } }, ['a']],
    ['a nested state', { initial: 'a', states: { a: { initial: 'b', states: { b: {} } } } }, ['a.b']],
    ['regions', { type: 'parallel', states: { one: { initial: 'x', states: { x: {} } }, two: {} } }, ['one.x', 'two']],
    [
      'regions within a state',
      { initial: 'a', states: { a: { type: 'parallel', states: { one: { initial: 'x', states: { x: {} } }, two: {} } } } },
      ['a.one.x', 'a.two'],
    ],
  ])('is said as dotted leaves: %s', (_name, config, leaves) => {
    expect(leafStates(begin(createMachine(config as never), undefined).snapshot)).toEqual(leaves);
  });
});

it('a timer is called by the name of its delay', () => {
  expect(delayName('xstate.after.SOAK.incident.runbook.soaking')).toBe('SOAK');
  expect(delayName('xstate.after.1000.m.a')).toBe('1000');
  expect(delayName('REMIND')).toBe('REMIND');
});
