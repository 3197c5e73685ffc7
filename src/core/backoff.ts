/** Pauses between tries that grow by a factor up to the longest. Pure: chance and time are the caller's. */
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** 2 where nothing is said. */
  readonly factor?: number;
}

/** The pause after the `attempt`th try (from 1). */
export function pauseAfter({ firstMs, longestMs, factor = 2 }: Backoff, attempt: number): number {
  return Math.min(longestMs, firstMs * factor ** (attempt - 1));
}

/** The same, between a half and the whole of it, so that many callers do not come at once. `chance`: 0 to 1. */
export function jitteredPauseAfter(backoff: Backoff, attempt: number, chance: number): number {
  return Math.round(pauseAfter(backoff, attempt) * (0.5 + chance / 2));
}

/** The same where whoever refused has said when to come back: then, and no sooner. */
export function pauseAfterRefusal(backoff: Backoff, attempt: number, chance: number, retryAfterMs: number | null): number {
  return retryAfterMs === null ? jitteredPauseAfter(backoff, attempt, chance) : retryAfterMs + Math.round(chance * backoff.firstMs);
}
