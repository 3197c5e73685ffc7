import type { AnyMachineSnapshot, AnyStateNode } from 'xstate';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { activeStates, isOfDeciding } from '../../machines/incident/places.ts';
import type { EnteredState } from '../core/model/deadlines.ts';
import { delayName, type Describe, type JournalNote } from '../durable/describe.ts';
import type { StampedEvent } from '../durable/interpret.ts';

/** Rhythms, pauses and limits of single calls: what they lead to is no news, and they would be on every line. */
const UNTOLD = new Set([
  'TICK',
  'RETRY',
  'BUSY',
  'READ_CASE',
  'CASE_AGAIN',
  'OPEN_AGAIN',
  'ACTIVITY_LIMIT',
  'LOOK_LIMIT',
  'DIAGNOSE_LIMIT',
]);
const LONGEST = 120;

/**
 * Adds to the journal's words what each state that a step has entered waits for at most, and what follows then: the status shows that
 * of now alone. A state that goes on is told once, also by a process that goes on with the run: its deadline was set when it was entered.
 * What a line that is not written would have told stands in the next.
 */
export class DeadlineBook {
  #active: ReadonlySet<string> | null = null;
  #untold: readonly EnteredState[] = [];

  readonly describing =
    (words: Describe): Describe =>
    (event, snapshot, standard) => {
      this.#active ??= standard.event === 'run.started' ? new Set() : idsOf(snapshot);
      const entered = [...this.#untold, ...this.#entered(event, snapshot, this.#active)];
      const note = words(event, snapshot, standard);
      this.#untold = note === null ? entered : [];
      return note === null || entered.length === 0 ? note : withDeadlines(note, entered);
    };

  #entered(event: StampedEvent, snapshot: AnyMachineSnapshot, before: ReadonlySet<string>): readonly EnteredState[] {
    this.#active = idsOf(snapshot);
    const entered = activeStates(snapshot).filter((node) => !before.has(node.id) && isOfDeciding(node));
    return entered.flatMap((node) => deadlineOf(node, event, snapshot));
  }
}

function idsOf(snapshot: AnyMachineSnapshot): ReadonlySet<string> {
  return new Set(activeStates(snapshot).map(({ id }) => id));
}

function deadlineOf(node: AnyStateNode, event: StampedEvent, snapshot: AnyMachineSnapshot): readonly EnteredState[] {
  const names = [...new Set(node.after.map(({ eventType }) => eventType))].filter((type) => !UNTOLD.has(delayName(type)));
  return names.flatMap((type) => {
    // What only may follow, or leads back here, is no deadline.
    const last = node.after.findLast(({ eventType }) => eventType === type);
    const target = last?.guard === undefined ? last?.target?.[0] : undefined;
    if (target === undefined || target.id === node.id) return [];
    return [
      [
        node.path.slice(1).join('.'),
        event.at + lengthOf(delayName(type), event, snapshot),
        short(target.description ?? target.key),
      ] as const,
    ];
  });
}

function lengthOf(name: string, event: StampedEvent, { context }: AnyMachineSnapshot): number {
  const delay: unknown = (incidentMachine.implementations.delays as Readonly<Record<string, unknown>>)[name];
  return typeof delay === 'function' ? Number(delay({ context, event }, undefined)) : Number(delay);
}

/** As many of its clauses as the line bears: no sentence is cut. */
function short(words: string): string {
  const clauses = words.length <= LONGEST ? null : /^.*(?:\?(?= )|(?=[.;:] ))/s.exec(words.slice(0, LONGEST + 2));
  return clauses?.[0] ?? words;
}

function withDeadlines(note: JournalNote, entered: readonly EnteredState[]): JournalNote {
  const { data } = note;
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  return isObject || data == null ? { ...note, data: { ...(data as object | null), until: entered } } : note;
}
