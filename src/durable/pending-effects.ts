import { defined } from '../core/defined.ts';
import { MINUTE } from '../core/duration.ts';
import { InvariantError, plainError } from '../core/errors.ts';
import type { PlainError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { PendingActivity, PendingTimer } from '../ports/store.ts';
import { delayName } from './describe.ts';
import type { MachineAction, StampedEvent } from './interpret.ts';

/** What an activity learns beside its input. `key` is the same at every repetition; `signal` is aborted when its state is left. */
interface ActivityCall {
  readonly key: string;
  /** It was pending before this process began: an earlier one may have done it, wholly or in part. */
  readonly repeated: boolean;
  readonly signal: AbortSignal;
}

/** Carries out one kind of work. May be called twice for the same key. `never` lets a map of differently typed functions in. */
export type Activity = (input: never, call: ActivityCall) => Promise<unknown>;

/** A timer that is due or an answer; it waits for its turn. */
export type Completion =
  | { readonly kind: 'timer'; readonly effect: TimerEffect }
  | { readonly kind: 'answer'; readonly effect: ActivityEffect; readonly outcome: ActivityOutcome };

type ActivityOutcome = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: PlainError };

/** What the machine hears of an answer: XState's own event, with the name of the activity. */
export function answerEvent({ effect, outcome }: Extract<Completion, { kind: 'answer' }>, at: number): StampedEvent {
  const { id, src } = effect.activity;
  const answered = { actorId: id, src, at };
  return outcome.ok
    ? { type: `xstate.done.actor.${id}`, output: outcome.output, ...answered }
    : { type: `xstate.error.actor.${id}`, error: outcome.error, ...answered };
}

export interface TimerEffect {
  readonly timer: PendingTimer;
  /** null until it is released. */
  running: AbortController | null;
}

export interface ActivityEffect {
  readonly activity: PendingActivity;
  readonly restored: boolean;
  running: AbortController | null;
}

export interface PendingEffectsOptions {
  readonly runId: string;
  readonly clock: Clock;
  readonly activities: Readonly<Record<string, Activity>>;
  readonly arrive: (completion: Completion) => void;
}

/** What becomes of pending effects when time is given back; by name of the delay, or of the activity. */
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
const CANCELLED = new Error('no longer pending');

/**
 * Timers and activities that the machine has asked for and that are not yet carried out. Nothing is released before `release()`,
 * which the runner calls when the effects are saved; an effect is struck off by `complete()`, in the step that saves its consequence.
 */
export class PendingEffects {
  readonly #options: PendingEffectsOptions;
  readonly #timers = new Map<string, TimerEffect>();
  readonly #activities = new Map<string, ActivityEffect>();

  constructor(options: PendingEffectsOptions) {
    this.#options = options;
  }

