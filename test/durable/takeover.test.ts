import { createMachine, fromPromise, setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../../src/durable/run-options.ts';
import type { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { SECOND } from '../../src/core/duration.ts';
import type { RunStore } from '../../src/ports/store.ts';
import { changeMachine, ownerCalled, quickRun, START } from './support/quick-run.ts';

const works = { change: async () => ({}) };

interface Stopped {
  readonly store: RunStore;
  readonly clock: VirtualClock;
}

/** Saved by `changeMachine`, with `SOAK` pending. */
async function stoppedInSoak(program?: string): Promise<Stopped> {
  const { run, store, clock } = quickRun(changeMachine, { activities: works, ...(program === undefined ? {} : { program }) });
  await clock.run(() => false, { limitAt: START + 10 * SECOND });
  await run.stop('test');
  return { store, clock };
}

/** The same chart with other states. */
function changedTo(states: object): AnyStateMachine {
  const actors = { change: fromPromise<unknown, object>(() => Promise.reject(new Error('not here'))) };
  const base = { changing: { invoke: { src: 'change', onDone: 'soaking', onError: 'failed' } }, failed: { type: 'final' } };
  return setup({ actors, delays: { SOAK: 60_000, OTHER: 60_000 } }).createMachine({
    id: 'change',
    initial: 'changing',
    output: { outcome: 'recovered' },
    states: { ...base, recovered: { type: 'final' }, ...states },
  } as never) as unknown as AnyStateMachine;
}

async function resumed(machine: AnyStateMachine, { store, clock }: Stopped, more: Partial<RunOptions> = {}): Promise<string> {
  const { run, end } = quickRun(machine, { activities: works, owner: ownerCalled('next'), ...more, store, clock });
  await end().catch(() => {});
  return run.done.then(
    ({ outcome }) => outcome,
    (thrown: Error) => thrown.message,
  );
}

const SOAKING = { after: { SOAK: 'recovered' } };

describe('a run goes on in another shape of its chart', () => {
  it('where all that it stands on and waits for is still there', async () => {
    const more = changedTo({ soaking: { ...SOAKING, on: { HOLD: 'held', LATER: 'held' } }, held: { on: { RESUME: 'soaking' } } });
    expect(await resumed(more, await stoppedInSoak())).toBe('recovered');
  });

  it.each([
    ['its state is gone', { changing: { invoke: { src: 'change', onDone: 'recovered', onError: 'failed' } } }, 'there is no state soaking'],
    ['its state has an inside now', { soaking: { initial: 'a', states: { a: {} }, ...SOAKING } }, 'the state soaking is of another kind'],
    ['its timer leads nowhere', { soaking: {} }, 'the timer SOAK leads nowhere'],
    ['it would wait for a timer that was never set', { soaking: { after: { SOAK: 'recovered', OTHER: 'failed' } } }, 'a timer OTHER'],
    [
      'it would wait for work that was never begun',
      { soaking: { ...SOAKING, invoke: { src: 'change', onDone: 'recovered', onError: 'failed' } } },
      'an activity change that was never begun',
    ],
  ])('and is refused, as it was, where %s', async (_what, states, why) => {
    const stopped = await stoppedInSoak('1.0.0+abc');
    const before = await stopped.store.load();
    const refusal = await resumed(changedTo(states), stopped, { program: '1.1.0+def' });
    expect(refusal).toContain(why);
    expect(refusal).toContain('was saved by firebreak 1.0.0+abc; this is firebreak 1.1.0+def');
    expect(await stopped.store.load()).toEqual(before);
  });
});

describe('a run whose document has changed since', () => {
  it('is refused, and left as it was, and the refusal says what works without it', async () => {
    const stopped = await stoppedInSoak('1.0.0');
    const before = await stopped.store.load();
    const refused = quickRun(changeMachine, { ...stopped, activities: works, specHash: 'other' });
    await expect(refused.run.done).rejects.toMatchObject({ code: 'spec-changed', fix: expect.stringContaining('firebreak rollback') });
    expect(await stopped.store.load()).toEqual(before);
  });

  it('is begun anew where what humans have ordered needs no document', async () => {
    const stopped = await stoppedInSoak('1.0.0');
    const takeOver: RunOptions['takeOver'] = (_record, because) =>
      because === 'document' ? { input: {}, said: [{ type: 'HOLD' }] } : null;
    await stopped.store.sendCommand({ id: 'c1', at: START, by: 'ann', event: { type: 'RESUME' } });
    expect(await resumed(changeMachine, stopped, { specHash: 'other', takeOver })).toBe('recovered');
  });
});

describe('a run of another version of its chart', () => {
  const version = '2';

  it('is refused, and left as it was, unless it is taken over', async () => {
    const stopped = await stoppedInSoak();
    const before = await stopped.store.load();
    expect(await resumed(changeMachine, stopped, { version })).toContain('it was saved by chart change 1, and this is change 2');
    expect(await resumed(changeMachine, stopped, { version, takeOver: () => null })).toContain('cannot go on where it stands');
    expect(await stopped.store.load()).toEqual(before);
  });

  it('begins anew with what it is given, hears what it had been told, and goes on counting', async () => {
    const stopped = await stoppedInSoak('1.0.0');
    const heard: unknown[] = [];
    const machine = createMachine({
      id: 'change',
      context: ({ input }) => ({ input }),
      initial: 'begun',
      output: { outcome: 'recovered' },
      states: { begun: { on: { TOLD: 'told' } }, told: { on: { END: 'over' } }, over: { type: 'final' } },
    });
    const takeOver: RunOptions['takeOver'] = (record, because, orders) => {
      heard.push(record.seq, because, orders);
      return { input: { done: 1 }, said: [{ type: 'TOLD' }] };
    };
    await stopped.store.sendCommand({ id: 'c1', at: START, by: 'ann', event: { type: 'END' } });
    expect(await resumed(machine, stopped, { version, takeOver, activities: {} })).toBe('recovered');
    expect(heard).toEqual([1, 'machine', ['END']]);
    const journal = await stopped.store.readJournal('run-1');
    expect(journal.map(({ event }) => event)).toEqual(['run.started', 'change.done', 'run.resumed', 'END', 'run.ended']);
    expect(journal[2]).toMatchObject({ kind: 'claim', states: ['told'], data: { anew: true, savedBy: '1.0.0', seq: 1 } });
    expect((await stopped.store.load())!.machine.version).toBe('2');
    expect((await stopped.store.load())!.snapshot).toMatchObject({ context: { input: { done: 1 } } });
  });
});
