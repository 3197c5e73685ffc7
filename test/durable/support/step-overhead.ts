import { assign, fromPromise, setup } from 'xstate';
import { startRun } from '../../../src/durable/durable.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import type { RunStore } from '../../../src/ports/store.ts';
import { ownerCalled } from './quick-run.ts';

export interface StepOverhead {
  readonly steps: number;
  readonly wallMs: number;
  /** Wall time from one finished save to the next, without the virtual waiting between them. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * What a durable step costs: five regions that poll, with a context of `contextBytes` and an activity at each second step.
 * The wall time of a step is everything the runner does for it, the store's writes included; the activity itself does nothing.
 */
export async function measureStepOverhead(store: RunStore, { steps = 2_000, contextBytes = 8_000 } = {}): Promise<StepOverhead> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 7));
  const times: number[] = [];
  let last = performance.now();
  const run = startRun({
    machine: pollingMachine(steps, contextBytes),
    version: '1',
    runId: `overhead-${steps}`,
    specHash: 'spec',
    input: null,
    store,
    clock,
    owner: ownerCalled('bench'),
    activities: { look: async () => ({ healthy: true, at: clock.now(), headline: 'nothing is wrong' }) },
    inboxEveryMs: Infinity,
    onSaved: () => {
      const now = performance.now();
      times.push(now - last);
      last = now;
    },
  });
  const startedAt = performance.now();
  await clock.run(run.done);
  const wallMs = performance.now() - startedAt;
  await run.done;
  times.sort((one, other) => one - other);
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { steps: times.length, wallMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: times.at(-1)! };
}

function pollingMachine(steps: number, contextBytes: number) {
  const base = setup({
    types: {
      context: {} as { looks: number; ballast: readonly { readonly id: number; readonly text: string }[] },
      output: {} as { outcome: string },
    },
    actors: { look: fromPromise<unknown, object>(() => Promise.reject(new Error('not here'))) },
    guards: { isOver: ({ context }) => context.looks * 2 >= steps },
    actions: { count: assign({ looks: ({ context }) => context.looks + 1 }) },
  });
  const region = (everyMs: number) => ({
    initial: 'looking' as const,
    states: {
      looking: {
        invoke: { src: 'look' as const, input: {}, onDone: { target: 'resting', actions: 'count' as const }, onError: 'resting' },
      },
      resting: { always: { guard: 'isOver' as const, target: '#polling.over' }, after: { [everyMs]: 'looking' } },
    },
  });
  const ballast = Array.from({ length: Math.ceil(contextBytes / 80) }, (_, id) => ({
    id,
    text: `line ${id} of something that the runbook remembers, some 60 bytes`,
  }));
  return base.createMachine({
    id: 'polling',
    context: { looks: 0, ballast },
    initial: 'running',
    output: { outcome: 'recovered' },
    states: {
      running: {
        type: 'parallel',
        states: { one: region(10_000), two: region(11_000), three: region(13_000), four: region(17_000), five: region(19_000) },
      },
      over: { type: 'final' },
    },
  });
}
