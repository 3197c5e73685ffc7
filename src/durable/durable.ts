import { defined } from '../core/defined.ts';
import type { AnyMachineSnapshot } from 'xstate';
import { MINUTE, SECOND } from '../core/duration.ts';
import { InvariantError } from '../core/errors.ts';
import type { FencedError } from '../core/errors.ts';
import type { Command, Lease, RunRecord } from '../ports/store.ts';
import { checkMachine } from './check-machine.ts';
import { describedBy } from './describe.ts';
import type { Cause, JournalNote } from './describe.ts';
import { createFence } from './fence.ts';
import type { Fence } from './fence.ts';
import { Inbox } from './inbox.ts';
import { advance, begin, tryCommand } from './interpret.ts';
import type { MachineStep, StampedEvent } from './interpret.ts';
import { holdLease } from './lease.ts';
import type { HeldLease } from './lease.ts';
import { StepQueue, type QueuedItem } from './step-queue.ts';
import { RunWriter } from './run-writer.ts';
import type { Entry } from './run-writer.ts';
import { PendingEffects, answerEvent } from './pending-effects.ts';
import type { Completion } from './pending-effects.ts';
import { START_RETRY_MS, retryTransient } from './retry-transient.ts';
import { fitRecord, outcomeOf, stampOf, unfinished, type Unfit } from './record.ts';
import { begunAnew } from './takeover.ts';
import { refusedNote } from './refused-command.ts';
import type { Run, RunEnd, RunOptions } from './run-options.ts';
import { isAway } from './missed-time.ts';

/**
 * A durable run of a statechart: takes the lease, resumes the record when there is one, and goes on until the machine ends.
 *
 * Each step: event → `transition()` → one fenced save of snapshot, pending timers and activities, journal lines and commands taken →
 * journal → only then timers and activities are released. So nothing happens that is not saved first; a crash at any point
 * repeats at most what was pending, under the same key. See `RunOptions` and `Run` for the contract.
 */
export function startRun(options: RunOptions): Run {
  const run = new DurableRun(options);
  const done = run.toTheEnd();
  return {
    done,
    stop: async (reason) => {
      run.stop(reason);
      await done.catch(() => {});
    },
    nudge: run.nudge,
    note: run.note,
    fence: run.fence,
    awaiting: run.awaiting,
  };
}

/** Why no further step is taken. */
type Halt = { readonly kind: 'stopped'; readonly reason: string } | { readonly kind: 'fenced'; readonly error: FencedError };

class DurableRun {
  readonly #options: RunOptions;
  readonly #effects: PendingEffects;
  readonly #inbox: Inbox;
  readonly #writer: RunWriter;
  readonly fence: Fence;
  #lease: HeldLease | null = null;

  readonly #halting = new AbortController();
  #halt: Halt | null = null;
  readonly #queue: StepQueue;

  /** Where the machine is; ahead of the record only while a step is being saved. */
  #snapshot: AnyMachineSnapshot | null = null;
  #savedSnapshot: AnyMachineSnapshot | null = null;

