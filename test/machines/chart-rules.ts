import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { childrenOf, deadlinesOf, everyState, nameOf, pathOf, transitionsOf } from '../../machines/outline.ts';

const TAGS = new Set(['observing', 'mutating', 'waiting', 'operator', 'deciding', 'telling']);

/**
 * What a chart owes its readers and its runner, beyond what the runner checks at start (`src/durable/check-machine.ts`).
 * `reasons` names the waiting states whose end lies elsewhere in a way that no name can say, with the reason.
 * Answers one line per fault: `working.runbook.capacity: …`.
 */
export function chartFaults(machine: AnyStateMachine, reasons: Readonly<Record<string, string>>): readonly string[] {
  return everyState(machine.root)
    .slice(1)
    .flatMap((node) =>
      [
        ...wordFaults(node),
        ...mutationFaults(node),
        ...activityFaults(node),
        ...waitFaults(node, machine, reasons),
        ...inlineFaults(node),
      ].map((fault) => `${pathOf(node)}: ${fault}`),
    );
}

/** Names in `reasons` that are needed no more. */
export function needlessReasons(machine: AnyStateMachine, reasons: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(reasons).filter((path) => {
    const node = everyState(machine.root).find((state) => pathOf(state) === path);
    return node === undefined || waitFaults(node, machine, {}).length === 0;
  });
}

function wordFaults(node: AnyStateNode): readonly string[] {
  const faults: string[] = [];
  if (node.description === undefined) faults.push('has no description');
  if (!isResting(node)) return faults;
  if (node.tags.length === 0) faults.push(`has no tag; give it one of ${[...TAGS].join(', ')}`);
  for (const tag of node.tags) if (!TAGS.has(tag)) faults.push(`the tag ${tag} is not one of ${[...TAGS].join(', ')}`);
  if (metaOf(node, 'owner') === null) faults.push('meta.owner does not say who must act for it to be left');
  return faults;
}

function mutationFaults(node: AnyStateNode): readonly string[] {
  if (!node.tags.includes('mutating')) return [];
  const faults: string[] = [];
  if (metaOf(node, 'rollback') === null) faults.push('writes, and meta.rollback does not say how that is undone');
  if (node.invoke.length === 0) faults.push('is tagged mutating and runs no activity');
  if (node.after.length === 0) faults.push('writes without a deadline: a mutating state has three exits, done, failed and after');
  return faults;
}

/** An activity that never answers must not keep the run for ever. */
function activityFaults(node: AnyStateNode): readonly string[] {
  if (node.invoke.length === 0) return [];
  const ends = node.invoke.flatMap(({ id, src }) =>
    ['done', 'error']
      .filter((answer) => !node.transitions.has(`xstate.${answer}.actor.${id}`))
      .map((answer) => `${nameOf(src)}: nothing follows ${answer}`),
  );
  return node.after.length === 0 ? [...ends, 'runs an activity without a deadline (after)'] : ends;
}

/** `meta.deadline` must name a deadline that exists: an `after` of a parent, or a state elsewhere (`operator.held`) that has one. */
function waitFaults(node: AnyStateNode, machine: AnyStateMachine, reasons: Readonly<Record<string, string>>): readonly string[] {
  if (!node.tags.includes('waiting') || node.after.length > 0 || Object.hasOwn(reasons, pathOf(node))) return [];
  const stated = metaOf(node, 'deadline');
  if (stated === null) return ['waits without a deadline: add after, or name the deadline in meta.deadline'];
  const above = ancestorsOf(node).flatMap((parent) => deadlinesOf(parent, machine).map(({ name }) => name));
  const elsewhere = everyState(machine.root).some((state) => pathOf(state).endsWith(`.${stated}`) && state.after.length > 0);
  return above.includes(stated) || elsewhere
    ? []
    : [`meta.deadline says "${stated}", but no parent has such an after and no such state has one`];
}

/** A function in the chart would be lost in every picture and export, and is not among the names that a record can hold. */
function inlineFaults(node: AnyStateNode): readonly string[] {
  const guards = transitionsOf(node).flatMap(({ guard }) => (guard === undefined ? [] : [guard]));
  const actions = [...node.entry, ...node.exit, ...transitionsOf(node).flatMap((transition) => transition.actions)];
  return [
    ...guards.filter(isInline).map(() => 'has a guard without a name; put it into guards'),
    ...actions.filter(isInline).map(() => 'has an action without a name; put it into the setup'),
    ...node.after.filter(({ delay }) => typeof delay !== 'string').map(() => 'has a deadline without a name; put it into delays'),
  ];
}

function isInline(reference: unknown): boolean {
  // XState adds its own unnamed raise and cancel for `after`; their parts say which.
  if (typeof reference === 'function' && 'type' in reference) return !['xstate.raise', 'xstate.cancel'].includes(String(reference.type));
  return nameOf(reference) === '(inline)';
}

function isResting(node: AnyStateNode): boolean {
  return childrenOf(node).length === 0 && node.type !== 'final' && node.type !== 'history';
}

function ancestorsOf(node: AnyStateNode): readonly AnyStateNode[] {
  return node.parent === undefined ? [] : [node.parent, ...ancestorsOf(node.parent)];
}

function metaOf(node: AnyStateNode, field: string): string | null {
  const meta: unknown = node.meta;
  const value: unknown = typeof meta === 'object' && meta !== null && field in meta ? Reflect.get(meta, field) : null;
  return typeof value === 'string' ? value : null;
}
