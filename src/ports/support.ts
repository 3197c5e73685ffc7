import type { CallOptions } from './call-options.ts';

/** Longest comment that Google takes, in characters. */
export const LONGEST_COMMENT = 12_800;

/** A support case as Google shows it. */
export interface SupportCase {
  readonly name: string;
  readonly state: string;
  readonly escalated: boolean;
  readonly priority: string | null;
  /** Words of its classification. */
  readonly classification: string | null;
}

export interface CaseClassification {
  readonly id: string;
  readonly displayName: string;
}

export interface CaseComment {
  /** null: not told. */
  readonly at: number | null;
  readonly by: string;
  readonly byGoogle: boolean;
  readonly body: string;
}

export interface CaseDraft {
  readonly displayName: string;
  readonly description: string;
  readonly classificationId: string;
  readonly priority: string;
  readonly timeZone: string;
  readonly languageCode: string;
  readonly subscribers: readonly string[];
}

interface CaseEscalation {
  readonly reason: 'RESOLUTION_TIME' | 'TECHNICAL_EXPERTISE' | 'BUSINESS_IMPACT';
  readonly justification: string;
}

/**
 * Cloud Support (gcp-facts 7). Nothing is idempotent on Google's side: whoever writes looks first. `TerminalError` with code
 * `support-unavailable`: no plan, no role, API off, or the case does not allow it; trying again does not help.
 */
export interface SupportPort {
  /** Open cases whose display name holds `marker`, oldest first. */
  findOpen(marker: string, options?: CallOptions): Promise<readonly SupportCase[]>;
  get(caseName: string, options?: CallOptions): Promise<SupportCase>;
  /** What a case may be about today, of all that fits a search text; retired ones are not among them. */
  classifications(query: string, options?: CallOptions): Promise<readonly CaseClassification[]>;
  create(draft: CaseDraft, options?: CallOptions): Promise<SupportCase>;
  /** Bodies over `LONGEST_COMMENT` are cut with a note. */
  comment(caseName: string, body: string, options?: CallOptions): Promise<void>;
  /** All comments so far, oldest first. */
  comments(caseName: string, options?: CallOptions): Promise<readonly CaseComment[]>;
  /** Names of the files on the case. */
  attachments(caseName: string, options?: CallOptions): Promise<readonly string[]>;
  attach(caseName: string, file: { readonly name: string; readonly text: string }, options?: CallOptions): Promise<void>;
  escalate(caseName: string, escalation: CaseEscalation, options?: CallOptions): Promise<void>;
  close(caseName: string, options?: CallOptions): Promise<void>;
}
