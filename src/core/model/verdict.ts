/** `error`: could not measure. `inconclusive`: too little or too old data. Neither is a pass. */
export type Outcome = 'pass' | 'fail' | 'error' | 'inconclusive';

export interface Verdict {
  readonly outcome: Outcome;
  /** One line with the figures it stands on. */
  readonly because: string;
}

/** Names of the gates: `connector`, `one-revision:SERVICE`, `healthy:SERVICE`, `room:SERVICE`, `all`. */
export type GateName = string;

/** The figures by which the two-hour window judges. null: not measured (never read as good or bad). */
export interface Indicators {
  readonly at: number;
  readonly servicesUp: number | null;
  readonly servicesTotal: number;
  readonly errorRate: number | null;
  readonly p95Ms: number | null;
  readonly connectorSaturation: number | null;
  /** Requests behind `errorRate` and `p95Ms`. */
  readonly samples: number;
}

export interface ValidationCheck {
  readonly category: string;
  readonly name: string;
  readonly critical: boolean;
  readonly verdict: Verdict;
}

export interface ValidationReport {
  readonly at: number;
  readonly verdict: Verdict;
  readonly passRate: number;
  readonly checks: readonly ValidationCheck[];
}
