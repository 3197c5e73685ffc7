import { assign, fromPromise, setup } from 'xstate';
import { describe, expect, test } from 'vitest';
import { machineProblems } from '../../src/durable/check-machine.ts';
import { everyState, activitiesOf } from '../../machines/outline.ts';
import { activities } from '../../machines/incident/activities.ts';
import { chartFaults, needlessReasons } from './chart-rules.ts';
import { everyChart } from './charts.ts';

/** Waiting states whose deadline no single name can say. Shrink this when a chart learns to say it. */
const REASONS: Readonly<Record<string, string>> = {
  'working.runbook.proven': 'left by the escalation region in the same step, or when closingCase ends, which has a deadline',
  'working.runbook.following': 'ended by the escalation region: escalated ends after FOLLOW',
  'working.escalation.resting': 'every indicator meets its goal, so the phase that runs moves on, and each phase has a deadline',
  'working.operator.active': 'the normal state of the region: nobody wants anything of the run',
};

const charts = await everyChart();

test('there is a chart to check', () => {
  expect(charts.map(({ file }) => file)).toContain('machines/incident/incident.machine.ts');
});

describe.each(charts.map(({ file, machine }) => [file, machine] as const))('%s', (_, machine) => {
  test('can be carried out: delays, activities, guards and actions are known, every activity has an onError', () => {
    expect(machineProblems(machine, activities)).toEqual([]);
  });

  test('says what every state means, who must act, how a write is undone and when a wait ends', () => {
    expect(chartFaults(machine, REASONS)).toEqual([]);
  });

  test('needs every exception that is granted to it', () => {
    expect(needlessReasons(machine, REASONS), 'delete these from REASONS').toEqual([]);
  });

  test('declares no activity that no state runs', () => {
    const run = new Set(everyState(machine.root).flatMap(activitiesOf));
    expect(Object.keys(machine.implementations.actors).filter((name) => !run.has(name))).toEqual([]);
  });

  test('declares no guard, action or delay that no state names', () => {
    const named =
      JSON.stringify(machine.config) + JSON.stringify(everyState(machine.root).map(({ after }) => after.map(({ delay }) => delay)));
    const { guards, actions, delays } = machine.implementations;
    const unused = [...Object.keys(guards), ...Object.keys(actions), ...Object.keys(delays)].filter((name) => !named.includes(`"${name}"`));
    expect(unused).toEqual([]);
  });
});

describe('the rules themselves', () => {
  const act = fromPromise(() => Promise.resolve(1));
  const base = setup({ actors: { act }, delays: { SOON: 10 }, guards: { yes: () => true }, actions: { note: assign({}) } });
  const good = { description: 'Waits', tags: ['waiting'], meta: { owner: 'google' }, after: { SOON: 'end' } } as const;
  const faultsOf = (state: object, parent: object = {}): readonly string[] =>
    chartFaults(
      base.createMachine({
        id: 'sample',
        initial: 'outer',
        states: {
          outer: { description: 'Outer', initial: 'state', states: { state, end: { type: 'final', description: 'End' } }, ...parent },
        },
      } as never) as never,
      {},
    );

  test('accept a state that says everything', () => {
    expect(faultsOf(good)).toEqual([]);
  });

  test('accept a deadline that lies on the parent', () => {
    expect(faultsOf({ ...good, after: {}, meta: { owner: 'google', deadline: 'SOON' } }, { after: { SOON: '.end' } })).toEqual([]);
  });

  test.each([
    ['a missing description', { ...good, description: undefined }, /has no description/],
    ['a missing tag', { ...good, tags: [] }, /has no tag/],
    ['an unknown tag', { ...good, tags: ['resting'] }, /the tag resting is not one of/],
    ['a missing owner', { ...good, meta: {} }, /meta\.owner/],
    ['a wait without an end', { ...good, after: {} }, /waits without a deadline/],
    ['a deadline that does not exist', { ...good, after: {}, meta: { owner: 'google', deadline: 'LATER' } }, /no parent has such an after/],
    [
      'a write without a way back',
      { ...good, tags: ['mutating'], invoke: { src: 'act', onDone: 'end', onError: 'end' } },
      /meta\.rollback/,
    ],
    [
      'an activity without a deadline',
      { ...good, tags: ['observing'], after: {}, invoke: { src: 'act', onDone: 'end', onError: 'end' } },
      /without a deadline/,
    ],
    ['an activity whose failure leads nowhere', { ...good, invoke: { src: 'act', onDone: 'end' } }, /nothing follows error/],
    ['an inline guard', { ...good, on: { X: { guard: () => true, target: 'end' } } }, /guard without a name/],
    ['an inline action', { ...good, entry: assign({}) }, /action without a name/],
    ['an inline delay', { ...good, after: { 5: 'end' } }, /deadline without a name/],
  ])('object to %s', (_, state, fault) => {
    expect(faultsOf(state).join('\n')).toMatch(fault);
  });
});
