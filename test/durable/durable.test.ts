import { assign, fromPromise, setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { describe, expect, it } from 'vitest';
import { FencedError, InvariantError, OutcomeUnknownError, TransientError, UserError } from '../../src/core/errors.ts';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import type { SavedStep } from '../../src/durable/run-options.ts';
import { verifyJournal } from '../../src/durable/journal.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import type { RunRecord, RunStore } from '../../src/ports/store.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { changeMachine, ownerCalled, quickRun, START } from './support/quick-run.ts';

const never = () => new Promise<never>(() => {});
const works = { change: async () => ({ revision: 'r-2' }) };
const events = async (store: RunStore) => (await store.readJournal('run-1')).map((line) => line.event);

describe('a step', () => {
  it('is saved before anything of it happens, and journaled before it is announced', async () => {
    const order: string[] = [];
    const memory = createMemoryStore();
    const store: RunStore = {
      ...memory,
      save: async (record) => (await memory.save(record), void order.push(`save ${record.seq}`)),
      appendJournal: async (runId, lines) => (
        await memory.appendJournal(runId, lines),
        void order.push(`journal ${lines.map(({ event }) => event).join()}`)
      ),
    };
    const { end } = quickRun(changeMachine, {
      store,
      activities: { change: async () => void order.push('change') },
      onSaved: ({ seq }) => void order.push(`announce ${seq}`),
    });
    expect(await end()).toBe('done');
    expect(order).toEqual([
      'save 0',
      'journal run.started',
      'change',
      'announce 0',
      'save 1',
      'journal change.done',
      'announce 1',
      'save 2',
      'journal timer.SOAK,run.ended',
      'announce 2',
    ]);
  });

  it('is stamped with the time of the clock, and its journal says where it led', async () => {
    const { run, store, end } = quickRun(changeMachine, { input: { password: 'hunter2', name: 'x' }, activities: works });
    await end();
    expect(await run.done).toMatchObject({ outcome: 'recovered', reason: null });
    const journal = await store.readJournal('run-1');
    expect(journal.map(({ at, kind, event, states, data }) => [at - START, kind, event, states, data])).toEqual([
      [0, 'decision', 'run.started', ['changing'], { name: 'x', password: '[redacted]' }],
      [0, 'decision', 'change.done', ['soaking'], { revision: 'r-2' }],
      [MINUTE, 'decision', 'timer.SOAK', ['recovered'], { dueAt: START + MINUTE }],
      [MINUTE, 'decision', 'run.ended', ['recovered'], { outcome: 'recovered' }],
    ]);
    expect(verifyJournal(journal)).toMatchObject({ ok: true });
    expect((await store.load())!.ended).toEqual({ at: START + MINUTE, outcome: 'recovered' });
    expect(await store.readLease()).toBeNull();
  });

  it('hands an activity its input and its key, and the machine a plain error when it fails', async () => {
    const calls: unknown[] = [];
    const { run, store, end } = quickRun(changeMachine, {
      activities: {
        change: async (input: unknown, { key, signal }) => {
          calls.push([input, key, signal.aborted]);
          throw new OutcomeUnknownError('LOST', 'the answer was lost', { cause: new Error('socket') });
        },
      },
    });
    await end();
    expect(calls).toEqual([[{ wanted: 3 }, 'run-1/0/0.change.changing', false]]);
    expect((await run.done).outcome).toBe('restored');
    expect((await store.readJournal('run-1'))[1]).toMatchObject({
      event: 'change.failed',
      data: { kind: 'outcome-unknown', code: 'LOST', message: 'the answer was lost' },
    });
  });

  it('is told in the words of `describe`, or not at all when it gives null', async () => {
    const { store, end } = quickRun(changeMachine, {
      activities: works,
      describe: (event, snapshot, standard) => {
        if (event.type === 'xstate.init') return null;
        return event['src'] === 'change' ? { kind: 'tick', event: `now ${String(snapshot.value)}`, data: null } : standard;
      },
    });
    await end();
    const journal = await store.readJournal('run-1');
    expect(journal.map(({ kind, event }) => [kind, event])).toEqual([
      ['tick', 'now soaking'],
      ['decision', 'timer.SOAK'],
      ['decision', 'run.ended'],
    ]);
    expect(verifyJournal(journal).ok).toBe(true);
  });

  it('is not lost by a listener or a description that throws', async () => {
    const { run, end, warnings } = quickRun(changeMachine, {
      activities: works,
      describe: () => {
        throw new Error('no words');
      },
      onSaved: () => Promise.reject(new Error('no ears')),
    });
    await end();
    expect((await run.done).outcome).toBe('recovered');
    expect(warnings).toContain('a listener failed');
  });

  it('announces what was saved', async () => {
    const saved: SavedStep[] = [];
    const { end } = quickRun(changeMachine, { activities: works, onSaved: (step) => void saved.push(step) });
    await end();
    expect(saved.map(({ seq, timers, activities, lines }) => [seq, timers.length, activities.map(({ src }) => src), lines.length])).toEqual(
      [
        [0, 0, ['change'], 1],
        [1, 1, [], 1],
        [2, 0, [], 2],
      ],
    );
  });
});

describe('a machine that cannot be run durably', () => {
  const base = setup({
    actors: { change: fromPromise<null, object>(() => Promise.reject(new Error('not here'))) },
    delays: { BAD: () => NaN, MISSING: () => undefined as unknown as number },
    guards: {
      broken: () => {
        throw new Error('guard broke');
      },
    },
  });

  it.each([
    [
      'an unknown delay',
      base.createMachine({ initial: 'a', states: { a: { after: { TYPO: 'b' } }, b: {} } } as never),
      /the delay TYPO is unknown/,
    ],
    [
      'a delay that is not a number',
      base.createMachine({ initial: 'a', states: { a: { after: { BAD: 'b' } }, b: {} } }),
      /the delay BAD is NaN/,
    ],
    [
      'a delay that is undefined',
      base.createMachine({ initial: 'a', states: { a: { after: { MISSING: 'b' } }, b: {} } }),
      /the delay MISSING is undefined/,
    ],
    [
      'an activity that nobody carries out',
      base.createMachine({ invoke: { src: 'change', input: {}, onError: {} } }),
      /no activity is called change/,
    ],
    ['an entry action that throws', base.createMachine({ context: () => { throw new Error('no context'); } }), /no context/], // prettier-ignore
    [
      'an actor spawned in an assign',
      base.createMachine({ entry: assign(({ spawn }) => (spawn('change', { id: 'kid', input: {} }), {})) }),
      /kid: spawn/,
    ],
  ])('is refused: %s', async (_name, machine, why) => {
    const { run, store, end } = quickRun(machine as AnyStateMachine);
    await end();
    await expect(run.done).rejects.toThrow(InvariantError);
    await expect(run.done).rejects.toThrow(why);
    expect(await store.load()).toBeNull();
    expect(await store.readLease()).toBeNull();
  });

  it('crashes loudly at a guard that throws, and leaves the record as it was', async () => {
    const machine = base.createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { after: { 1000: { guard: 'broken', target: 'b' } } }, b: {} },
    });
    const { run, store, end } = quickRun(machine);
    await end();
    await expect(run.done).rejects.toThrow(/m threw at xstate.after.1000.m.a: .*guard broke/s);
    expect(await store.load()).toMatchObject({ seq: 0, ended: null, timers: [{ dueAt: START + 1000 }] });
    expect(await store.readLease()).toBeNull();
  });
});

