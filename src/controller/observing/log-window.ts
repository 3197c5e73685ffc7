import { MINUTE } from '../../core/duration.ts';
import { absent, aged } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { LogGroup } from '../../core/model/observation.ts';
import type { RawLogEntry } from '../../ports/cloud.ts';
import { FIRST_LOG_WINDOW, LOG_WINDOW } from './ages.ts';
import type { ObserverOptions } from './options.ts';
import { problemOf } from './measure.ts';

/** Entries become visible late and out of order; each read looks back this far behind the one before. */
const LOG_OVERLAP = MINUTE;
const LOG_LIMIT = 1_000;
/** A look whose one Logging read went to the admin log shows the lines of the look before. */
const LOG_DELAY = 2 * MINUTE;

const SOURCE = 'logging.googleapis.com/entries:list';

/** The log lines of the last minutes, read a little at a time: each line is fetched about twice, never the whole window. */
export class LogWindow {
  readonly #options: ObserverOptions;
  #readUntil: number | null = null;
  /** Oldest first as they were read; by identity. */
  #entries = new Map<string, RawLogEntry>();
  #groups: readonly LogGroup[] = [];
  #problem: string | null = null;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  async read(signal: AbortSignal): Promise<Measured<readonly LogGroup[]>> {
    const { cloud, clock, spec } = this.#options;
    const now = clock.now();
    const since = this.#readUntil === null ? now - FIRST_LOG_WINDOW : this.#readUntil - LOG_OVERLAP;
    try {
      const names = spec.services.map(({ name }) => name);
      const entries = await cloud.logs.read(names, since, LOG_LIMIT, { signal });
      this.#merge(entries, now - (this.#readUntil === null ? FIRST_LOG_WINDOW : LOG_WINDOW));
      this.#readUntil = now;
      this.#problem = null;
    } catch (thrown) {
      this.#problem = problemOf(thrown);
    }
    return this.held(now);
  }

  /** The lines of the last read, with the age they have now; absent when that failed or there was none. */
  held(now: number): Measured<readonly LogGroup[]> {
    if (this.#readUntil === null || this.#problem !== null) return absent(SOURCE, this.#problem ?? 'not read yet');
    return aged(this.#groups, this.#readUntil, { now, normalDelayMs: LOG_DELAY, source: SOURCE });
  }

  /** Groups are made anew only when a line came or went: in quiet times they are the same at every look. */
  #merge(entries: readonly RawLogEntry[], oldest: number): void {
    const before = this.#entries.size;
    let changed = false;
    for (const [id, entry] of this.#entries) if (entry.at < oldest) changed = this.#entries.delete(id) || changed;
    for (const entry of entries) {
      const id = identity(entry);
      if (entry.at >= oldest && !this.#entries.has(id)) {
        this.#entries.set(id, entry);
        changed = true;
      }
    }
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= 2 * LOG_LIMIT) break;
      this.#entries.delete(id);
    }
    if (changed || before === 0) this.#groups = this.#options.groupLogs([...this.#entries.values()]);
  }
}

function identity(entry: RawLogEntry): string {
  return entry.insertId ?? `${entry.at} ${entry.service} ${entry.text}`;
}
