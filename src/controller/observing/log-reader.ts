import { SECOND } from '../../core/duration.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { AdminChange, LogGroup } from '../../core/model/observation.ts';
import { LogWindow } from './log-window.ts';
import type { ObserverOptions } from './options.ts';
import { RecentChanges } from './recent-changes.ts';

export interface Logged {
  readonly logs: Measured<readonly LogGroup[]>;
  readonly changes: Measured<readonly AdminChange[]>;
}

/** Less than two usual ticks: exactly the second look goes without. */
const FIRST_LOOK_COSTS = 45 * SECOND;

/** Looks that ask the admin log who made a change. */
const ASK_WHO = 3;

interface Asked {
  /** The last look that had not seen the change. */
  readonly since: number;
  readonly left: number;
}

/** What is configured, part by part; null where it could not be read. */
export type Configuration = readonly (string | null)[];

/**
 * Both logs for one Logging read a look (60 a minute are shared by the whole project: gcp-facts 5.2). The admin log takes the
 * look's read when it is due, and when the configuration has changed since the look before: then somebody asks who did it, and
 * the next two looks ask again while the answer is not there (entries become visible late).
 * The first look reads both, since it must answer "what is wrong" and "what changed"; the second look reads none.
 */
export class LogReader {
  readonly #options: ObserverOptions;
  readonly #lines: LogWindow;
  readonly #changes: RecentChanges;
  #configuration: Configuration | null = null;
  /** The first look has spent the read of the looks until then. */
  #spentUntil = 0;
  #linesLast = true;
  #lookedAt = 0;
  #asked: Asked | null = null;

  constructor(options: ObserverOptions) {
    this.#options = options;
    this.#lines = new LogWindow(options);
    this.#changes = new RecentChanges(options);
  }

  /** `configuration` is only compared, part by part, with that of the look before; a part that is unknown has not changed. */
  async read(configuration: Configuration, signal: AbortSignal): Promise<Logged> {
    const now = this.#options.clock.now();
    const before = this.#configuration;
    const changed = configuration.some((part, index) => part !== null && (before?.[index] ?? part) !== part);
    this.#configuration = configuration.map((part, index) => part ?? before?.[index] ?? null);
    if (changed) this.#asked = { since: this.#lookedAt, left: ASK_WHO };
    this.#lookedAt = now;
    if (before === null) {
      await Promise.all([this.#lines.read(signal), this.#changes.read(signal)]);
      this.#spentUntil = now + FIRST_LOOK_COSTS;
    } else if (this.#asked !== null) {
      await this.#askWho(this.#asked, signal);
    } else if (now >= this.#spentUntil) {
      // Never twice in a row without need: where looks are rare, the lines would not be read at all.
      const who = this.#linesLast && this.#changes.isDue(now);
      this.#linesLast = !who;
      await (who ? this.#changes : this.#lines).read(signal);
    }
    return { logs: this.#lines.held(now), changes: this.#changes.held(now) };
  }

  async #askWho({ since, left }: Asked, signal: AbortSignal): Promise<void> {
    await this.#changes.read(signal);
    this.#linesLast = false;
    this.#asked = left === 1 || this.#changes.hasAfter(since) ? null : { since, left: left - 1 };
  }
}
