import type { Indicators } from '../../../src/core/model/verdict.ts';

/** A support case: what activities answer about it, and what a run remembers of it. */

export interface CaseAnswer {
  /** null: support could not take it; `text` is to be handed to a human. */
  readonly caseName: string | null;
  readonly escalated: boolean;
  readonly text: string;
  readonly note: string | null;
  /** Without a case: whether another try makes sense (a role may be granted); missing: slowly. */
  readonly retry?: 'slowly' | 'never';
  /** When it was read back, and as what. */
  readonly readAt?: number;
  readonly state?: string;
  readonly priority?: string | null;
  readonly classification?: string | null;
}

export interface PreparedCase {
  readonly text: string;
  /** Where it lies, for people; null: it could not be kept. */
  readonly keptAt: string | null;
  /** Where the document with the evidence lies; null: none could be made, or kept. */
  readonly evidenceAt?: string | null;
  /** Where a human opens a case. */
  readonly page?: string;
}

/** A case as it was read. */
export interface CaseReading {
  readonly at: number;
  readonly state: string;
  readonly escalated: boolean;
  readonly priority: string | null;
  /** Comments that are not this run's, and how many of them are Google's. */
  readonly others: number;
  readonly byGoogle: number;
  /** The newest of those that are new since it was read before. */
  readonly answers: readonly { readonly at: number | null; readonly by: string; readonly byGoogle: boolean; readonly text: string }[];
  /** Something is other than before. */
  readonly news: boolean;
}

/** What is known of a case from the last reading. */
export type CaseKnown = Pick<CaseReading, 'at' | 'state' | 'escalated' | 'others' | 'byGoogle'>;

export interface CaseEvidence {
  readonly as: 'file' | 'comments' | 'nothing';
  readonly note: string;
}

/** The state of things at a comment on the case: what is told next is what has changed since. */
export interface CaseTold {
  readonly at: number;
  /** null: there was no look. */
  readonly indicators: Indicators | null;
  /** Gates that did not pass. */
  readonly open: readonly string[];
  /** How many changes had been made, or tried. */
  readonly changes: number;
}

/** Of one that is open, or should be. */
export interface SupportCase {
  readonly name: string | null;
  /** As of the diagnosis before it was last opened, or tried. */
  readonly text: string;
  readonly note: string | null;
  /** Where the text is kept; null: it could not be. */
  readonly keptAt?: string | null;
  /** The evidence to it, likewise. */
  readonly evidenceAt?: string | null;
  /** When people first got the text, for want of a case. */
  readonly handedAt?: number;
  /** A channel took the text. */
  readonly reached?: true;
  /** When the case is tried again. */
  readonly retry?: 'soon' | 'slowly' | 'never';
  /** A request to open one has got no answer. */
  readonly unsure?: true;
  /** Where a human opens one. */
  readonly page?: string;
  /** When the open case was first read back. */
  readonly openedAt?: number;
  /** As it was read last. */
  readonly seen?: CaseKnown;
  /** The evidence is still to be put on it. */
  readonly evidenceDue?: true;
  /** What became of escalating it; missing: it was not asked for. */
  readonly urged?: string;
  /** What the newest comment told of. */
  readonly toldOf?: CaseTold;
  /** Tries in a row that support did not answer, since when, and whether people know. */
  readonly away?: { readonly since: number; readonly tries: number; readonly told: boolean };
  /** It could not be closed yet, and is tried until then. */
  readonly closeBy?: number;
  readonly closed?: true;
}
