/** `error`: could not measure. `inconclusive`: too little or too old data. Neither is a pass. */
export type Outcome = 'pass' | 'fail' | 'error' | 'inconclusive';

export interface Verdict {
  readonly outcome: Outcome;
  /** One line with the figures it stands on. */
  readonly because: string;
}

/** Names of the gates: `connector:NAME`, `bounded:SERVICE`, `one-revision:SERVICE`, `healthy:SERVICE`, `room:SERVICE`, `all`. */
export type GateName = string;

/** The gate of the load balancer that the document names: whether users get in by it. */
export const WAY_IN = 'way-in' satisfies GateName;

/** The figures by which the two-hour window judges. null: not measured (never read as good or bad). */
export interface Indicators {
  readonly at: number;
  readonly servicesUp: number | null;
  readonly servicesTotal: number;
  readonly errorRate: number | null;
  readonly p95Ms: number | null;
  /** Of the connectors' cpu the highest; null also where one is not measured, unless another is at its goal. */
  readonly connectorSaturation: number | null;
  /** Each connector's cpu by name; missing where there is at most one. */
  readonly connectors?: Readonly<Record<string, number | null>>;
  /** Requests behind `errorRate` and `p95Ms`. */
  readonly samples: number;
  /** Answered 429, which is no server error; missing: none, or not measured. */
  readonly turnedAway?: TurnedAwayCount;
}

/** Requests answered 429, by Cloud Run for want of an instance or by an application that limits its clients, in a window. */
export interface TurnedAwayCount {
  readonly count: number;
  readonly of: number;
  readonly sinceAt: number;
  readonly untilAt: number;
}

export interface ValidationCheck {
  readonly category: string;
  readonly name: string;
  readonly critical: boolean;
  readonly verdict: Verdict;
  /** `false`: it did not reach its service, which is well by others; it speaks neither for nor against. Missing: it counts. */
  readonly counts?: false;
  /** It is about a job or a worker pool, which are told and decide nothing; it never counts. */
  readonly beside?: true;
  /** It did not reach its service, for which nobody else speaks: what a human must mend. */
  readonly mend?: string;
}

export interface ValidationReport {
  readonly at: number;
  readonly verdict: Verdict;
  readonly passRate: number;
  readonly checks: readonly ValidationCheck[];
}

/** A check that did not pass in each of the last validations. Instants are ms. */
export interface Unproven {
  readonly because: string;
  readonly since: number;
  readonly times: number;
}

/** The newest validation of a run, with what the ones before it have in common with it. Missing: kept by an earlier version. */
export interface CountedValidation extends ValidationReport {
  /** By check. */
  readonly unproven?: Readonly<Record<string, Unproven>>;
  /** What people were asked to mend. */
  readonly toldMends?: readonly string[];
}
