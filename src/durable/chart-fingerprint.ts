import { createHash } from 'node:crypto';
import type { AnyStateMachine, AnyStateNode } from 'xstate';

/**
 * What a saved snapshot depends on: the tree of states, their activities and the events they accept; not the functions
 * behind the names. XState restores a snapshot that does not fit without a word (an activity that was renamed while it was
 * in flight is dropped, and the run hangs), so the record carries this and the runner compares.
 */
export function fingerprintOf(machine: AnyStateMachine): string {
  return createHash('sha256')
    .update(JSON.stringify(outline(machine.root)))
    .digest('hex')
    .slice(0, 16);
}

function outline(node: AnyStateNode): unknown {
  const invoked = node.invoke.map((invoke) => [invoke.id, invoke.src]);
  return [node.key, node.type, node.history, invoked, [...node.transitions.keys()], Object.values(node.states).map(outline)];
}
