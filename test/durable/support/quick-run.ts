import { fromPromise, setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { startRun } from '../../../src/durable/durable.ts';
import type { Run, RunOptions } from '../../../src/durable/run-options.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import type { LeaseOwner, RunStore } from '../../../src/ports/store.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';

export const START = Date.UTC(2026, 0, 7, 3);

export function ownerCalled(token: string): LeaseOwner {
  return { token, host: 'here', pid: 1, described: `controller ${token}` };
}

export interface QuickRun {
  readonly run: Run;
  readonly clock: VirtualClock;
  readonly store: RunStore;
  readonly warnings: string[];
  /** Lets virtual time pass until the run has ended, or can go no further by `limitAt`. */
  readonly end: (limitAt?: number) => Promise<'done' | 'starved' | 'overdue'>;
}

/** A run on a virtual clock and a memory store; whatever is not said is the simplest thing. */
export function quickRun(machine: AnyStateMachine, more: Partial<RunOptions> & { readonly clock?: VirtualClock } = {}): QuickRun {
  const clock = more.clock ?? new VirtualClock(START);
  const store = more.store ?? createMemoryStore();
  const warnings: string[] = [];
  const run = startRun({
    machine,
    version: '1',
    runId: 'run-1',
    specHash: 'spec',
    input: null,
    owner: ownerCalled('me'),
    activities: {},
    inboxEveryMs: Infinity,
    onWarning: (message) => warnings.push(message),
    ...more,
    clock,
    store,
  });
  run.done.catch(() => {});
  const end = async (limitAt = START + 24 * 3_600_000) => (await clock.run(run.done, { limitAt, explain: run.awaiting })).ended;
  return { run, clock, store, warnings, end };
}

/** Does `change`, waits a minute, ends `recovered`; `failed` when it fails; holds and resumes. */
export const changeMachine = setup({
  types: { output: {} as { outcome: string }, events: {} as { type: 'HOLD' } | { type: 'RESUME' } },
  actors: { change: fromPromise<unknown, object>(() => Promise.reject(new Error('not here'))) },
  delays: { SOAK: 60_000 },
}).createMachine({
  id: 'change',
  initial: 'changing',
  output: ({ event }) => ({ outcome: (event as { output?: string }).output ?? 'recovered' }),
  states: {
    changing: { invoke: { src: 'change', input: { wanted: 3 }, onDone: 'soaking', onError: 'failed' } },
    soaking: { after: { SOAK: 'recovered' }, on: { HOLD: 'held' } },
    held: { on: { RESUME: 'soaking' } },
    recovered: { type: 'final' },
    failed: { type: 'final', output: () => 'restored' },
  },
});
