/**
 * The time the simulator lives in. In a rehearsal the composition hands in the virtual clock; stand-alone it is a `SpeedClock`.
 * Instants are epoch milliseconds.
 */
export interface SimClock {
  now(): number;
  /** Resolves at or after `at`, at once when it has passed; rejects with the signal's reason when aborted. */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>;
}

/** `setTimeout` fires at once for longer delays, so longer waits are made of pieces. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A wall clock that starts at `startAt` and runs `speed` times as fast as real time. */
export class SpeedClock implements SimClock {
  readonly speed: number;
  readonly #startAt: number;
  readonly #wallStart = performance.now();

  constructor(startAt: number, speed: number) {
    this.#startAt = startAt;
    this.speed = speed;
  }

  now(): number {
    return Math.floor(this.#startAt + (performance.now() - this.#wallStart) * this.speed);
  }

  async sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    while (this.now() < at) await pause(Math.min(LONGEST_TIMER_MS, Math.ceil((at - this.now()) / this.speed)), signal);
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
