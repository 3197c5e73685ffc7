import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A statechart read as a table: its states, its transitions, and the words for both. Nothing here runs a machine. */

export interface Deadline {
  readonly name: string;
  /** Milliseconds, or null when it is worked out from the document or the context. */
  readonly ms: number | null;
}

/** The node itself and all states below it, in the order of the chart. */
export function everyState(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...childrenOf(node).flatMap(everyState)];
}

export function childrenOf(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values(node.states);
}

/** Transitions that leave from this very state, eventless ones last. */
export function transitionsOf(node: AnyStateNode): readonly AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

export function transitionsBelow(node: AnyStateNode): readonly AnyTransitionDefinition[] {
  return everyState(node).flatMap(transitionsOf);
}

/** `working.runbook.capacity`; the machine's id for the root. */
export function pathOf(node: AnyStateNode): string {
  return node.path.length === 0 ? node.id : node.path.join('.');
}

export function isInside(node: AnyStateNode, outer: AnyStateNode): boolean {
  return node === outer || (node.parent !== undefined && isInside(node.parent, outer));
}

/** Names of the activities that run while this state is active. */
export function activitiesOf(node: AnyStateNode): readonly string[] {
  return node.invoke.map(({ src }) => (typeof src === 'string' ? src : '(inline)'));
}

/** The waits that end this state, with their length where it is a number. */
export function deadlinesOf(node: AnyStateNode, machine: AnyStateMachine): readonly Deadline[] {
  const delays: Readonly<Record<string, unknown>> = machine.implementations.delays;
  return node.after.map(({ delay }) => {
    const length: unknown = typeof delay === 'string' ? delays[delay] : delay;
    return { name: typeof delay === 'function' ? '(inline)' : String(delay), ms: typeof length === 'number' ? length : null };
  });
}

export function guardOf(transition: AnyTransitionDefinition): string | null {
  return transition.guard === undefined ? null : nameOf(transition.guard);
}

/** The name by which the chart refers to a guard or an action; `(inline)` for a function that has none. */
export function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return reference;
  if (typeof reference === 'object' && reference !== null && 'type' in reference) return String(reference.type);
  return '(inline)';
}

/** What a reader calls the trigger: `done`, `failed`, `after RETRY`, `HOLD`, or nothing for an eventless transition. */
export function triggerOf({ eventType }: AnyTransitionDefinition): string {
  if (eventType.startsWith('xstate.done.state.')) return 'completed';
  if (eventType.startsWith('xstate.done.actor.')) return 'done';
  if (eventType.startsWith('xstate.error.actor.')) return 'failed';
  const wait = /^xstate\.after\.(?<delay>[^.]+)\./.exec(eventType)?.groups?.['delay'];
  return wait === undefined ? eventType : `after ${wait}`;
}
