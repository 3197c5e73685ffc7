/** One message, comment or event as the people of a channel have it. */
export interface Delivered {
  readonly at: number;
  readonly channel: 'slack' | 'google-chat' | 'pager-duty' | 'github' | 'webhook';
  /** What kind of thing of the channel's own: `message`, `trigger`, `comment`, `label`, … */
  readonly kind: string;
  /** The sender's own mark of it, where the channel keeps one. */
  readonly key: string | null;
  /** Where it hangs: the thread, the alert, the issue. */
  readonly thread: string | null;
  readonly text: string;
}

/** A few at once are taken, then one a second. */
export class Pace {
  readonly #burst: number;
  #times: number[] = [];

  constructor(burst: number) {
    this.#burst = burst;
  }

  /** Seconds to wait; 0: it is taken, and counted. */
  wait(now: number): number {
    this.#times = this.#times.filter((at) => now - at < 1_000);
    if (this.#times.length >= this.#burst) return 1;
    this.#times.push(now);
    return 0;
  }
}

export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
