import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { Clock } from '../ports/clock.ts';
import type { Begun, EarlierRun, JournalLine, LeaseOwner, PendingActivity, PendingTimer, RunRecord, RunStore } from '../ports/store.ts';
import type { Describe } from './describe.ts';
import type { Fence } from './fence.ts';
import type { StampedEvent } from './interpret.ts';
import type { Activity, AwayRules } from './pending-effects.ts';

export interface RunOptions {
  /** Any XState v5 machine that `checkMachine` accepts; it is interpreted, never started. */
  readonly machine: AnyStateMachine;
  /** Version of what the machine's context means; a record of another one is refused unless `takeOver` takes it over. */
  readonly version: string;
  /** Version and build of the program, noted in each record. */
  readonly program?: string;
  /** How it was begun, noted in each record; missing: as the record says. */
  readonly begun?: Begun;
  readonly runId: string;
  readonly specHash: string;
  readonly input: unknown;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly owner: LeaseOwner;
  readonly activities: Readonly<Record<string, Activity>>;
  /** Default 60 s. */
  readonly leaseTtlMs?: number;
  /** Default 5 s. Infinity: only `nudge` looks. */
  readonly inboxEveryMs?: number;
  /**
   * The journal's words for a step: `standard` is what would be written (see `describeStep`); null writes no line.
   * An answer's event carries `src` beside XState's own fields.
   */
  readonly describe?: Describe;
  /** Whether what lies in the inbox is an order at all, or a note for the journal alone; missing: whatever the machine accepts. */
  readonly readCommand?: (
    event: StampedEvent,
  ) => { readonly order: StampedEvent } | { readonly note: InboxNote } | { readonly refusal: string };
  /** Why the machine, standing as it does, hears this order and does not go by it; null: it does. Missing: it goes by all that it hears. */
  readonly refuses?: (snapshot: AnyMachineSnapshot, order: StampedEvent) => string | null;
  /**
   * Why the machine, standing as it does, allows no change of this kind any more; null: it does. Asked at the instant of a write,
   * which may have been prepared before the machine came to stand there. Without it every change is allowed that is asked for.
   */
  readonly forbids?: (snapshot: AnyMachineSnapshot, kind: string) => string | null;
  /** After each save, when its effects have been released; awaited before the next step. What it throws is a warning. */
  readonly onSaved?: (saved: SavedStep) => void | Promise<void>;
  /** What this run's records remember of the earlier runs of the target, given the last record of the one before. */
  readonly remember?: (ended: RunRecord) => readonly EarlierRun[];
  /**
   * How a run goes on whose record does not fit this machine: it begins anew, with an input that holds what it has done, and hears
   * `said` before anything is let loose. null: it cannot. `because` is what has changed since; `orders` are the types of what humans
   * have left for it.
   */
  readonly takeOver?: (record: RunRecord, because: 'document' | 'machine', orders: readonly string[]) => Takeover | null;
  /**
   * When nobody has looked for more than two minutes (killed, stopped, frozen, the clock was set) timers are given that time back
   * and the machine hears `TIME.AWAY {awayMs, at}` in the same save, before anything that lapsed meanwhile. This says what is not moved. Without it deadlines are absolute: what is overdue fires at once.
   */
  readonly away?: AwayRules;
  readonly onWarning?: (message: string, cause: unknown) => void;
}

/** What a person leaves for the journal: the machine does not hear it, and nothing is decided by it. */
export interface InboxNote {
  readonly event: string;
  readonly data: unknown;
}

interface Takeover {
  readonly input: unknown;
  readonly said: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[];
}

export interface SavedStep {
  readonly snapshot: AnyMachineSnapshot;
  /** Lines that this save decided. */
  readonly lines: readonly JournalLine[];
  readonly seq: number;
  readonly timers: readonly PendingTimer[];
  readonly activities: readonly PendingActivity[];
}

export interface RunEnd {
  /** The machine's own outcome, or `stopped`: then the record stays resumable. */
  readonly outcome: string;
  /** Why it was stopped; null when the machine ended by itself. */
  readonly reason: string | null;
  readonly snapshot: AnyMachineSnapshot;
}

export interface Run {
  /**
   * Rejects with `UserError` (lease held elsewhere: exit code 75; record of another document or machine), `FencedError` (somebody
   * else is the writer now), `TransientError` (the store stayed away), `InvariantError` (a bug; the record is as it was).
   */
  readonly done: Promise<RunEnd>;
  /** Ends the run gracefully after the step at hand; resolves when it has ended, however. */
  stop(reason: string): Promise<void>;
  /** Looks into the inbox now; resolves when what was found stands in line. */
  nudge(): Promise<void>;
  /** Writes a line into the journal that is no step: something that the process noticed of itself. Lost when the run ends first. */
  note(event: string, data: unknown): void;
  readonly fence: Fence;
  /** What it waits for, for people. */
  awaiting(): readonly string[];
}
