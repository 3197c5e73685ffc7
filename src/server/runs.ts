import type { Place } from '../core/commands.ts';
import type { JournalLine } from '../ports/store.ts';
import type { Told } from '../report/documents/story.ts';

/** Where a run stands, for a column and a label: how it has ended, or one of three words of a run that has not. */
type Standing = 'at-work' | 'needs-human' | 'stopped' | (string & {});

/** A run in one row. Instants are epoch milliseconds, null: not known. */
export interface ShownRun {
  readonly runId: string;
  readonly target: string;
  readonly rehearsal: { readonly scenario: string; readonly seed: number | null } | null;
  readonly standing: Standing;
  /** The same in words, with what it rests on. */
  readonly words: string;
  readonly hasEnded: boolean;
  /** A person is asked, or holds it; null: it has not said. */
  readonly needsHuman: boolean | null;
  /** Whether a process holds it; null: that cannot be told. */
  readonly driven: boolean | null;
  /** The newest run of its target. */
  readonly isNewest: boolean;
  readonly startedAt: number | null;
  readonly lastWordAt: number | null;
}

/** One way to answer a run. */
export interface ShownAnswer {
  /** As the inbox names it: `APPROVE`. */
  readonly order: string;
  /** As it can be pasted into a shell. */
  readonly command: string;
  /** What it would do here. */
  readonly does: string;
}

/** One phase of the runbook, in its order. */
export interface ShownPhase {
  readonly name: string;
  readonly state: 'been' | 'here' | 'ahead' | 'passed-over';
}

/** One run with all that is known of it. */
export interface ToldRun {
  readonly run: ShownRun;
  readonly told: Told;
  /** Where the commands about it act. */
  readonly place: Place;
  /** What `status` says of a run that has not ended; empty for one that has. */
  readonly status: readonly string[];
  /** Where it has been, where it is, what lies ahead. */
  readonly rail: readonly ShownPhase[];
  /** What it would take as an answer now, to what it asks or to a hold. */
  readonly answers: readonly ShownAnswer[];
  /** Orders that lie in its inbox and were not taken yet, in words. */
  readonly waiting: readonly string[];
  /** The present by the clock that the run follows; null: that clock cannot be asked. */
  readonly now: number | null;
  /** Whether that clock goes as every other: it is no simulator's. */
  readonly isRealTime: boolean;
}

/** The runs of a store, by reading alone. Throws what the store throws. */
export interface Runs {
  /** Newest first. */
  list(): Promise<readonly ShownRun[]>;
  /** null: `list` has none of this id. */
  tell(runId: string): Promise<ToldRun | null>;
  /** In the order of `seq`; null as above. */
  lines(runId: string): Promise<readonly JournalLine[] | null>;
}