describe('two runs on one target', () => {
  it('the second is refused while the first lives, and told who has it', async () => {
    const first = quickRun(changeMachine, { activities: { change: never } });
    await first.end(START);
    const second = quickRun(changeMachine, { clock: first.clock, store: first.store, owner: ownerCalled('you'), activities: works });
    await first.clock.run(second.run.done, { limitAt: START });
    const refusal = (await second.run.done.catch((thrown: unknown) => thrown)) as UserError;
    expect(refusal).toBeInstanceOf(UserError);
    expect(refusal).toMatchObject({ exitCode: 75, code: 'lease-held' });
    expect(refusal.message).toBe('the run in memory is driven by controller me on here since 2026-01-07T03:00:00.000Z');
    expect((await first.store.readLease())!.owner.token).toBe('me');
  });

  it('the one that lost its lease stops at once and writes nothing more', async () => {
    const aborted: unknown[] = [];
    const first = quickRun(changeMachine, {
      activities: {
        change: (_input, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => (aborted.push(signal.reason), reject(signal.reason)))),
      },
    });
    await first.end(START);
    // As if the first had been frozen beyond its time: somebody else asks a minute later.
    const { lease } = await first.store.acquireLease(ownerCalled('you'), START + MINUTE, MINUTE);
    const before = await first.store.load();
    expect(await first.end()).toBe('done');
    await expect(first.run.done).rejects.toThrow(FencedError);
    expect(aborted).toHaveLength(1);
    expect(await first.store.load()).toEqual(before);
    expect(await first.store.readLease()).toEqual(lease);
  });

  it('a step of the one that lost it is refused by the store, and its effects do not happen', async () => {
    const calls: string[] = [];
    let answer: (value: null) => void = () => {};
    const machine = setup({ actors: { first: fromPromise<null, object>(never), next: fromPromise<null, object>(never) } }).createMachine({
      initial: 'a',
      states: {
        a: { invoke: { src: 'first', input: {}, onDone: 'b', onError: 'b' } },
        b: { invoke: { src: 'next', input: {}, onDone: 'b', onError: 'b' } },
      },
    });
    const first = quickRun(machine, {
      activities: { first: () => new Promise((resolve) => (answer = resolve)), next: async () => void calls.push('next') },
    });
    await first.end(START);
    await first.store.acquireLease(ownerCalled('you'), START + MINUTE, MINUTE);
    answer(null);
    await first.end(START);
    await expect(first.run.done).rejects.toThrow(FencedError);
    expect(calls).toEqual([]);
  });

  it('an activity that is fenced off makes the run look after its lease', async () => {
    const first = quickRun(changeMachine, {
      activities: {
        change: async () => {
          await first.store.acquireLease(ownerCalled('you'), START + MINUTE, MINUTE);
          await first.run.fence.assertHeld();
        },
      },
    });
    await first.end(START);
    await expect(first.run.done).rejects.toThrow(FencedError);
    expect((await first.store.load())!.seq).toBe(0);
  });
});

