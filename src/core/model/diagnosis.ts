/** The order is the diagnostic order of gcp-facts 12.3. `database-unreachable`: stopped, in maintenance, or not answering in time. */
export type CauseKind =
  | 'application-crash'
  | 'configuration'
  | 'name-resolution'
  | 'connector-saturation'
  | 'database-unreachable'
  | 'connection-budget'
  | 'revision-contention'
  | 'certificate-or-routing'
  | 'quota-or-regional-shortage'
  | 'provider-incident'
  | 'unknown';

/** A line a human can open: where it is, when it was, what it says. */
export interface Evidence {
  readonly source: string;
  readonly at: number | null;
  readonly text: string;
}

export interface Cause {
  readonly kind: CauseKind;
  /** Service, revision, connector or database it is about. */
  readonly subject: string;
  /** 0..1: how sure the evidence makes us. */
  readonly confidence: number;
  /** 0..1: its part of what is wrong; shares of a diagnosis sum to 1 unless it is healthy. */
  readonly share: number;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
}

export interface Diagnosis {
  readonly at: number;
  /** True only when every goal was measured and met. */
  readonly healthy: boolean;
  /** Most likely first; empty when healthy. */
  readonly causes: readonly Cause[];
  /** From the symptom down, each with the evidence it stands on. */
  readonly whys: readonly { readonly why: string; readonly because: string }[];
  /** What could not be seen, in plain words. */
  readonly unknowns: readonly string[];
}
