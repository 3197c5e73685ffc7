/**
 * The order is the diagnostic order of gcp-facts 12.3. `database-unreachable`: stopped, in maintenance, or not answering in time;
 * `pool`: the application’s own pool of connections runs empty, the server refuses nothing.
 */
export type CauseKind =
  | 'application-crash'
  | 'configuration'
  | 'name-resolution'
  | 'connector-saturation'
  | 'database-unreachable'
  | 'connection-budget'
  | 'pool'
  | 'revision-contention'
  | 'certificate-or-routing'
  | 'quota-or-regional-shortage'
  | 'provider-incident'
  | 'unknown';

/**
 * What takes a reason away: another image; settings, secrets or the address given to the program; memory, cpu, instances; roles of
 * an account; more room (connections, connector, quota); the network around it; the way
 * out to public addresses (Cloud NAT and its ports, egress); the database; Google; who
 * runs the API of somebody else that is called; or time alone.
 */
export type Cure =
  'image' | 'setting' | 'resources' | 'account' | 'capacity' | 'network' | 'way-out' | 'database' | 'google' | 'third-party' | 'wait';

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
  /** Services that fail surely more than it can explain, by a fault of their own; missing: none is known. */
  readonly notOf?: readonly string[];
  /** What cures it; missing in diagnoses that were saved before cures were told. */
  readonly cures?: readonly Cure[];
}

export interface Why {
  readonly why: string;
  readonly because: string;
  /** Which of `causes` it is read from, by place: what that stands on, it stands on. Missing: by none, or not noted. */
  readonly of?: number;
  /** What else it stands on. */
  readonly evidence?: readonly Evidence[];
}

export interface Diagnosis {
  readonly at: number;
  /** True only when every goal was measured and met. */
  readonly healthy: boolean;
  /** Most likely first; empty when healthy. */
  readonly causes: readonly Cause[];
  /** What is only suspected, by service, where no witness agrees that anything is ill: the causes are what it could be. */
  readonly suspected?: readonly string[];
  /** What is within the goals, and a human wants to know all the same: a revision that fails all of its small share. */
  readonly noticed?: readonly string[];
  /** Since when users of a service fail, and which change came right before, or that none was seen; a sentence each. Missing: not known. */
  readonly origins?: readonly string[];
  /** Which source is away since when, what is not known because of it, and what the others tell; a sentence each. Missing: all are there. */
  readonly away?: readonly string[];
  /** From the symptom down, each with the evidence it stands on. */
  readonly whys: readonly Why[];
  /** What could not be seen, in plain words. */
  readonly unknowns: readonly string[];
}
