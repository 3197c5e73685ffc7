import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { InvariantError } from '../core/errors.ts';

/**
 * Refuses a machine that the durable runner could not carry out faithfully. XState itself accepts all of these: an unknown
 * delay name fires at once, an unknown action is skipped, a failed activity without `onError` kills the machine.
 * `activities` are the names that can be carried out. Throws one `InvariantError` that lists every problem.
 */
export function checkMachine(machine: AnyStateMachine, activities: Readonly<Record<string, unknown>>): void {
  const problems = machineProblems(machine, activities);
  if (problems.length > 0) throw new InvariantError(`the machine ${machine.id} cannot be run:\n  ${problems.join('\n  ')}`);
}

/** The same as a list, for a test that wants to show them. */
export function machineProblems(machine: AnyStateMachine, activities: Readonly<Record<string, unknown>>): string[] {
  return everyNode(machine.root).flatMap((node) => [
    ...delayProblems(node, machine),
    ...invokeProblems(node, activities),
    ...transitionsOf(node).flatMap((transition) => guardProblems(node, transition, machine)),
    ...actionsOf(node).flatMap((action) => actionProblems(node, action, machine)),
  ]);
}

function everyNode(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(everyNode)];
}

function delayProblems(node: AnyStateNode, machine: AnyStateMachine): string[] {
  const names = node.after.map((transition) => transition.delay).filter((delay) => typeof delay === 'string');
  return names
    .filter((name) => !Object.hasOwn(machine.implementations.delays, name))
    .map((name) => `${node.id}: the delay ${name} is unknown`);
}

function invokeProblems(node: AnyStateNode, activities: Readonly<Record<string, unknown>>): string[] {
  return node.invoke.flatMap((invoke) => {
    const problems: string[] = [];
    const src = String(invoke.src);
    if (!Object.hasOwn(activities, src)) problems.push(`${node.id}: no activity is called ${src}`);
    const failing = node.transitions.get(`xstate.error.actor.${invoke.id}`) ?? [];
    const last = failing.at(-1);
    if (last === undefined) problems.push(`${node.id}: ${src} has no onError`);
    else if (last.guard !== undefined)
      problems.push(`${node.id}: the last onError branch of ${src} is guarded, so its failure may find none`);
    return problems;
  });
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}

function actionsOf(node: AnyStateNode): unknown[] {
  return [...node.entry, ...node.exit, ...transitionsOf(node).flatMap((transition) => transition.actions)];
}

function guardProblems(node: AnyStateNode, transition: AnyTransitionDefinition, machine: AnyStateMachine): string[] {
  const name = nameOf(transition.guard);
  if (name === null || Object.hasOwn(machine.implementations.guards, name)) return [];
  return [`${node.id}: the guard ${name} is unknown`];
}

function actionProblems(node: AnyStateNode, action: unknown, machine: AnyStateMachine): string[] {
  const name = nameOf(action);
  if (name !== null && !Object.hasOwn(machine.implementations.actions, name)) return [`${node.id}: the action ${name} is unknown`];
  const body = name === null ? action : machine.implementations.actions[name];
  // XState's own actions (assign, raise, …) are functions that carry `resolve`; anything else is code with effects.
  const isBuiltIn = typeof body === 'function' && 'resolve' in body;
  return isBuiltIn ? [] : [`${node.id}: the action ${name ?? '(inline)'} runs code; an effect must be an activity`];
}

function nameOf(reference: unknown): string | null {
  if (typeof reference === 'string') return reference;
  if (typeof reference === 'object' && reference !== null && 'type' in reference) return String(reference.type);
  return null;
}