describe('a lease', () => {
  it('is kept for as long as the run takes', async () => {
    const { run, store, clock } = quickRun(changeMachine, { activities: { change: never } });
    await clock.run(run.done, { limitAt: START + 10 * MINUTE });
    expect((await store.readLease())!.expiresAt).toBeGreaterThan(START + 10 * MINUTE);
  });

  it('survives a store that is away for less than its time', async () => {
    const memory = createMemoryStore();
    let away = true;
    const renewLease: RunStore['renewLease'] = (...request) =>
      away ? Promise.reject(new TransientError('store-io', 'away')) : memory.renewLease(...request);
    const { run, clock, warnings } = quickRun(changeMachine, { store: { ...memory, renewLease }, activities: { change: never } });
    await clock.run(run.done, { limitAt: START + 45 * SECOND });
    away = false;
    await clock.run(run.done, { limitAt: START + 5 * MINUTE });
    expect((await memory.readLease())!.expiresAt).toBeGreaterThan(START + 5 * MINUTE);
    expect(warnings).toContain('the lease could not be renewed yet');
  });

  it('is lost when the store stays away for longer', async () => {
    const memory = createMemoryStore();
    const renewLease = () => Promise.reject(new TransientError('store-io', 'away'));
    const { run, end } = quickRun(changeMachine, { store: { ...memory, renewLease }, activities: { change: never } });
    await end();
    await expect(run.done).rejects.toMatchObject({ kind: 'fenced', code: 'lease-expired' });
  });
});

describe('a store that is away', () => {
  it('holds effects back until it has answered', async () => {
    const memory = createMemoryStore();
    let failures = 3;
    const calls: number[] = [];
    const save = async (record: RunRecord) => {
      if (failures-- > 0) throw new TransientError('store-io', 'away', { retryAfterMs: 2_000 });
      await memory.save(record);
    };
    const { run, end, clock, warnings } = quickRun(changeMachine, {
      store: { ...memory, save },
      activities: { change: async () => void calls.push(clock.now() - START) },
    });
    await end();
    expect((await run.done).outcome).toBe('recovered');
    expect(calls).toEqual([6_000]);
    expect(warnings).toHaveLength(3);
  });

  it('ends the run when it stays away, and nothing has happened', async () => {
    const calls: string[] = [];
    const save = () => Promise.reject(new TransientError('store-io', 'away'));
    const { run, end, clock } = quickRun(changeMachine, {
      store: { ...createMemoryStore(), save },
      activities: { change: async () => void calls.push('change') },
    });
    await end();
    await expect(run.done).rejects.toThrow(TransientError);
    expect(calls).toEqual([]);
    expect(clock.now() - START).toBeLessThanOrEqual(15 * MINUTE);
  });

  it('does not hold up the run when only the journal is away: the lines wait in the record', async () => {
    const memory = createMemoryStore();
    let away = true;
    const appendJournal: RunStore['appendJournal'] = (runId, lines) =>
      away ? Promise.reject(new TransientError('store-io', 'away')) : memory.appendJournal(runId, lines);
    const { run, end } = quickRun(changeMachine, {
      store: { ...memory, appendJournal },
      activities: works,
      onSaved: ({ seq }) => void (away = seq < 1),
    });
    await end();
    expect((await run.done).outcome).toBe('recovered');
    expect(await events(memory)).toEqual(['run.started', 'change.done', 'timer.SOAK', 'run.ended']);
  });
});

