import { defined } from '../core/defined.ts';
import { MINUTE } from '../core/duration.ts';
import { InvariantError, plainError } from '../core/errors.ts';
import type { PlainError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { OwedActivity, OwedTimer } from '../ports/store.ts';
import { delayName } from './describe.ts';
import type { MachineAction, StampedEvent } from './interpret.ts';

/** What an activity learns beside its input. `key` is the same at every repetition; `signal` is aborted when its state is left. */
interface ActivityCall {
  readonly key: string;
  /** It was owed before this process began: an earlier one may have done it, wholly or in part. */
  readonly repeated: boolean;
  readonly signal: AbortSignal;
}

/** Carries out one kind of work. May be called twice for the same key. `never` lets a map of differently typed functions in. */
export type Activity = (input: never, call: ActivityCall) => Promise<unknown>;

/** An owed thing has come true; it waits for its turn. */
export type Arrival =
  | { readonly kind: 'timer'; readonly debt: TimerDebt }
  | { readonly kind: 'answer'; readonly debt: ActivityDebt; readonly outcome: ActivityOutcome };

type ActivityOutcome = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: PlainError };

/** What the machine hears of an answer: XState's own event, with the name of the activity. */
export function answerEvent({ debt, outcome }: Extract<Arrival, { kind: 'answer' }>, at: number): StampedEvent {
  const { id, src } = debt.activity;
  const answered = { actorId: id, src, at };
  return outcome.ok
    ? { type: `xstate.done.actor.${id}`, output: outcome.output, ...answered }
    : { type: `xstate.error.actor.${id}`, error: outcome.error, ...answered };
}

export interface TimerDebt {
  readonly timer: OwedTimer;
  /** null until it is released. */
  running: AbortController | null;
}

export interface ActivityDebt {
  readonly activity: OwedActivity;
  readonly restored: boolean;
  running: AbortController | null;
}

export interface OwedWorkOptions {
  readonly runId: string;
  readonly clock: Clock;
  readonly activities: Readonly<Record<string, Activity>>;
  readonly arrive: (arrival: Arrival) => void;
}

/** What becomes of owed things when time is given back; by name of the delay, or of the activity. */
export interface AwayRules {
  /** Timers to an instant of the world (the end of a freeze): they are not moved. */
  readonly byTheWorld?: readonly string[];
  /** Timers that lead to a look. */
  readonly atOnce?: readonly string[];
  /** Activities that only read: what they saw before is old. */
  readonly readAgain?: readonly string[];
}

/** At least this much is left of whatever lapsed while nobody looked: time for one look and for reading an operation. */
const LOOK_FIRST_MS = MINUTE;

/** A reason made once: aborting without one builds an exception with a stack, for every timer. */
const NO_LONGER_OWED = new Error('no longer owed');

/**
 * Timers and activities that the machine has asked for and that are not yet paid. Nothing is released before `release()`,
 * which the runner calls when the debts are saved; a debt is struck off by `settle()`, in the step that saves its consequence.
 */
export class OwedWork {
  readonly #options: OwedWorkOptions;
  readonly #timers = new Map<string, TimerDebt>();
  readonly #activities = new Map<string, ActivityDebt>();

  constructor(options: OwedWorkOptions) {
    this.#options = options;
  }

  timers(): OwedTimer[] {
    return Array.from(this.#timers.values(), (debt) => debt.timer);
  }

  activities(): OwedActivity[] {
    return Array.from(this.#activities.values(), (debt) => debt.activity);
  }

  /** What is waited for, for people. */
  words(): readonly string[] {
    const activities = this.activities().map(({ src, key }) => `activity ${src} (${key})`);
    const timers = this.timers().map(({ event, dueAt }) => `timer ${delayName(event.type)} at ${new Date(dueAt).toISOString()}`);
    return [...activities, ...timers];
  }

  has(activityId: string): boolean {
    return this.#activities.has(activityId);
  }

  restore(timers: readonly OwedTimer[], activities: readonly OwedActivity[]): void {
    for (const timer of timers) this.#timers.set(timer.id, { timer, running: null });
    for (const activity of activities) this.#activities.set(activity.id, { activity, restored: true, running: null });
  }

  /** Books what a step asked for. Throws `InvariantError` at what a durable run cannot do. */
  absorb(actions: readonly MachineAction[], seq: number, at: number): void {
    for (const action of actions) this.#absorbOne(action, seq, at);
  }

  #absorbOne(action: MachineAction, seq: number, at: number): void {
    switch (action.type) {
      case 'xstate.raise':
        return this.#oweTimer(action.params as RaiseParams, seq, at);
      case 'xstate.cancel':
        return this.#cancelTimer((action.params as { sendId: string }).sendId);
      case 'xstate.spawnChild':
        return this.#oweActivity(action.params as SpawnParams, seq);
      case 'xstate.stopChild':
        return this.#stopActivity((action.params as { id: string } | undefined)?.id);
      // Words to listeners of a live actor: there are none.
      case 'xstate.emit':
      case 'xstate.log':
        return;
      default:
        throw new InvariantError(`the action ${action.type} is not possible in a durable run: an effect must be an activity`);
    }
  }

  #oweTimer({ event, id, delay }: RaiseParams, seq: number, at: number): void {
    if (delay === undefined) {
      // A plain raise was taken within the step. A timer without a delay was too, and that is never meant.
      if (event.type.startsWith('xstate.after.')) throw new InvariantError(`the delay ${delayName(event.type)} is undefined`);
      return;
    }
    if (!Number.isFinite(delay)) throw new InvariantError(`the delay ${delayName(event.type)} is ${delay}`);
    const timerId = id ?? `${seq}:${event.type}`;
    this.#cancelTimer(timerId);
    this.#timers.set(timerId, { timer: { id: timerId, event, dueAt: at + delay }, running: null });
  }

