import { SECOND } from '../core/duration.ts';
import type { Command, JournalLine, RunStore } from '../ports/store.ts';
import type { VerbDeps } from './deps.ts';

/** What became of an order: the run took it and went by it, took it and refused it, ended before, or has not looked yet. */
export type Taking =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'waiting' };

export interface Left {
  readonly store: RunStore;
  readonly command: Command;
  /** Number of the newest journal line when the order was left. */
  readonly journalSeq: number;
}

const LOOK_EVERY_MS = SECOND / 4;

/** Waits until the run has taken the order, at most `seconds`; 0 looks once. */
export async function awaitTaking(left: Left, seconds: number, deps: Pick<VerbDeps, 'clock'>, signal: AbortSignal): Promise<Taking> {
  const { store, command } = left;
  const until = deps.clock.now() + seconds * SECOND;
  for (;;) {
    const record = await store.load();
    if (record?.commandsTaken.includes(command.id) === true)
      return judge(command, [...(await store.readJournal(record.runId)), ...record.pending], left.journalSeq);
    if (record?.ended != null) return { kind: 'ended' };
    if (deps.clock.now() >= until) return { kind: 'waiting' };
    await deps.clock.sleepUntil(Math.min(until, deps.clock.now() + LOOK_EVERY_MS), signal);
  }
}

/** Taking an order is not obeying it: the journal says what came of it. */
function judge({ by, event: { type } }: Command, lines: readonly JournalLine[], journalSeq: number): Taking {
  const line = lines.find(
    ({ seq, kind, event, data }) => seq > journalSeq && kind === 'command' && isOf(event, type) && fieldOf(data, 'by') === by,
  );
  if (line === undefined) return { kind: 'taken' };
  if (line.event !== type) return { kind: 'refused', why: fieldOf(line.data, 'why') ?? 'the run, as it stands, does not accept it' };
  if (type === 'APPROVE' && line.states.some((path) => ASKING.some((state) => path.endsWith(`.${state}`))))
    return { kind: 'refused', why: 'the plan was made anew meanwhile, and a yes to the old one is none to the new one' };
  return { kind: 'taken' };
}

const ASKING = ['awaitingApproval', 'awaitingOperator'];

/** `TYPE`, or `TYPE not accepted` (see `durable.ts`). */
function isOf(event: string, type: string): boolean {
  return event === type || event === `${type} not accepted`;
}

function fieldOf(data: unknown, field: string): string | null {
  const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, field) : null;
  return typeof value === 'string' ? value : null;
}
