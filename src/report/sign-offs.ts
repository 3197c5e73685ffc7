import { SIGN_OFF } from '../core/sign-off.ts';
import type { Command, JournalLine } from '../ports/store.ts';

/** What a person has signed: that the run's end, or its handing over, is accepted or not. */
export interface SignOff {
  readonly at: number;
  /** As they call themselves; the store does not tell who wrote into it. */
  readonly by: string;
  readonly decision: 'accepted' | 'rejected';
  readonly note: string;
  /** `false`: it lies in the inbox of a run that has not taken it into its journal. */
  readonly taken?: false;
}

/** Oldest first; those that still wait in the inbox last. */
export function signOffsOf(lines: readonly JournalLine[], inbox: readonly Command[] = []): readonly SignOff[] {
  const kept = lines.flatMap(({ event, at, data }) => (event === SIGN_OFF ? read(at, data) : []));
  const waiting = inbox.flatMap(({ event, at }) => (event.type === SIGN_OFF ? read(at, event) : []));
  const isKept = (one: SignOff): boolean =>
    kept.some(({ by, note, decision }) => by === one.by && note === one.note && decision === one.decision);
  return [...kept, ...waiting.filter((one) => !isKept(one)).map((one) => ({ ...one, taken: false as const }))];
}

function read(at: number, data: unknown): readonly SignOff[] {
  if (typeof data !== 'object' || data === null) return [];
  const { name, decision, note } = data as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || (decision !== 'accepted' && decision !== 'rejected')) return [];
  return [{ at, by: name, decision, note: typeof note === 'string' ? note : '' }];
}