describe('commands', () => {
  const send = (store: RunStore, id: string, event: { type: string; [field: string]: unknown }) =>
    store.sendCommand({ id, at: START, by: 'ana', event });
  const soaking = async () => {
    const quick = quickRun(changeMachine, { activities: works });
    await quick.clock.run(() => false, { limitAt: START });
    return quick;
  };

  it('are delivered once, journaled with who sent them, and removed', async () => {
    const { run, store, clock } = await soaking();
    await send(store, 'c1', { type: 'HOLD', reason: 'lunch' });
    await Promise.all([run.nudge(), run.nudge()]);
    await clock.run(() => false, { limitAt: START });
    await run.nudge();
    await clock.run(() => false, { limitAt: START + 5 * MINUTE });
    expect((await store.readJournal('run-1')).at(-1)).toMatchObject({
      kind: 'command',
      event: 'HOLD',
      states: ['held'],
      data: { by: 'ana', reason: 'lunch' },
    });
    expect(await store.readCommands()).toEqual([]);
    expect((await store.load())!.commandsTaken).toEqual(['c1']);
  });

  it('that no state accepts are journaled as such, and change nothing', async () => {
    const { store, run, clock } = await soaking();
    const before = (await store.load())!.snapshot;
    await send(store, 'c1', { type: 'RESUME' });
    await run.nudge();
    await clock.run(() => false, { limitAt: START });
    expect((await store.readJournal('run-1')).at(-1)).toMatchObject({
      kind: 'command',
      event: 'RESUME not accepted',
      data: { by: 'ana', why: 'no state accepts it now' },
    });
    expect((await store.load())!.snapshot).toEqual(before);
    expect(await store.readCommands()).toEqual([]);
  });

  it('cannot pretend to be a timer or an answer', async () => {
    const { store, run, clock } = await soaking();
    await send(store, 'c1', { type: 'xstate.after.SOAK.change.soaking' });
    await send(store, 'c2', { type: '*' });
    await run.nudge();
    await clock.run(() => false, { limitAt: START });
    expect((await events(store)).slice(-2)).toEqual(['xstate.after.SOAK.change.soaking not accepted', '* not accepted']);
  });

  it('are polled by the clock', async () => {
    const { store, clock, run } = quickRun(changeMachine, { activities: works, inboxEveryMs: 5 * SECOND });
    await clock.run(() => false, { limitAt: START + 6 * SECOND });
    await send(store, 'c1', { type: 'HOLD' });
    await clock.run(run.done, { limitAt: START + 2 * MINUTE });
    expect((await store.readJournal('run-1')).at(-1)).toMatchObject({ event: 'HOLD', at: START + 10 * SECOND });
  });

  it('do not kill the run when they are malformed', async () => {
    const machine = setup({
      types: { events: {} as { type: 'APPROVE'; plan: { hash: string } } },
      guards: { fits: ({ event }) => event.plan.hash === 'x' },
    }).createMachine({ initial: 'a', states: { a: { on: { APPROVE: { guard: 'fits', target: 'b' } } }, b: {} } });
    const { store, run, clock } = quickRun(machine);
    await clock.run(() => false, { limitAt: START });
    await send(store, 'c1', { type: 'APPROVE' });
    await run.nudge();
    await clock.run(() => false, { limitAt: START });
    expect((await events(store)).at(-1)).toBe('APPROVE not accepted');
    expect(await store.readCommands()).toEqual([]);
  });

  it('for a run that has ended do not reach the next one', async () => {
    const { store, end } = await soaking();
    await send(store, 'late', { type: 'HOLD' });
    await end();
    expect(await store.readCommands()).toEqual([]);
  });
});