  timers(): PendingTimer[] {
    return Array.from(this.#timers.values(), (effect) => effect.timer);
  }

  activities(): PendingActivity[] {
    return Array.from(this.#activities.values(), (effect) => effect.activity);
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

  restore(timers: readonly PendingTimer[], activities: readonly PendingActivity[]): void {
    for (const timer of timers) this.#timers.set(timer.id, { timer, running: null });
    for (const activity of activities) this.#activities.set(activity.id, { activity, restored: true, running: null });
  }

  /** Books what a step asked for. Throws `InvariantError` at what a durable run cannot do. */
  schedule(actions: readonly MachineAction[], seq: number, at: number): void {
    for (const action of actions) this.#scheduleOne(action, seq, at);
  }

  #scheduleOne(action: MachineAction, seq: number, at: number): void {
    switch (action.type) {
      case 'xstate.raise':
        return this.#addTimer(action.params as RaiseParams, seq, at);
      case 'xstate.cancel':
        return this.#cancelTimer((action.params as { sendId: string }).sendId);
      case 'xstate.spawnChild':
        return this.#addActivity(action.params as SpawnParams, seq);
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

  #addTimer({ event, id, delay }: RaiseParams, seq: number, at: number): void {
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
    this.#timers.get(id)?.running?.abort(CANCELLED);
    this.#timers.delete(id);
  }

  #addActivity({ id, src, input }: SpawnParams, seq: number): void {
    if (typeof src !== 'string' || !Object.hasOwn(this.#options.activities, src))
      throw new InvariantError(`${id}: no activity is called ${String(src)}`);
    if (this.#activities.has(id)) throw new InvariantError(`two activities at once are called ${id}`);
    const activity = { id, src, input: input ?? {}, key: `${this.#options.runId}/${seq}/${id}` };
    this.#activities.set(id, { activity, restored: false, running: null });
  }

  #stopActivity(id: string | undefined): void {
    if (id === undefined) return;
    this.#activities.get(id)?.running?.abort(CANCELLED);
    this.#activities.delete(id);
  }

  /**
   * Gives the time back in which nobody looked (negative: the clock was set back). Timers wait as much longer; one that lapsed meanwhile
   * leaves room for a look first. What is read again gets a new call under its old key, and its `deadlineAt` is moved as well.
   * Whatever had come true meanwhile and was not taken up is void: it is scheduled anew.
   */
  shift(awayMs: number, now: number, { byTheWorld = [], atOnce = [], readAgain = [] }: AwayRules): void {
    for (const [id, effect] of this.#timers) {
      const { timer } = effect;
      const name = delayName(timer.event.type);
      if (byTheWorld.includes(name)) continue;
      const lapsed = awayMs > 0 && timer.dueAt <= now;
      const later = Math.max(timer.dueAt + awayMs, lapsed ? now + LOOK_FIRST_MS : now);
      effect.running?.abort(CANCELLED);
      this.#timers.set(id, { timer: { ...timer, dueAt: atOnce.includes(name) ? now : later }, running: null });
    }
    for (const [id, effect] of this.#activities) {
      if (!readAgain.includes(effect.activity.src)) continue;
      effect.running?.abort(CANCELLED);
      this.#activities.set(id, {
        activity: { ...effect.activity, input: moved(effect.activity.input, awayMs) },
        restored: true,
        running: null,
      });
    }
  }

  /** Lets loose whatever is booked and not yet running: timers in the order in which they are due, then activities. */
  release(): void {
    const waiting = [...this.#timers.values()].filter((effect) => effect.running === null);
    for (const effect of waiting.sort((one, other) => one.timer.dueAt - other.timer.dueAt)) this.#arm(effect);
    for (const effect of this.#activities.values()) if (effect.running === null) this.#carryOut(effect);
  }

  #arm(effect: TimerEffect): void {
    effect.running = new AbortController();
    const due = this.#options.clock.sleepUntil(effect.timer.dueAt, effect.running.signal);
    // A sleep ends early only when it is cancelled: then nobody waits for it.
    due.then(
      () => this.#options.arrive({ kind: 'timer', effect }),
      () => {},
    );
  }

  #carryOut(effect: ActivityEffect): void {
    effect.running = new AbortController();
    const { src, input, key } = effect.activity;
    const call: ActivityCall = { key, repeated: effect.restored, signal: effect.running.signal };
    const arrive = (outcome: ActivityOutcome) => this.#options.arrive({ kind: 'answer', effect, outcome });
    const answer = (async () => defined(this.#options.activities[src])(input as never, call))();
    answer.then(
      (output) => arrive({ ok: true, output: output ?? null }),
      (thrown: unknown) => arrive({ ok: false, error: plainError(thrown) }),
    );
  }

  /** Strikes off what has come true. False when it was cancelled while it waited for its turn. */
  complete(completion: Completion): boolean {
    if (completion.kind === 'timer') {
      const { id } = completion.effect.timer;
      return this.#timers.get(id) === completion.effect && this.#timers.delete(id);
    }
    const { id } = completion.effect.activity;
    return this.#activities.get(id) === completion.effect && this.#activities.delete(id);
  }

  /** Stops everything that runs here; the effects stay in the record. */
  abandon(reason: Error): void {
    for (const effect of [...this.#timers.values(), ...this.#activities.values()]) effect.running?.abort(reason);
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
