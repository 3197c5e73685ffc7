import {
  assign,
  cancel,
  createActor,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  initialTransition,
  log,
  raise,
  setup,
  transition,
} from 'xstate';
import type { AnyMachineSnapshot } from 'xstate';
import { describe, expect, it } from 'vitest';
import { advance, begin, persist, revive } from '../../src/durable/interpret.ts';
import type { MachineAction } from '../../src/durable/interpret.ts';

/**
 * What XState 5 hands out from `transition()`. Upstream does not promise these shapes, the durable runner stands on them: when
 * this fails after an upgrade, `src/durable/pending-effects.ts` must be looked at.
 */

const kid = createMachine({ id: 'kid', initial: 'x', states: { x: { after: { 50: 'y' } }, y: { type: 'final' } } });
let ran = 0;

const machine = setup({
  types: { context: {} as { result?: number }, emitted: {} as { type: 'said' } },
  actors: { act: fromPromise<number, { n: number }>(async ({ input }) => (ran++, input.n)), kid },
  delays: { STABLE: () => 300 },
  actions: { ring: (_args, _params: { who: string }) => void ran++ },
}).createMachine({
  id: 'm',
  context: {},
  initial: 'a',
  states: {
    a: {
      entry: [{ type: 'ring', params: { who: 'sre' } }, emit({ type: 'said' }), log('hi'), raise({ type: 'INNER' })],
      after: { STABLE: 'late', 1000: { target: 'late', reenter: true } },
      invoke: {
        id: 'act',
        src: 'act',
        input: { n: 4 },
        onDone: { target: 'b', actions: assign({ result: ({ event }) => event.output }) },
        onError: 'late',
      },
      on: { AGAIN: { target: 'a', reenter: true } },
    },
    b: {
      entry: [
        raise({ type: 'X' }, { delay: 7, id: 'rx' }),
        enqueueActions(({ enqueue }) => enqueue({ type: 'ring', params: { who: 'q' } })),
      ],
      invoke: { src: 'kid', onDone: 'c' },
      exit: cancel('rx'),
    },
    c: { type: 'final' },
    late: {},
  },
});

/** The parts on which the runner relies. */
function seen(actions: readonly { type: string; params: unknown }[]): unknown[] {
  return actions.map(({ type, params }) => {
    const { event, id, delay, src, input, sendId } = (params ?? {}) as Record<string, unknown>;
    const parts = type === 'xstate.stopChild' ? { id } : { event, id, delay, src, input, sendId };
    return [type, Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))];
  });
}

const answered = { type: 'xstate.done.actor.act', output: 9, actorId: 'act' } as never;
const timersOfA = [
  ['xstate.raise', { event: { type: 'xstate.after.1000.m.a' }, id: 'xstate.after.1000.m.a', delay: 1000 }],
  ['xstate.raise', { event: { type: 'xstate.after.STABLE.m.a' }, id: 'xstate.after.STABLE.m.a', delay: 300 }],
];
const cancelsOfA = [
  ['xstate.cancel', { sendId: 'xstate.after.1000.m.a' }],
  ['xstate.cancel', { sendId: 'xstate.after.STABLE.m.a' }],
];

describe('the actions of a transition', () => {
  it('on entry: timers with a resolved delay, activities with id, src and input', () => {
    const [snapshot, actions] = initialTransition(machine);
    expect(snapshot.value).toBe('a');
    expect(seen(actions)).toEqual([
      ['ring', {}],
      ['xstate.emit', { event: { type: 'said' } }],
      ['xstate.log', {}],
      ['xstate.raise', { event: { type: 'INNER' } }],
      ...timersOfA,
      ['xstate.spawnChild', { id: 'act', src: 'act', input: { n: 4 } }],
    ]);
  });

  it('on exit: cancels by the id of the timer, then the stop of the activity', () => {
    const [before] = initialTransition(machine);
    const [snapshot, actions] = transition(machine, before, answered);
    expect([snapshot.value, snapshot.context]).toEqual(['b', { result: 9 }]);
    expect(seen(actions)).toEqual([
      ...cancelsOfA,
      ['xstate.stopChild', { id: 'act' }],
      ['xstate.raise', { event: { type: 'X' }, id: 'rx', delay: 7 }],
      ['ring', {}],
      ['xstate.spawnChild', { id: '0.m.b', src: 'kid' }],
    ]);
  });

  it('on re-entry: the stop comes before the start of the same id', () => {
    const [before] = initialTransition(machine);
    const [, actions] = transition(machine, before, { type: 'AGAIN' } as never);
    const ofTheActivity = seen(actions).filter((action) => JSON.stringify(action).includes('"act"'));
    expect(ofTheActivity).toEqual([
      ['xstate.stopChild', { id: 'act' }],
      ['xstate.spawnChild', { id: 'act', src: 'act', input: { n: 4 } }],
    ]);
    expect(seen(actions)).toEqual(expect.arrayContaining([...cancelsOfA, ...timersOfA]));
  });

  it('none at all, and the same snapshot, when no state accepts the event', () => {
    const [before] = initialTransition(machine);
    const [snapshot, actions] = transition(machine, before, { type: 'NOBODY' } as never);
    expect(snapshot).toBe(before);
    expect(actions).toEqual([]);
  });

  it('stop every activity when the machine ends', () => {
    const [first] = initialTransition(machine);
    const [before] = transition(machine, first, answered);
    const [snapshot, actions] = transition(machine, before, { type: 'xstate.done.actor.0.m.b', actorId: '0.m.b' } as never);
    expect([snapshot.value, snapshot.status]).toEqual(['c', 'done']);
    expect(seen(actions)).toEqual(
      expect.arrayContaining([
        ['xstate.cancel', { sendId: 'rx' }],
        ['xstate.stopChild', { id: '0.m.b' }],
      ]),
    );
  });

  it('run nothing by themselves', () => {
    expect(ran).toBe(0);
  });
});

