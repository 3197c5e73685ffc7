import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { RunRecord } from '../ports/store.ts';
import { delayName } from './describe.ts';

/** What of a record says where its machine stood and what it waited for. */
export type Standing = Pick<RunRecord, 'snapshot' | 'timers' | 'activities'>;

/**
 * Whether another version of a machine can go on where a record was saved: what the record stands on, or waits for, and the
 * machine does not have, in words; empty: it can. Asked in both directions, because XState restores without a word what does not
 * fit: an active state must exist and be of the same kind, what is pending must lead somewhere from an active state, and an active
 * state must not wait for a timer or an activity that nobody owes. What else has changed in the machine is no matter. Pure.
 */
export function missingFor({ snapshot, timers, activities }: Standing, machine: AnyStateMachine): readonly string[] {
  const { value } = snapshot as { readonly value: unknown };
  const faults: string[] = [];
  const active: AnyStateNode[] = [];
  enter(machine.root, value, active, faults);
  if (faults.length > 0) return faults;
  return [
    ...timers
      .filter(({ event }) => !active.some((node) => node.transitions.has(event.type)))
      .map(({ event }) => `the timer ${delayName(event.type)} leads nowhere`),
    ...activities
      .filter(({ id, src }) => !active.some((node) => node.invoke.some((invoke) => invoke.id === id && invoke.src === src)))
      .map(({ id, src }) => `the activity ${src} (${id}) is nobody's`),
    ...active.flatMap((node) => unowed(node, { timers, activities })),
  ];
}

function enter(node: AnyStateNode, value: unknown, active: AnyStateNode[], faults: string[]): void {
  active.push(node);
  const wanted = Object.entries(typeof value === 'string' ? { [value]: undefined } : ((value ?? {}) as Readonly<Record<string, unknown>>));
  const expected = node.type === 'parallel' ? Object.keys(node.states).length : node.type === 'compound' ? 1 : 0;
  for (const [key, below] of wanted) {
    const child = node.states[key];
    if (child === undefined) faults.push(`there is no state ${path(node, key)}`);
    else enter(child, below, active, faults);
  }
  if (faults.length === 0 && wanted.length !== expected) faults.push(`the state ${path(node)} is of another kind`);
}

/** What an active state would wait for, and never get. */
function unowed(node: AnyStateNode, { timers, activities }: Pick<Standing, 'timers' | 'activities'>): readonly string[] {
  return [
    ...[...new Set(node.after.map(({ eventType }) => eventType))]
      .filter((type) => alwaysLeaves(node, type))
      .filter((type) => !timers.some(({ event }) => event.type === type))
      .map((type) => `the state ${path(node)} waits for a timer ${delayName(type)} that was never set`),
    ...node.invoke
      .filter(({ id }) => !activities.some((activity) => activity.id === id))
      .map(({ src }) => `the state ${path(node)} waits for an activity ${String(src)} that was never begun`),
  ];
}

/** A timer that has fired here is no longer pending where a guard may have refused it, or any of its ways leaves nothing (a hold). */
function alwaysLeaves(node: AnyStateNode, type: string): boolean {
  const ways = node.transitions.get(type) ?? [];
  return ways.at(-1)?.guard === undefined && ways.length > 0 && ways.every(({ target }) => target !== undefined);
}

function path(node: AnyStateNode, child?: string): string {
  return [...node.path, ...(child === undefined ? [] : [child])].join('.') || node.key;
}
