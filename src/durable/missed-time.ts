import { MINUTE, SECOND } from '../core/duration.ts';
import type { Clock } from '../ports/clock.ts';

/** Shorter than this, nobody was away: a busy machine, a slow save. Longer, and time has passed in which nobody looked. */
const AWAY_BEYOND_MS = 2 * MINUTE;
const BEAT_MS = 15 * SECOND;
/** A clock that was set back by less than this is a time service's small correction. */
const SET_BACK_BEYOND_MS = SECOND;

export interface MissedTimeOptions {
  readonly clock: Clock;
  /** Whether the runner waits for something to happen. While it cannot save a step it does not look either. */
  readonly isIdle: () => boolean;
  /** Time was missed while nothing else happened. */
  readonly onMissed: () => void;
}

/**
 * Notices time in which this process did not run: it was stopped (SIGSTOP, SIGTSTP of a Cloud Run job), frozen with its machine,
 * could not save, or its clock was set, forwards or back. Such time is neither good nor bad for what is watched. A beat that comes
 * late tells of it, and so does whatever else happens, so that nothing that came due meanwhile is taken up before it is known.
 */
export class MissedTime {
  readonly #options: MissedTimeOptions;
  #aliveAt: number;
  #missedMs = 0;

  constructor(options: MissedTimeOptions) {
    this.#options = options;
    this.#aliveAt = options.clock.now();
  }

  /** Milliseconds missed since it was last asked; negative when the clock was set back; 0 when none were. */
  take(): number {
    this.#notice();
    const missed = this.#missedMs;
    this.#missedMs = 0;
    return missed;
  }

  /** Beats until the signal. */
  async keep(signal: AbortSignal): Promise<void> {
    const { clock, isIdle, onMissed } = this.#options;
    while (!signal.aborted) {
      const woken = await clock.sleepUntil(clock.now() + BEAT_MS, signal).then(
        () => true,
        () => false,
      );
      if (!woken) return;
      if (!isIdle()) continue;
      this.#notice();
      if (this.#missedMs !== 0) onMissed();
    }
  }

  #notice(): void {
    const now = this.#options.clock.now();
    const gap = now - this.#aliveAt;
    this.#aliveAt = now;
    if (isAway(gap)) this.#missedMs += gap;
  }
}

/** Whether so much time between two signs of life means that nobody looked, or that the clock was set back. */
export function isAway(gapMs: number): boolean {
  return gapMs > AWAY_BEYOND_MS || gapMs < -SET_BACK_BEYOND_MS;
}
