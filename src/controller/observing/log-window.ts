import { MINUTE } from '../../core/duration.ts';
import { absent, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { LogGroup } from '../../core/model/observation.ts';
import type { RawLogEntry } from '../../ports/cloud.ts';
import type { ObserverOptions } from './options.ts';
import { problemOf } from './reading.ts';

const FIRST_LOG_WINDOW = 30 * MINUTE;
const LOG_WINDOW = 10 * MINUTE;
/** Entries become visible late and out of order; each read looks back this far behind the one before. */
const LOG_OVERLAP = MINUTE;
const LOG_LIMIT = 1_000;

/** The log lines of the last minutes, read a little at a time: each line is fetched about twice, never the whole window. */
export class LogWindow {
  readonly #options: ObserverOptions;
  #readUntil: number | null = null;
  #entries: readonly RawLogEntry[] = [];

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  async read(signal: AbortSignal): Promise<Measured<readonly LogGroup[]>> {
    const { cloud, clock, spec, groupLogs } = this.#options;
    const now = clock.now();
    const source = 'logging.googleapis.com/entries:list';
    const since = this.#readUntil === null ? now - FIRST_LOG_WINDOW : this.#readUntil - LOG_OVERLAP;
    try {
      const names = spec.services.map(({ name }) => name);
      const entries = await cloud.logs.read(names, since, LOG_LIMIT, { signal });
      this.#merge(entries, now - (this.#readUntil === null ? FIRST_LOG_WINDOW : LOG_WINDOW));
      this.#readUntil = now;
      return fresh(groupLogs(this.#entries), now, source);
    } catch (thrown) {
      return absent(source, problemOf(thrown));
    }
  }

  #merge(entries: readonly RawLogEntry[], oldest: number): void {
    const known = new Set(this.#entries.map(identity));
    const added = entries.filter((entry) => !known.has(identity(entry)));
    this.#entries = [...this.#entries, ...added].filter((entry) => entry.at >= oldest).slice(-2 * LOG_LIMIT);
  }
}

function identity(entry: RawLogEntry): string {
  return entry.insertId ?? `${entry.at} ${entry.service} ${entry.text}`;
}
