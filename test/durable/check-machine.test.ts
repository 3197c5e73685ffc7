import { assign, createMachine, fromPromise, raise, setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { checkMachine, machineProblems } from '../../src/durable/check-machine.ts';
import { fingerprintOf } from '../../src/durable/chart-fingerprint.ts';
import { InvariantError } from '../../src/core/errors.ts';
import { toyMachine } from '../crash/toy/toy.machine.ts';

const known = { act: true };
const base = setup({
  actors: { act: fromPromise<null, object>(() => Promise.reject(new Error('not here'))) },
  delays: { SOON: 1 },
  guards: { ready: () => true },
  actions: { count: assign({}), shout: () => {} },
});
const make = (config: unknown) => base.createMachine(config as never) as unknown as AnyStateMachine;

describe('checking a machine', () => {
  it('accepts the toy runbook', () => {
    expect(machineProblems(toyMachine, { prepare: 1, change: 1, look: 1, conclude: 1 })).toEqual([]);
  });

  it.each([
    ['a delay that nobody has named', { id: 'm', after: { LATER: {} } }, 'm: the delay LATER is unknown'],
    ['an activity that nobody carries out', { id: 'm', invoke: { src: 'other', onError: {} } }, 'm: no activity is called other'],
    [
      'an activity without onError',
      { id: 'm', initial: 'a', states: { a: { invoke: { src: 'act', onDone: {} } } } },
      'm.a: act has no onError',
    ],
    [
      'a failure that may find no branch',
      { id: 'm', invoke: { src: 'act', onError: [{ guard: 'ready' }] } },
      'm: the last onError branch of act is guarded, so its failure may find none',
    ],
    ['a guard that nobody has named', { id: 'm', on: { GO: { guard: 'redy' } } }, 'm: the guard redy is unknown'],
    [
      'a guard that nobody has named, with parameters',
      { id: 'm', always: { guard: { type: 'redy', params: {} } } },
      'm: the guard redy is unknown',
    ],
    ['an action that nobody has named', { id: 'm', entry: 'cuont' }, 'm: the action cuont is unknown'],
    ['a named action with effects', { id: 'm', exit: { type: 'shout' } }, 'm: the action shout runs code; an effect must be an activity'],
    [
      'an inline action with effects',
      { id: 'm', on: { GO: { actions: () => {} } } },
      'm: the action (inline) runs code; an effect must be an activity',
    ],
  ])('finds %s', (_name, config, problem) => {
    expect(machineProblems(make(config), known)).toEqual([problem]);
    expect(() => checkMachine(make(config), known)).toThrow(InvariantError);
  });

  it('lists everything at once', () => {
    expect(() => checkMachine(make({ id: 'm', after: { A: {}, B: {} } }), known)).toThrow(/delay A[^]*delay B/);
  });

  it('accepts plain, inline and parameterised use of what is known', () => {
    const config = {
      after: { SOON: {}, 500: {} },
      invoke: { src: 'act', onDone: { actions: 'count' }, onError: [{ guard: { type: 'ready' } }, {}] },
      entry: [raise({ type: 'GO' }), { type: 'count' }, assign({})],
      on: { GO: { guard: () => true } },
    };
    expect(machineProblems(make(config), known)).toEqual([]);
  });
});

describe('the shape of a machine', () => {
  const states = { a: { invoke: { src: 'act', onError: 'b' } }, b: { after: { 10: 'a' } } };
  const shape = (config: object) => fingerprintOf(createMachine({ id: 'm', initial: 'a', states, ...config } as never));
  const original = shape({});

  it('does not depend on what is behind the names, nor on words', () => {
    expect(shape({ description: 'other words', context: { n: 1 } })).toBe(original);
  });

  it.each([
    ['a state is renamed', { states: { a: states.a, c: { after: { 10: 'a' } } }, initial: 'a' }],
    ['an activity is renamed', { states: { ...states, a: { invoke: { src: 'deed', onError: 'b' } } } }],
    ['a timer is added', { states: { ...states, b: { after: { 10: 'a', 20: 'a' } } } }],
    ['an event is added', { on: { HOLD: '.b' } }],
    ['a state becomes a region', { states: { ...states, b: { initial: 'x', states: { x: {} } } } }],
  ])('changes when %s', (_name, config) => {
    const changed = JSON.parse(JSON.stringify(config)) as { states?: { a?: { invoke?: { onError?: string } } } };
    if ('c' in (changed.states ?? {})) changed.states!.a!.invoke!.onError = 'c';
    expect(shape(changed)).not.toBe(original);
  });
});
