import { REVISION_COLUMNS } from '../../core/model/figures.ts';
import type { LookFigures, Measures } from '../../core/model/figures.ts';
import { columnsOf } from './figure-columns.ts';
import type { PartFigures } from './figure-columns.ts';

/** What a look told in detail. */
export interface LookDetail {
  /** By service, by revision; a service of which at most one revision was at work is not there. */
  readonly revisions: Readonly<Record<string, Readonly<Record<string, PartFigures>>>>;
  /** Lines of the look's window of logs, by kind; null: the logs were not read, or the journal is of a version that did not tell. */
  readonly logs: Readonly<Record<string, number>> | null;
}

/** Reads on from row to row: what stands as before is not said again. */
export class DetailReader {
  #names: readonly (readonly string[] | null)[] = [];
  #rows: readonly (readonly (readonly unknown[])[] | null)[] = [];
  #kinds: readonly string[] = [];
  #counts: readonly number[] | null = null;

  /** The detail of the next look of the journal; `measures`: of its process, null where it tells none. */
  read(look: Partial<LookFigures>, measures: Measures | null): LookDetail {
    // A process that goes on with the run says everything anew.
    if (look.measures !== undefined) [this.#names, this.#rows, this.#kinds, this.#counts] = [[], [], [], null];
    if (Array.isArray(look.revisions)) this.#names = look.revisions;
    if (Array.isArray(look.byRevision)) this.#rows = look.byRevision;
    if (Array.isArray(look.logKinds)) this.#kinds = [...this.#kinds, ...look.logKinds];
    if (look.logs !== undefined) this.#counts = Array.isArray(look.logs) ? look.logs : null;
    return { revisions: measures === null ? {} : this.#revisions(measures), logs: this.#logs() };
  }

  #revisions({ parts }: Measures): LookDetail['revisions'] {
    const services = parts.filter((part) => part.startsWith('service:')).map((part) => part.slice('service:'.length));
    const split = services.flatMap((service, index) => {
      const [names, rows] = [this.#names[index], this.#rows[index]];
      if (!Array.isArray(names) || !Array.isArray(rows)) return [];
      return [[service, Object.fromEntries(names.map((name, at) => [String(name), columnsOf(rows[at], REVISION_COLUMNS)]))] as const];
    });
    return Object.fromEntries(split);
  }

  #logs(): LookDetail['logs'] {
    const counts = this.#counts;
    return counts === null ? null : Object.fromEntries(this.#kinds.map((kind, index) => [String(kind), Number(counts[index] ?? 0) || 0]));
  }
}
