import { getNextTransitions, initialTransition, transition } from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { everyState, guardOf, pathOf, transitionsBelow, triggerOf } from '../../machines/outline.ts';

export interface WalkEvent {
  readonly type: string;
  readonly at: number;
  readonly [field: string]: unknown;
}

export interface WalkPlan {
  readonly input: unknown;
  readonly startedAt: number;
  /** Between one event and the next. */
  readonly stepMs: number;
  /** What could come next, given the event types that the state accepts; without `at`. */
  readonly eventsFor: (snapshot: AnyMachineSnapshot, accepted: readonly string[]) => readonly Readonly<Record<string, unknown>>[];
  /** Equal for situations that need not be told apart. */
  readonly keyOf: (snapshot: AnyMachineSnapshot) => string;
  /** Coarser than `keyOf`: of all situations waiting, one of the kind that was gone on from least is next. */
  readonly kindOf: (snapshot: AnyMachineSnapshot) => string;
  /** Called once for each situation, with what its last event asked for. Answers faults. */
  readonly inspect: (
    snapshot: AnyMachineSnapshot,
    actions: readonly { readonly type: string; readonly params: unknown }[],
  ) => readonly string[];
  readonly mostEvents: number;
  /** Only these transitions are still looked for; absent: all. */
  readonly wanted?: readonly string[];
  /** Only these states are still to be entered; absent: all. */
  readonly wantedStates?: readonly string[];
}

export interface Walk {
  /** Transitions of the chart that were never taken: `working.operator.held | RESUME -> working.operator.active`. */
  readonly missing: readonly string[];
  readonly neverEntered: readonly string[];
  readonly faults: readonly string[];
  readonly situations: number;
  readonly events: number;
}

interface Stop {
  readonly snapshot: AnyMachineSnapshot;
  readonly at: number;
}

/**
 * Walks over (situation, event) with the pure `transition()`, rarest kind of situation first, and notes every transition the
 * machine takes, raised and eventless ones included. Ends when every transition has been taken and every state entered, or after
 * `mostEvents`. The same chart and samples give the same walk.
 */
export function walk(machine: AnyStateMachine, plan: WalkPlan): Walk {
  const wanted = transitionsBelow(machine.root).filter((known) => plan.wanted?.includes(wordsOf(known)) ?? true);
  const missing = new Map(wanted.map((known) => [known, wordsOf(known)]));
  const unseen = new Set(plan.wantedStates ?? everyState(machine.root).map(pathOf));
  const situations = new Set<string>();
  const faults = new Set<string>();
  const frontier = new Frontier();
  let events = 0;

  const arrive = ({ snapshot, actions, taken }: Step, at: number): void => {
    for (const each of taken) {
      missing.delete(each);
      unseen.delete(pathOf(each.source));
    }
    for (const node of snapshot._nodes) unseen.delete(pathOf(node));
    const key = plan.keyOf(snapshot);
    if (situations.has(key)) return;
    situations.add(key);
    for (const fault of plan.inspect(snapshot, actions)) faults.add(fault);
    if (snapshot.status === 'active') frontier.add(plan.kindOf(snapshot), { snapshot, at });
  };

  arrive(
    observed(machine, (logic) => initialTransition(logic, plan.input as never)),
    plan.startedAt,
  );
  const isDone = (): boolean => (missing.size === 0 && unseen.size === 0) || events >= plan.mostEvents;
  for (let stop = frontier.next(); stop !== undefined && !isDone(); stop = frontier.next()) {
    const { snapshot } = stop;
    const at = stop.at + plan.stepMs;
    const accepted = [...new Set(getNextTransitions(snapshot).map(({ eventType }) => eventType))].filter((type) => type !== '');
    for (const event of plan.eventsFor(snapshot, accepted)) {
      events++;
      arrive(
        observed(machine, (logic) => transition(logic, snapshot as never, { ...event, at } as never), snapshot),
        at,
      );
    }
  }
  return { missing: [...missing.values()], neverEntered: [...unseen], faults: [...faults], situations: situations.size, events };
}

/** What one event makes the machine take from a situation, eventless ways included, in the words of `Walk.missing`. */
export function waysTaken(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, event: WalkEvent): readonly string[] {
  return observed(machine, (logic) => transition(logic, snapshot as never, event as never), snapshot).taken.map(wordsOf);
}

/** The same at the very beginning of a run. */
export function waysBegun(machine: AnyStateMachine, input: unknown): readonly string[] {
  return observed(machine, (logic) => initialTransition(logic, input as never)).taken.map(wordsOf);
}

class Frontier {
  readonly #waiting = new Map<string, Stop[]>();
  readonly #goneOn = new Map<string, number>();

  add(kind: string, stop: Stop): void {
    const waiting = this.#waiting.get(kind);
    if (waiting === undefined) this.#waiting.set(kind, [stop]);
    else waiting.push(stop);
  }

  next(): Stop | undefined {
    let rarest: string | undefined;
    for (const [kind, waiting] of this.#waiting)
      if (waiting.length > 0 && (rarest === undefined || this.#count(kind) < this.#count(rarest))) rarest = kind;
    if (rarest === undefined) return undefined;
    this.#goneOn.set(rarest, this.#count(rarest) + 1);
    // Oldest and newest by turns: wide first, but what lies deep is not left for the end.
    const waiting = this.#waiting.get(rarest)!;
    return this.#count(rarest) % 2 === 0 ? waiting.shift() : waiting.pop();
  }

  #count(kind: string): number {
    return this.#goneOn.get(kind) ?? 0;
  }
}

interface Step {
  readonly snapshot: AnyMachineSnapshot;
  readonly actions: readonly { type: string; params: unknown }[];
  readonly taken: readonly AnyTransitionDefinition[];
}

/** One pure step, with the transitions it took: XState tells them to whoever inspects the system it computes in. */
function observed(
  machine: AnyStateMachine,
  step: (logic: AnyStateMachine) => readonly [unknown, readonly unknown[]],
  before?: AnyMachineSnapshot,
): Step {
  const taken: AnyTransitionDefinition[] = [];
  const listening = <Scope>(scope: Scope): Scope => {
    (
      scope as { system: { inspect: (heard: (event: { type: string; _transitions?: AnyTransitionDefinition[] }) => void) => void } }
    ).system.inspect((event) => {
      if (event.type === '@xstate.microstep') taken.push(...(event._transitions ?? []));
    });
    return scope;
  };
  const logic = {
    transition: (snapshot: AnyMachineSnapshot, event: never, scope: never) => machine.transition(snapshot, event, listening(scope)),
    getInitialSnapshot: (scope: never, input: unknown) => before ?? machine.getInitialSnapshot(listening(scope), input as never),
    getPersistedSnapshot: () => before,
  };
  const [snapshot, actions] = step(logic as never);
  return { snapshot: snapshot as AnyMachineSnapshot, actions: actions as Step['actions'], taken };
}

function wordsOf(known: AnyTransitionDefinition): string {
  const guard = guardOf(known);
  const targets = known.target?.map(pathOf).join(', ') ?? '(stays)';
  return `${pathOf(known.source)} | ${triggerOf(known) || 'always'}${guard === null ? '' : ` [${guard}]`} -> ${targets}`;
}
