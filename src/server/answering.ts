import type { AnswerKind } from './links.ts';

/** What a person wants said to a run. */
export interface Given {
  /** Names the order: the same again leaves nothing more. */
  readonly id: string;
  readonly runId: string;
  readonly kind: AnswerKind;
  /** The question that was looked at (`subjectOf`), or the beginning of its plan's hash; '' for what answers none. */
  readonly about: string;
  /** Who says so, in words; a claim. */
  readonly by: string;
  readonly reason: string;
}

/**
 * What became of it: what the run took, not what was sent.
 * - `taken`, `refused`: the run took it, and goes by it or says why not;
 * - `saved`: it lies in the inbox, and was not taken while we waited;
 * - `stale`: something else is asked by now; `expired`: nobody answered in time; `senseless`: the run could not use it. Nothing was left.
 * - `ended`: the run was over before it took it; `unknown`: there is no such run.
 */
export interface Became {
  readonly kind: 'taken' | 'refused' | 'saved' | 'stale' | 'expired' | 'senseless' | 'ended' | 'unknown';
  /** Sentences, the first one the answer. */
  readonly words: readonly string[];
}

/** How orders reach the runs of a store. Throws what the store throws. */
export interface Answers {
  /** Leaves the order and waits for a bounded time until the run has taken it. */
  give(given: Given, signal: AbortSignal): Promise<Became>;
  /** What became of an order that was left before; null: none of this id was. */
  became(runId: string, id: string): Promise<Became | null>;
}

/** What lets a server take answers; without it the page only reads. */
export interface Answering {
  readonly answers: Answers;
  /** Whoever knows it may answer; the links are made under it. */
  readonly token: string;
  /** Names an order that comes without a name of its own. */
  readonly newId: () => string;
}
