/**
 * Time. The only place it comes from: nothing else reads a clock or arms a timer.
 * Instants are epoch milliseconds.
 */
export interface Clock {
  now(): number;
  /**
   * Resolves at or after `at` (at once when it has passed). Rejects with the signal's reason when aborted; never early, unless
   * the clock was set back meanwhile: a wait never lasts longer than it was when it began. Waits of any length are allowed.
   */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>;
  /**
   * Work that time must not overtake: a request, a save, a lazy import. A wall clock returns `work` itself;
   * a virtual clock stands still until it settles. `work` must not sleep on this clock.
   */
  during<T>(work: Promise<T>): Promise<T>;
}
