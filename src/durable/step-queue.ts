import type { Clock } from '../ports/clock.ts';
import type { Command } from '../ports/store.ts';
import type { Completion } from './pending-effects.ts';
import { MissedTime } from './missed-time.ts';

/** What waits for the next step. */
export type QueuedItem =
  | Completion
  | { readonly kind: 'command'; readonly command: Command }
  /** For the journal alone. */
  | { readonly kind: 'note'; readonly event: string; readonly data: unknown }
  /** So much time has passed in which nobody looked. It goes before whatever came due meanwhile. */
  | { readonly kind: 'away'; readonly awayMs: number };

export interface StepQueueOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the machine is told of time in which nobody looked. */
  readonly minds: boolean;
}

/** The line of what is to be taken up, one thing at a time. */
export class StepQueue {
  readonly #options: StepQueueOptions;
  readonly #missedTime: MissedTime;
  readonly #waiting: QueuedItem[] = [];
  #wake: () => void = () => {};
  #isIdle = false;

  constructor(options: StepQueueOptions) {
    this.#options = options;
    this.#missedTime = new MissedTime({ clock: options.clock, isIdle: () => this.#isIdle, onMissed: () => this.wake() });
  }

  /** The watch over time begins now: however long it took to get here, it is not part of a run that stood still. */
  open(): void {
    const { minds, signal } = this.#options;
    this.#missedTime.take();
    if (minds) void this.#missedTime.keep(signal);
  }

  enqueue(waiting: QueuedItem): void {
    this.#waiting.push(waiting);
    this.wake();
  }

  /** Lets `next` look at the signal. */
  wake(): void {
    this.#wake();
  }

  /** Rejects with the signal's reason when aborted. */
  async next(): Promise<QueuedItem> {
    const { minds, signal } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const awayMs = this.#missedTime.take();
      if (awayMs !== 0 && minds) return { kind: 'away', awayMs };
      const next = this.#waiting.shift();
      if (next !== undefined) return next;
      this.#isIdle = true;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#isIdle = false;
    }
  }
}
