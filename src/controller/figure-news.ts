import type { DetailFigures, LookFigures } from '../core/model/figures.ts';

type News = Pick<LookFigures, 'revisions' | 'byRevision' | 'logKinds' | 'logs'>;

/** Of what a look knows in detail only what is not as in the row before: most looks add nothing. One for each process. */
export class FigureNews {
  #revisions = '';
  #byRevision = '';
  #logs = '';
  #kinds: readonly string[] = [];

  /** To be asked once for every row that is written, in their order. */
  of({ revisions, byRevision, logs }: DetailFigures): News {
    const newKinds = Object.keys(logs ?? {}).filter((kind) => !this.#kinds.includes(kind));
    this.#kinds = [...this.#kinds, ...newKinds];
    const counts = logs === null ? null : this.#kinds.map((kind) => logs[kind] ?? 0);
    const before = [this.#revisions, this.#byRevision, this.#logs];
    [this.#revisions, this.#byRevision, this.#logs] = [JSON.stringify(revisions), JSON.stringify(byRevision), JSON.stringify(counts)];
    // Until several revisions are at work, and where none of the lines is of a known kind, there is nothing to be told.
    const isSplit = revisions.some((names) => names !== null) || (before[0] ?? '') !== '';
    return {
      ...(isSplit && before[0] !== this.#revisions ? { revisions } : {}),
      ...(isSplit && before[1] !== this.#byRevision ? { byRevision } : {}),
      ...(newKinds.length === 0 ? {} : { logKinds: newKinds }),
      ...(before[2] === this.#logs ? {} : { logs: counts }),
    };
  }
}
