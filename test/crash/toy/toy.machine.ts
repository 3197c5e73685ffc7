import { assign, fromPromise, setup } from 'xstate';

/**
 * A runbook in miniature with everything that can go wrong in a durable run: regions side by side, retries with a growing
 * delay, a stability wait, polling, an absolute deadline that survives re-entry, and commands of an operator.
 */

interface ToyContext {
  readonly attempts: number;
  readonly looks: number;
  readonly deadlineAt: number;
  readonly notes: readonly string[];
}

interface ToyInput {
  readonly startedAt: number;
  readonly minutesAllowed: number;
}

type ToyEvent = { type: 'HOLD'; by: string } | { type: 'RESUME'; by: string } | { type: 'NOTE'; text: string } | { type: 'CRASH' };

const task = <Output, Input = Record<string, never>>(name: string) =>
  fromPromise<Output, Input>(() => Promise.reject(new Error(`${name} is not carried out here`)));

/** The first transition carries input, every other one `at`. */
function at(event: object): number {
  if ('at' in event && typeof event.at === 'number') return event.at;
  const input = 'input' in event ? (event.input as ToyInput | undefined) : undefined;
  return input?.startedAt ?? NaN;
}

const toy = setup({
  types: { context: {} as ToyContext, input: {} as ToyInput, output: {} as { outcome: string }, events: {} as ToyEvent },
  actors: {
    prepare: task<{ steps: number }>('prepare'),
    change: task<{ operation: string }, { attempt: number }>('change'),
    look: task<{ healthy: boolean }, { looks: number }>('look'),
    conclude: task<null>('conclude'),
  },
  delays: {
    RETRY: ({ context }) => 1_000 * 2 ** context.attempts,
    POLL: 10_000,
    STABLE: 300_000,
    DEADLINE: ({ context, event }) => Math.max(0, context.deadlineAt - at(event)),
  },
  guards: {
    attemptsLeft: ({ context }) => context.attempts < 4,
    malformed: () => {
      throw new Error('what is this?');
    },
  },
  actions: {
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    countLook: assign({ looks: ({ context }) => context.looks + 1 }),
    note: assign({ notes: ({ context, event }) => [...context.notes, (event as { text: string }).text] }),
  },
});

export const toyMachine = toy.createMachine({
  id: 'toy',
  context: ({ input }) => ({
    attempts: 0,
    looks: 0,
    deadlineAt: (input?.startedAt ?? NaN) + (input?.minutesAllowed ?? NaN) * 60_000,
    notes: [],
  }),
  initial: 'running',
  output: ({ event }) => ({ outcome: (event as { output?: string }).output ?? 'recovered' }),
  states: {
    running: {
      type: 'parallel',
      on: { NOTE: { actions: 'note' }, CRASH: { guard: 'malformed', target: '.operator.held' } },
      states: {
        work: {
          initial: 'preparing',
          states: {
            preparing: { invoke: { src: 'prepare', input: {}, onDone: 'changing', onError: '#toy.escalated' } },
            changing: {
              // Left and entered again at each retry: only an absolute deadline survives that.
              after: { DEADLINE: '#toy.escalated' },
              invoke: {
                src: 'change',
                input: ({ context }) => ({ attempt: context.attempts }),
                onDone: 'stabilizing',
                onError: [{ guard: 'attemptsLeft', target: 'retrying', actions: 'countAttempt' }, { target: '#toy.escalated' }],
              },
            },
            retrying: { after: { RETRY: 'changing', DEADLINE: '#toy.escalated' } },
            stabilizing: { after: { STABLE: '#toy.concluding', DEADLINE: '#toy.escalated' } },
          },
        },
        watch: {
          initial: 'looking',
          states: {
            looking: {
              invoke: {
                src: 'look',
                input: ({ context }) => ({ looks: context.looks }),
                onDone: { target: 'resting', actions: 'countLook' },
                onError: 'resting',
              },
            },
            resting: { after: { POLL: 'looking' } },
          },
        },
        operator: {
          initial: 'active',
          states: { active: { on: { HOLD: 'held' } }, held: { on: { RESUME: 'active' } } },
        },
      },
    },
    concluding: { invoke: { src: 'conclude', input: {}, onDone: 'recovered', onError: 'recovered' } },
    recovered: { type: 'final' },
    escalated: { type: 'final', output: () => 'escalated' },
  },
});