  #cancelTimer(id: string): void {
    this.#timers.get(id)?.running?.abort(NO_LONGER_OWED);
    this.#timers.delete(id);
  }

  #oweActivity({ id, src, input }: SpawnParams, seq: number): void {
    if (typeof src !== 'string' || !Object.hasOwn(this.#options.activities, src))
      throw new InvariantError(`${id}: no activity is called ${String(src)}`);
    if (this.#activities.has(id)) throw new InvariantError(`two activities at once are called ${id}`);
    const activity = { id, src, input: input ?? {}, key: `${this.#options.runId}/${seq}/${id}` };
    this.#activities.set(id, { activity, restored: false, running: null });
  }

  #stopActivity(id: string | undefined): void {
    if (id === undefined) return;
    this.#activities.get(id)?.running?.abort(NO_LONGER_OWED);
    this.#activities.delete(id);
  }

  /**
   * Gives the time back in which nobody looked (negative: the clock was set back). Timers wait as much longer; one that lapsed meanwhile
   * leaves room for a look first. What is read again gets a new call under its old key, and its `deadlineAt` is moved as well.
   * Whatever had come true meanwhile and was not taken up is void: it is owed anew.
   */
  shift(awayMs: number, now: number, { byTheWorld = [], atOnce = [], readAgain = [] }: AwayRules): void {
    for (const [id, debt] of this.#timers) {
      const { timer } = debt;
      const name = delayName(timer.event.type);
      if (byTheWorld.includes(name)) continue;
      const lapsed = awayMs > 0 && timer.dueAt <= now;
      const later = Math.max(timer.dueAt + awayMs, lapsed ? now + LOOK_FIRST_MS : now);
      debt.running?.abort(NO_LONGER_OWED);
      this.#timers.set(id, { timer: { ...timer, dueAt: atOnce.includes(name) ? now : later }, running: null });
    }
    for (const [id, debt] of this.#activities) {
      if (!readAgain.includes(debt.activity.src)) continue;
      debt.running?.abort(NO_LONGER_OWED);
      this.#activities.set(id, {
        activity: { ...debt.activity, input: moved(debt.activity.input, awayMs) },
        restored: true,
        running: null,
      });
    }
  }

  /** Lets loose whatever is booked and not yet running: timers in the order in which they are due, then activities. */
  release(): void {
    const waiting = [...this.#timers.values()].filter((debt) => debt.running === null);
    for (const debt of waiting.sort((one, other) => one.timer.dueAt - other.timer.dueAt)) this.#arm(debt);
    for (const debt of this.#activities.values()) if (debt.running === null) this.#carryOut(debt);
  }

  #arm(debt: TimerDebt): void {
    debt.running = new AbortController();
    const due = this.#options.clock.sleepUntil(debt.timer.dueAt, debt.running.signal);
    // A sleep ends early only when it is cancelled: then nobody waits for it.
    due.then(
      () => this.#options.arrive({ kind: 'timer', debt }),
      () => {},
    );
  }

  #carryOut(debt: ActivityDebt): void {
    debt.running = new AbortController();
    const { src, input, key } = debt.activity;
    const call: ActivityCall = { key, repeated: debt.restored, signal: debt.running.signal };
    const arrive = (outcome: ActivityOutcome) => this.#options.arrive({ kind: 'answer', debt, outcome });
    const answer = (async () => defined(this.#options.activities[src])(input as never, call))();
    answer.then(
      (output) => arrive({ ok: true, output: output ?? null }),
      (thrown: unknown) => arrive({ ok: false, error: plainError(thrown) }),
    );
  }

  /** Strikes off what has come true. False when it was cancelled while it waited for its turn. */
  settle(arrival: Arrival): boolean {
    if (arrival.kind === 'timer') {
      const { id } = arrival.debt.timer;
      return this.#timers.get(id) === arrival.debt && this.#timers.delete(id);
    }
    const { id } = arrival.debt.activity;
    return this.#activities.get(id) === arrival.debt && this.#activities.delete(id);
  }

  /** Stops everything that runs here; the debts stay in the record. */
  abandon(reason: Error): void {
    for (const debt of [...this.#timers.values(), ...this.#activities.values()]) debt.running?.abort(reason);
  }
}

interface RaiseParams {
  readonly event: { readonly type: string };
  readonly id?: string;
  readonly delay?: number;
}

interface SpawnParams {
  readonly id: string;
  readonly src: unknown;
  readonly input?: unknown;
}

function moved(input: unknown, byMs: number): unknown {
  if (typeof input !== 'object' || input === null || !('deadlineAt' in input) || typeof input.deadlineAt !== 'number') return input;
  return { ...input, deadlineAt: input.deadlineAt + byMs };
}
