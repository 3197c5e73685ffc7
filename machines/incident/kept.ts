/** What a run keeps of its looks, in its context. */

/** A bound of this run's turns users away (`own-bounds.ts`). */
export interface TurnedAwayByBound {
  /** The last look that found it. */
  readonly until: number;
  readonly looks: number;
  readonly told: boolean;
  /** It was taken up by the runbook: put back, or handed to people. */
  readonly heeded?: true;
}

/** Looks that were not all well, with no long quiet time between (`health/stalled.ts`). */
export interface Stretch {
  readonly since: number;
  readonly looks: number;
  readonly bad: number;
  /** So often a look was not well after ones that were. */
  readonly spells: number;
  /** Since when all looks are well; null: the newest is not. */
  readonly wellSince: number | null;
  /** What the newest look that was not well told. */
  readonly because: string;
}
