import { HOUR, MINUTE } from '../../core/duration.ts';
import { absent, aged } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { AdminChange } from '../../core/model/observation.ts';
import { SLOW_DELAY, SLOW_EVERY } from './ages.ts';
import type { ObserverOptions } from './options.ts';
import { problemOf } from './measure.ts';

/** An incident's cause is often a change of the hours before. */
const REMEMBERED = 24 * HOUR;
const OVERLAP = 2 * MINUTE;
const LIMIT = 50;

const SOURCE = 'logging.googleapis.com/cloudaudit.googleapis.com/activity';

/** Who changed what in the last day, newest first, read a little at a time; each read is one of Logging. */
export class RecentChanges {
  readonly #options: ObserverOptions;
  #readUntil: number | null = null;
  #triedAt: number | null = null;
  #changes: readonly AdminChange[] = [];
  #problem: string | null = null;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  isDue(now: number): boolean {
    return this.#triedAt === null || now - this.#triedAt >= SLOW_EVERY;
  }

  async read(signal: AbortSignal): Promise<void> {
    const { cloud, clock } = this.#options;
    const now = clock.now();
    this.#triedAt = now;
    try {
      const since = this.#readUntil === null ? now - REMEMBERED : this.#readUntil - OVERLAP;
      this.#merge(await cloud.adminLog.changes(since, LIMIT, { signal }), now - REMEMBERED);
      this.#readUntil = now;
      this.#problem = null;
    } catch (thrown) {
      this.#problem = problemOf(thrown);
    }
  }

  /** Whether a change after `instant` has been read. */
  hasAfter(instant: number): boolean {
    return (this.#changes[0]?.at ?? 0) > instant;
  }

  /** Of the last read that succeeded, with its age; absent when there was none. */
  held(now: number): Measured<readonly AdminChange[]> {
    if (this.#readUntil === null) return absent(SOURCE, this.#problem ?? 'not read yet');
    const known = aged(this.#changes, this.#readUntil, { now, normalDelayMs: SLOW_DELAY, source: SOURCE });
    return this.#problem === null ? known : { ...known, problem: this.#problem };
  }

  #merge(found: readonly AdminChange[], oldest: number): void {
    const all = [...found, ...this.#changes].filter(({ at }) => at >= oldest);
    const once = new Map(all.map((change) => [`${change.at} ${change.actor} ${change.method} ${change.resource}`, change]));
    this.#changes = [...once.values()].sort((a, b) => b.at - a.at).slice(0, LIMIT);
  }
}
