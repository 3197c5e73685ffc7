/**
 * What a run remembers for judging whether it gets better: counts and figures of windows that do not overlap, and what was
 * stated about them. Small, JSON, bounded; instants and lengths in milliseconds.
 */

export type IndicatorName = 'services up' | 'error rate' | 'p95' | 'connector cpu';
export type GaugeName = Exclude<IndicatorName, 'error rate'>;

/** Requests and failed requests, one pair for each service of `Trend.services`, in that order. */
export type Counts = readonly (readonly [total: number, failed: number])[];

export interface CountsCell {
  readonly at: number;
  readonly forMs: number;
  readonly counts: Counts;
}

/** One figure of one window: the 95th percentile, the mean of the connector's cpu, the least number of services that were up. */
export interface GaugeCell {
  readonly at: number;
  readonly forMs: number;
  readonly value: number;
  /** Requests behind a percentile; looks behind the others. */
  readonly samples: number;
}

/** How it was over a stretch of time. */
export interface Level {
  readonly fromAt: number;
  readonly untilAt: number;
  readonly value: number;
  /** Of the error rate only. */
  readonly counts?: Counts;
}

/** A stated improvement. While it holds, the window counts from `at`. */
export interface Gain {
  readonly indicator: IndicatorName;
  /** When it was stated. */
  readonly at: number;
  readonly before: Level;
  readonly after: Level;
  readonly holds: boolean;
}

/** Looks of one window that met every goal, and that measurably missed one. */
export interface GoalsCell {
  readonly at: number;
  readonly met: number;
  readonly missed: number;
}

export interface Trend {
  readonly services: readonly string[];
  readonly requests: readonly CountsCell[];
  readonly gauges: Readonly<Record<GaugeName, readonly GaugeCell[]>>;
  readonly gains: readonly Gain[];
  readonly goals: readonly GoalsCell[];
  /** Every goal was met in two windows, and has not been missed in two since. */
  readonly rests: boolean;
}

/** What one look says about the trend. */
export interface Progress {
  /** An improvement was stated at this look. */
  readonly improved: boolean;
  /** An earlier one was lost again at this look. */
  readonly lost?: boolean;
  /** In one line, with the figures. */
  readonly because: string;
  /** In this look alone. */
  readonly goalsMet: boolean;
  /** By looks that agree: the window rests. */
  readonly rests?: boolean;
  /** The instant of the newest improvement that holds; null: none does. */
  readonly windowFrom?: number | null;
}

/** The window of improvement was lengthened at `at`: it had counted from `from` and ended at `endedAt`, and ends at `endsAt` since. */
export interface WindowGrant {
  readonly at: number;
  readonly from: number | null;
  readonly endedAt: number;
  readonly endsAt: number;
}
