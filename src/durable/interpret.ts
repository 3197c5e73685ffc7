import { createActor, initialTransition, transition } from 'xstate';
import type { ActorLogic, ActorSystem, AnyMachineSnapshot, AnyStateMachine, EventObject } from 'xstate';
import { InvariantError } from '../core/errors.ts';

/** What the machine asks for, as XState hands it out: pinned by `test/durable/transition-shapes.test.ts`. */
export interface MachineAction {
  readonly type: string;
  readonly params: unknown;
}

/** One step of the machine: where it is now, and what it asks for. */
export interface MachineStep {
  readonly snapshot: AnyMachineSnapshot;
  readonly actions: readonly MachineAction[];
}

/** An event as it enters the machine. Time enters through `at` and nowhere else. */
export interface StampedEvent {
  readonly type: string;
  readonly at: number;
  readonly [field: string]: unknown;
}

/** Enters the machine. Throws `InvariantError` when its context or its first actions throw. */
export function begin(machine: AnyStateMachine, input: unknown): MachineStep {
  const [snapshot, actions] = initialTransition(machine, input);
  return sound(machine, { snapshot, actions }, 'xstate.init');
}

/** The machine's answer to one event, without doing anything. Throws `InvariantError` when a guard or an assign throws. */
export function advance(machine: AnyStateMachine, before: AnyMachineSnapshot, event: StampedEvent): MachineStep {
  const [snapshot, actions] = attempt(machine, event.type, () => transition(resting(machine, before), before, event));
  return sound(machine, { snapshot, actions }, event.type);
}

/**
 * The machine's answer to what somebody outside says, or why it gives none. Never throws for what the event holds: a malformed
 * command must not kill the run, for it would still be in the inbox at the next start.
 */
export function tryCommand(
  machine: AnyStateMachine,
  before: AnyMachineSnapshot,
  event: StampedEvent,
): MachineStep | { readonly refusal: string } {
  if (event.type.startsWith('xstate.') || event.type === '*') return { refusal: 'only the runner may say that' };
  try {
    const step = advance(machine, before, event);
    const isIgnored = step.snapshot === before && step.actions.length === 0;
    return isIgnored ? { refusal: 'no state accepts it now' } : step;
  } catch (thrown) {
    return { refusal: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** A saved snapshot as the machine knows it, without starting anything. Throws `InvariantError` when it does not fit. */
export function revive(machine: AnyStateMachine, saved: unknown): AnyMachineSnapshot {
  const restored = attempt(machine, 'restore', () => createActor(machine, { snapshot: saved as AnyMachineSnapshot }).getSnapshot());
  return sound(machine, { snapshot: restored, actions: [] }, 'restore').snapshot;
}

/**
 * The snapshot as JSON can carry it. XState would walk the whole context in search of references to actors, at every step; a durable
 * run has none in it (`spawn()` is refused), so the context goes in as it is. What an activity was told stands among the owed
 * activities, and not once more below its actor, which never runs.
 */
export function persist(machine: AnyStateMachine, snapshot: AnyMachineSnapshot): unknown {
  const persisted = machine.getPersistedSnapshot({ ...snapshot, context: {} } as AnyMachineSnapshot) as unknown as Persisted;
  const children = Object.entries(persisted.children).map(([id, { snapshot: of, ...child }]) => [id, { ...child, snapshot: untold(of) }]);
  return { ...persisted, children: Object.fromEntries(children) as unknown, context: snapshot.context as unknown };
}

interface Persisted {
  readonly children: Readonly<Record<string, { readonly snapshot: object }>>;
}

function untold(snapshot: object): object {
  return Object.fromEntries(Object.entries(snapshot).filter(([field]) => field !== 'input'));
}

/**
 * The machine as logic that is already at `before`. `transition()` builds a scratch actor on each call; given the bare machine, that
 * one computes the initial state anew, with the context factory and without input. This spares it (six times faster).
 */
function resting(
  machine: AnyStateMachine,
  before: AnyMachineSnapshot,
): ActorLogic<AnyMachineSnapshot, EventObject, unknown, ActorSystem<never>, EventObject> {
  return {
    transition: (snapshot, event, scope) => machine.transition(snapshot, event as never, scope as never),
    getInitialSnapshot: () => before,
    getPersistedSnapshot: () => before,
  };
}

function attempt<T>(machine: AnyStateMachine, what: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new InvariantError(`${machine.id} threw at ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function sound(machine: AnyStateMachine, step: MachineStep, what: string): MachineStep {
  if (step.snapshot.status !== 'error') return step;
  const cause: unknown = step.snapshot.error;
  const why = cause instanceof Error ? cause.message : JSON.stringify(cause);
  throw new InvariantError(`${machine.id} failed at ${what}: ${why}`, { cause });
}