  constructor(options: RunOptions) {
    this.#options = options;
    const { runId, clock, store, activities, inboxEveryMs: everyMs = 5 * SECOND } = options;
    const onWarning = this.#warn;
    const lease = (): Lease | null => this.#lease?.current() ?? null;
    this.#effects = new PendingEffects({ runId, clock, activities, arrive: (completion) => this.#queue.enqueue(completion) });
    this.#inbox = new Inbox({ store, clock, everyMs, deliver: (command) => this.#queue.enqueue({ kind: 'command', command }), onWarning });
    this.#writer = new RunWriter({ run: options, epoch: () => defined(this.#lease).current().epoch, retry: this.#retry, onWarning });
    this.#queue = new StepQueue({ clock, signal: this.#halting.signal, minds: options.away !== undefined });
    const forbids = (kind: string): string | null => options.forbids?.(defined(this.#snapshot), kind) ?? null;
    this.fence = createFence({ store, clock, lease, isTaken: (id) => this.#inbox.isTaken(id), forbids });
  }

  stop(reason: string): void {
    this.#haltWith({ kind: 'stopped', reason });
  }

  readonly nudge = (): Promise<void> => this.#inbox.poll();

  readonly note: Run['note'] = (event, data) => this.#queue.enqueue({ kind: 'note', event, data });

  readonly awaiting = (): readonly string[] => this.#effects.words();

  /** The whole life of a run. Whatever happens, nothing goes on acting afterwards and the lease is given back. */
  async toTheEnd(): Promise<RunEnd> {
    try {
      checkMachine(this.#options.machine, this.#options.activities);
      await this.#takeLease();
      if (!(await this.#load())) await this.#takeSteps();
      return { outcome: outcomeOf(defined(this.#snapshot)), reason: null, snapshot: defined(this.#snapshot) };
    } catch (thrown) {
      return this.#endedBy(thrown);
    } finally {
      const ended = new Error('the run has ended');
      this.#halting.abort(ended);
      this.#effects.abandon(ended);
      await this.#lease?.release();
      this.#lease = null;
    }
  }

  /** A halt interrupts whatever is awaited, and so surfaces as the abort's reason. */
  #endedBy(thrown: unknown): RunEnd {
    const halt = this.#halt;
    if (halt === null || thrown !== this.#halting.signal.reason) throw thrown;
    if (halt.kind === 'fenced') throw halt.error;
    // Stopped before anything was saved or loaded: the machine's first state stands for it.
    const snapshot = this.#savedSnapshot ?? begin(this.#options.machine, this.#options.input).snapshot;
    return { outcome: 'stopped', reason: halt.reason, snapshot };
  }

  async #takeLease(): Promise<void> {
    const { store, clock, owner, leaseTtlMs: ttlMs = MINUTE } = this.#options;
    const onLost = (error: FencedError) => this.#haltWith({ kind: 'fenced', error });
    const take = (): Promise<HeldLease> => holdLease({ store, clock, owner, ttlMs, onLost, onWarning: this.#warn });
    this.#lease = await this.#retry('taking the lease', take, START_RETRY_MS);
  }

  /** Resumes or begins, and claims the record before anything is released. True when the run had already ended. */
  async #load(): Promise<boolean> {
    const { store, runId } = this.#options;
    const loaded = await this.#retry('loading the record', () => store.load(), START_RETRY_MS);
    if (loaded !== null && loaded.runId !== runId && loaded.ended === null) throw unfinished(loaded);
    if (loaded === null || loaded.runId !== runId) {
      if (loaded !== null) this.#writer.remember(this.#options.remember?.(loaded) ?? []);
      await this.#begin();
    } else {
      const unfit = this.#restore(loaded);
      if (unfit !== null) await this.#takeOver(loaded, unfit);
      await this.#writer.appendPending();
      if (loaded.ended !== null) return true;
      if (unfit === null) await this.#resume(loaded);
    }
    await this.#inbox.poll();
    void this.#inbox.keepPolling(this.#halting.signal);
    this.#queue.open();
    return false;
  }

  async #begin(): Promise<void> {
    const { machine, input, clock } = this.#options;
    const at = clock.now();
    this.#adopt(begin(machine, input), at);
    await this.#commit(at, this.#describe({ kind: 'start', input }, { type: 'xstate.init', input, at }));
  }

  /** Where the record left it, and null; or why that cannot be. */
  #restore(loaded: RunRecord): Unfit | null {
    const { machine, version, specHash, activities } = this.#options;
    const fit = fitRecord(loaded, { machine, stamp: stampOf(machine, version), specHash, activities });
    this.#writer.restore(loaded);
    this.#inbox.restore(loaded);
    if (!fit.fits) return fit;
    this.#snapshot = fit.snapshot;
    this.#savedSnapshot = fit.snapshot;
    this.#effects.restore(loaded.timers, loaded.activities);
    return null;
  }

  async #resume(loaded: RunRecord): Promise<void> {
    const at = this.#options.clock.now();
    const awayMs = at - loaded.savedAt;
    if (this.#options.away !== undefined && isAway(awayMs)) this.#giveBack(awayMs, at);
    await this.#claim(loaded, at, {});
  }

  /** Begins anew with what the run has done, and hears what stood when it was saved, all in one save. */
  async #takeOver(loaded: RunRecord, unfit: Unfit): Promise<void> {
    const orders = await this.#retry('reading the inbox', () => this.#options.store.readCommands(), START_RETRY_MS);
    const at = this.#options.clock.now();
    this.#writer.nextStep();
    for (const step of begunAnew(loaded, unfit, { orders, options: this.#options, at })) this.#adopt(step, at);
    await this.#claim(loaded, at, { anew: true, savedBy: loaded.program ?? null, missing: unfit.missing });
  }

  async #claim(loaded: RunRecord, at: number, more: Readonly<Record<string, unknown>>): Promise<void> {
    const { described: by, host } = this.#options.owner;
    const { epoch } = defined(this.#lease).current();
    const data = { by, host, epoch, seq: loaded.seq, awayMs: at - loaded.savedAt, ...more };
    await this.#commit(at, { kind: 'claim', event: 'run.resumed', data });
  }

  async #takeSteps(): Promise<void> {
    while (defined(this.#snapshot).status === 'active') {
      const next = await this.#queue.next();
      if (next.kind === 'command') await this.#obey(next.command);
      else if (next.kind === 'note' || next.kind === 'away') await this.#remark(next);
      else if (next.kind === 'timer') await this.#comeDue(next);
      else await this.#hear(next);
    }
    await this.#inbox.clear();
  }

  async #remark(next: Extract<QueuedItem, { kind: 'note' | 'away' }>): Promise<void> {
    const at = this.#options.clock.now();
    if (next.kind === 'away') this.#giveBack(next.awayMs, at);
    else this.#writer.nextStep();
    await this.#commit(at, next.kind === 'note' ? next : { kind: 'note', event: 'time.away', data: { awayMs: next.awayMs } });
  }

  /** Nothing that lapsed while nobody looked is taken up before this is saved: so it is given back once, whatever dies when. */
  #giveBack(awayMs: number, at: number): void {
    this.#writer.nextStep();
    this.#effects.shift(awayMs, at, this.#options.away ?? {});
    this.#adopt(advance(this.#options.machine, defined(this.#snapshot), { type: 'TIME.AWAY', at, awayMs }), at);
  }

  async #comeDue(completion: Extract<Completion, { kind: 'timer' }>): Promise<void> {
    const { timer } = completion.effect;
    if (this.#effects.complete(completion)) await this.#step({ kind: 'timer', timer }, { ...timer.event, at: this.#options.clock.now() });
  }

  async #hear(completion: Extract<Completion, { kind: 'answer' }>): Promise<void> {
    const { outcome, effect } = completion;
    // A write that was fenced off may be the first to know that the lease is gone; `held` is the machine's business.
    const isFenced = !outcome.ok && outcome.error.kind === 'fenced' && outcome.error.code !== 'held';
    if (isFenced) await this.#retry('renewing the lease', () => defined(this.#lease).renew());
    if (!this.#effects.complete(completion)) return;
    await this.#step({ kind: 'answer', activity: effect.activity, ok: outcome.ok }, answerEvent(completion, this.#options.clock.now()));
  }

  async #step(cause: Cause, event: StampedEvent): Promise<void> {
    const step = advance(this.#options.machine, defined(this.#snapshot), event);
    this.#writer.nextStep();
    this.#adopt(step, event.at);
    await this.#commit(event.at, this.#describe(cause, event));
  }

  /** A command that no state accepts changes nothing, but it is journaled, and answered in the record: a human waits for it. */
  async #obey(command: Command): Promise<void> {
    const at = this.#options.clock.now();
    const said: StampedEvent = { by: command.by, ...command.event, at };
    const read = this.#options.readCommand?.(said) ?? { order: said };
    const event = 'order' in read ? read.order : said;
    const step = 'order' in read ? tryCommand(this.#options.machine, defined(this.#snapshot), event) : read;
    const why =
      'refusal' in step ? step.refusal : 'note' in step ? null : (this.#options.refuses?.(defined(this.#snapshot), event) ?? null);
    this.#writer.nextStep();
    this.#inbox.take(command.id, why, at);
    if ('snapshot' in step) this.#adopt(step, at);
    const note = 'note' in step ? step.note : 'refusal' in step ? refusedNote(event, step.refusal) : null;
    await this.#commit(at, note === null ? this.#describe({ kind: 'command', command }, event) : { kind: 'command', ...note });
    await this.#inbox.remove(command);
  }

  #adopt({ snapshot, actions }: MachineStep, at: number): void {
    const before = this.#snapshot?.children ?? {};
    this.#effects.schedule(actions, this.#writer.seq, at);
    for (const [id, child] of Object.entries(snapshot.children)) {
      if (child !== before[id] && !this.#effects.has(id))
        throw new InvariantError(`${id}: spawn() in an assign is not possible in a durable run`);
    }
    this.#snapshot = snapshot;
  }

  #describe(cause: Cause, event: StampedEvent): JournalNote | null {
    return describedBy(this.#options.describe, { cause, event, snapshot: defined(this.#snapshot) }, this.#warn);
  }

  /** Saves the step, then lets its effects loose. Nothing of it is visible to anybody before the save. */
  async #commit(at: number, note: Entry['note']): Promise<void> {
    const snapshot = defined(this.#snapshot);
    const [timers, activities] = [this.#effects.timers(), this.#effects.activities()];
    const { lines, record } = await this.#writer.write({ at, snapshot, note, timers, activities, ...this.#inbox.kept });
    this.#savedSnapshot = snapshot;
    if (record.ended === null && !this.#halting.signal.aborted) this.#effects.release();
    try {
      await this.#options.onSaved?.({ snapshot, lines, seq: record.seq, timers, activities });
    } catch (cause) {
      this.#warn('a listener failed', cause);
    }
  }

  #haltWith(halt: Halt): void {
    if (this.#halting.signal.aborted) return;
    this.#halt = halt;
    const reason = halt.kind === 'fenced' ? halt.error : new Error(`the run is stopped: ${halt.reason}`);
    this.#halting.abort(reason);
    this.#effects.abandon(reason);
    this.#queue.wake();
  }

  readonly #retry = <T>(what: string, call: () => Promise<T>, withinMs?: number): Promise<T> =>
    retryTransient({ clock: this.#options.clock, signal: this.#halting.signal, onWarning: this.#warn }, what, call, withinMs);

  readonly #warn = (message: string, cause: unknown): void => {
    this.#options.onWarning?.(message, cause);
  };
}