describe('stopping', () => {
  it('aborts what runs, gives the lease back, and leaves a record from which the run goes on', async () => {
    const signals: AbortSignal[] = [];
    const first = quickRun(changeMachine, { activities: { change: (_input, { signal }) => (signals.push(signal), never()) } });
    await first.end(START);
    await first.run.stop('SIGTERM');
    expect(await first.run.done).toMatchObject({ outcome: 'stopped', reason: 'SIGTERM' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await first.store.readLease()).toBeNull();

    const again = quickRun(changeMachine, { clock: first.clock, store: first.store, owner: ownerCalled('next'), activities: works });
    await again.end();
    expect((await again.run.done).outcome).toBe('recovered');
    expect(await events(first.store)).toEqual(['run.started', 'run.resumed', 'change.done', 'timer.SOAK', 'run.ended']);
  });

  it('works before the first step, and twice', async () => {
    const { run, store } = quickRun(changeMachine, { activities: works });
    await Promise.all([run.stop('first'), run.stop('second')]);
    expect(await run.done).toMatchObject({ outcome: 'stopped', reason: 'first' });
    expect(await store.readLease()).toBeNull();
  });

  it('lets nothing loose that was decided while it stopped', async () => {
    const calls: string[] = [];
    const memory = createMemoryStore();
    const save = async (record: RunRecord) => {
      void quick.run.stop('now');
      await memory.save(record);
    };
    const quick = quickRun(changeMachine, { store: { ...memory, save }, activities: { change: async () => void calls.push('change') } });
    expect(await quick.run.done).toMatchObject({ outcome: 'stopped' });
    expect(calls).toEqual([]);
  });
});

describe('resuming', () => {
  async function stoppedInSoak(more = {}): Promise<{ store: RunStore; clock: VirtualClock }> {
    const { run, store, clock } = quickRun(changeMachine, { activities: works, ...more });
    await clock.run(() => false, { limitAt: START + 10 * SECOND });
    await run.stop('test');
    return { store, clock };
  }

  it('claims the record, says so, and keeps the instant at which a timer is due', async () => {
    const { store, clock } = await stoppedInSoak();
    const { run, end } = quickRun(changeMachine, { store, clock, activities: works, owner: ownerCalled('next') });
    await end();
    expect((await run.done).outcome).toBe('recovered');
    const journal = await store.readJournal('run-1');
    expect(journal.map(({ event, at }) => [event, at - START])).toEqual([
      ['run.started', 0],
      ['change.done', 0],
      ['run.resumed', 0],
      ['timer.SOAK', MINUTE],
      ['run.ended', MINUTE],
    ]);
    expect(journal[2]).toMatchObject({ kind: 'claim', data: { by: 'controller next', host: 'here', epoch: 2, seq: 1, awayMs: 0 } });
  });

  it('fires at once what is overdue', async () => {
    const { store } = await stoppedInSoak();
    const clock = new VirtualClock(START + 60 * MINUTE);
    const { end } = quickRun(changeMachine, { store, clock, activities: works });
    await end();
    expect((await store.readJournal('run-1')).at(-1)).toMatchObject({ event: 'run.ended', at: START + 60 * MINUTE });
  });

  it('of a run that has ended gives its end again, and changes nothing', async () => {
    const { store, end } = quickRun(changeMachine, { activities: works });
    await end();
    const before = [await store.load(), await events(store)];
    const again = quickRun(changeMachine, { store, activities: works });
    expect(await again.run.done).toMatchObject({ outcome: 'recovered', reason: null });
    expect([await store.load(), await events(store)]).toEqual(before);
    expect(await store.readLease()).toBeNull();
  });

  it('is refused when the document is another one', async () => {
    const { store, clock } = await stoppedInSoak();
    const { run } = quickRun(changeMachine, { store, clock, activities: works, specHash: 'other' });
    await expect(run.done).rejects.toMatchObject({ kind: 'user', code: 'spec-changed' });
  });

  it('is refused for another run as long as this one has not ended, and allowed afterwards', async () => {
    const { store, clock } = await stoppedInSoak();
    await expect(quickRun(changeMachine, { store, clock, activities: works, runId: 'run-2' }).run.done).rejects.toMatchObject({
      code: 'run-unfinished',
    });
    await quickRun(changeMachine, { store, clock, activities: works }).end();
    const next = quickRun(changeMachine, { store, clock, activities: works, runId: 'run-2' });
    await next.end();
    expect((await next.run.done).outcome).toBe('recovered');
    expect((await store.load())!.runId).toBe('run-2');
    expect(await store.readJournal('run-2')).toHaveLength(4);
  });
});

it('says what it waits for, and starves a clock that has nothing else to do', async () => {
  const { run, clock } = quickRun(changeMachine, { activities: { change: never }, leaseTtlMs: 1e12 });
  const { ended, ...rest } = await clock.run(run.done, { limitAt: START + 1e6, explain: run.awaiting });
  expect(ended).toBe('overdue');
  expect(rest).toEqual({ awaiting: ['activity change (run-1/0/0.change.changing)'] });
});
