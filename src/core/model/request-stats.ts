/** Requests of one revision that were answered well but late, in one minute or step that begins at `at`. */
export interface LateIn {
  readonly at: number;
  readonly count: number;
}

/** What one revision answered. */
export interface RevisionStats {
  readonly total: number;
  readonly serverErrors: number;
  readonly turnedAway?: number;
  /** Answered 2xx or 3xx, but later than `RequestStats.lateFromMs`, minute by minute; missing: the time of its answers is not known. */
  readonly late?: readonly LateIn[];
}

export interface RequestStats {
  /** Start of the window these counts cover. */
  readonly sinceAt: number;
  readonly total: number;
  readonly serverErrors: number;
  /** Answered 429: by Cloud Run, because no instance was available, or by the application itself. The metric does not say which. */
  readonly turnedAway?: number;
  /** End of the window; missing: the instant the value is dated. */
  readonly untilAt?: number;
  /** Requests of our own in the window, which are not counted here. */
  readonly ours?: number;
  /** The slowest of them. */
  readonly oursSlowestMs?: number;
  readonly byRevision: Readonly<Record<string, RevisionStats>>;
  /** Each path that fails was also answered well by the same revision; missing: not known (only a capture tells paths). */
  readonly samePathsPass?: true;
  /** What counts as late, in milliseconds; missing: nothing is known of the time of answers. */
  readonly lateFromMs?: number;
  /** By minute (its start), oldest first: minutes without a request are missing, and the newest may still grow. */
  readonly minutes?: readonly {
    readonly at: number;
    readonly total: number;
    readonly serverErrors: number;
    readonly turnedAway?: number;
  }[];
}

/** How long one service took to answer, from the distributions of Cloud Monitoring. */
export interface LatencyStats {
  /** Of all its requests, whatever revision answered them and how. */
  readonly p95Ms: number;
  readonly lateFromMs: number;
  /** By revision: each minute or step in which it answered well at all, with how many of those answers were late. */
  readonly late: Readonly<Record<string, readonly LateIn[]>>;
}