describe('our interpretation', () => {
  const plain = (step: { snapshot: AnyMachineSnapshot; actions: readonly MachineAction[] }) => [
    machine.getPersistedSnapshot(step.snapshot as never),
    seen(step.actions),
  ];

  it('gives what transition() gives on the bare machine', () => {
    const [first, firstActions] = initialTransition(machine);
    expect(plain(begin(machine, undefined))).toEqual(plain({ snapshot: first, actions: firstActions }));
    for (const event of [answered, { type: 'AGAIN' }, { type: 'xstate.after.STABLE.m.a' }, { type: 'NOBODY' }] as { type: string }[]) {
      const [snapshot, actions] = transition(machine, first, event as never);
      expect(plain(advance(machine, first, { ...event, at: 0 })), event.type).toEqual(plain({ snapshot, actions }));
    }
  });

  it('persists what getPersistedSnapshot() persists, but for what an activity was told: that stands among the owed ones', () => {
    const first = begin(machine, undefined).snapshot;
    const second = advance(machine, first, { ...(answered as object), type: 'xstate.done.actor.act', at: 0 }).snapshot;
    const last = advance(machine, second, { type: 'xstate.done.actor.0.m.b', at: 0 }).snapshot;
    const withoutInputs = (key: string, value: unknown): unknown => (key === 'input' ? undefined : value);
    for (const snapshot of [first, second, last])
      expect(persist(machine, snapshot)).toEqual(
        JSON.parse(JSON.stringify(machine.getPersistedSnapshot(snapshot as never), withoutInputs)),
      );
  });

  it('goes on from what it persists', () => {
    const { snapshot } = begin(machine, undefined);
    const revived = revive(machine, JSON.parse(JSON.stringify(persist(machine, snapshot))));
    expect(JSON.stringify(persist(machine, revived))).toBe(JSON.stringify(persist(machine, snapshot)));
    expect(advance(machine, revived, { ...(answered as object), type: 'xstate.done.actor.act', at: 0 }).snapshot.value).toBe('b');
  });

  it('goes on from a snapshot that was saved and read back', () => {
    const { snapshot } = begin(machine, undefined);
    const text = JSON.stringify(machine.getPersistedSnapshot(snapshot as never));
    const revived = revive(machine, JSON.parse(text));
    expect(JSON.stringify(machine.getPersistedSnapshot(revived as never))).toBe(text);
    expect(advance(machine, revived, { ...(answered as object), type: 'xstate.done.actor.act', at: 0 }).snapshot.value).toBe('b');
  });

  it('refuses a snapshot that does not fit, where XState would only fail later', () => {
    const saved = { ...(machine.getPersistedSnapshot(begin(machine, undefined).snapshot as never) as object), value: 'gone' };
    expect(() => createActor(machine, { snapshot: saved as never })).not.toThrow();
    expect(() => revive(machine, saved)).toThrow(/gone/);
  });

  it('does not run the context factory again at each step', () => {
    let made = 0;
    const counted = createMachine({ context: () => ({ made: ++made }), on: { GO: { actions: assign({}) } } });
    const { snapshot } = begin(counted, undefined);
    const after = made;
    advance(counted, snapshot, { type: 'GO', at: 0 });
    expect(made).toBe(after);
  });
});
