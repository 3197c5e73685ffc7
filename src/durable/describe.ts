import type { AnyMachineSnapshot, StateValue } from 'xstate';
import type { Command, JournalLine, PendingActivity, PendingTimer } from '../ports/store.ts';
import type { StampedEvent } from './interpret.ts';

/** What the journal says about one step. */
export interface JournalNote {
  readonly kind: Exclude<JournalLine['kind'], 'claim'>;
  readonly event: string;
  readonly data: unknown;
}

/** What made the machine take a step. */
export type Cause =
  | { readonly kind: 'start'; readonly input: unknown }
  | { readonly kind: 'timer'; readonly timer: PendingTimer }
  | { readonly kind: 'answer'; readonly activity: PendingActivity; readonly ok: boolean }
  | { readonly kind: 'command'; readonly command: Command };

/**
 * The journal's words for a step; the report relies on them: `run.started` (data: input), `SRC.done` (data: output),
 * `SRC.failed` (data: PlainError), `timer.DELAYNAME`, and a command by its own type (data: the rest of it and who sent it).
 */
function describeStep(cause: Cause, event: StampedEvent): JournalNote {
  switch (cause.kind) {
    case 'start':
      return { kind: 'decision', event: 'run.started', data: cause.input };
    case 'timer':
      return { kind: 'decision', event: `timer.${delayName(cause.timer.event.type)}`, data: { dueAt: cause.timer.dueAt } };
    case 'answer':
      return cause.ok
        ? { kind: 'decision', event: `${cause.activity.src}.done`, data: event['output'] }
        : { kind: 'decision', event: `${cause.activity.src}.failed`, data: event['error'] };
    case 'command': {
      const { type, at: _at, ...rest } = event;
      return { kind: 'command', event: type, data: rest };
    }
  }
}

export type Describe = (event: StampedEvent, snapshot: AnyMachineSnapshot, standard: JournalNote) => JournalNote | null;

/** The step in the machine's own words; in the standard ones where those fail, with a warning. */
export function describedBy(
  words: Describe | undefined,
  step: { readonly cause: Cause; readonly event: StampedEvent; readonly snapshot: AnyMachineSnapshot },
  warn: (message: string, cause: unknown) => void,
): JournalNote | null {
  const standard = describeStep(step.cause, step.event);
  try {
    return words === undefined ? standard : words(step.event, step.snapshot, standard);
  } catch (cause) {
    warn(`the step ${standard.event} could not be described`, cause);
    return standard;
  }
}

/** `xstate.after.SOAK.incident.soaking` → `SOAK`; the event's own name for a delayed raise. */
export function delayName(eventType: string): string {
  const after = /^xstate\.after\.([^.]+)\./.exec(eventType);
  return after?.[1] ?? eventType;
}

/** Where the machine is, as dotted paths of its innermost states: `runbook.services.deploying`. */
export function leafStates(snapshot: AnyMachineSnapshot): readonly string[] {
  const leaves: string[] = [];
  collect(snapshot.value, '', leaves);
  return leaves;
}

function collect(value: StateValue, path: string, leaves: string[]): void {
  if (typeof value === 'string') return void leaves.push(path === '' ? value : `${path}.${value}`);
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (inner === undefined || (typeof inner === 'object' && Object.keys(inner).length === 0)) leaves.push(here);
    else collect(inner, here, leaves);
  }
}
