import type { Application } from './description/description.ts';
import type { Revision, WorldState } from './state.ts';

export interface Trouble {
  /** Share of the requests of well instances that end in an error of the application. */
  readonly failing: number;
  /** Share of the others that the application turns away itself. */
  readonly limiting: number;
  /** Good answers take so many times as long. */
  readonly slower: number;
}

const NONE: Trouble = { failing: 0, limiting: 0, slower: 1 };

/** What ails a revision that is up: its image, and the passing troubles of its service. */
export function troubleOf({ at, startAt }: WorldState, { defect, service, facts }: Revision): Trouble {
  const { troubles } = service.application;
  const own = defect?.kind === 'errors' ? { failing: defect.share, limiting: 0, slower: defect.slower } : NONE;
  if (troubles.length === 0) return own;
  let [well, slower, admitted] = [1 - own.failing, own.slower, 1];
  for (const trouble of troubles) {
    const part = partOf(trouble, at - startAt);
    if (part === null || (trouble.revision !== undefined && trouble.revision !== facts.name)) continue;
    well *= 1 - trouble.failing;
    admitted *= 1 - trouble.limiting;
    slower *= 1 + (trouble.slower - 1) * part;
  }
  return { failing: 1 - well, limiting: 1 - admitted, slower };
}

/** How much of it there is, 0 to 1; null: it is not now. */
function partOf({ from, for: length, rising }: Application['troubles'][number], since: number): number | null {
  const into = from === undefined ? Infinity : since - from;
  if (into < 0 || into >= (length ?? Infinity)) return from === undefined && length === undefined ? 1 : null;
  return rising && length !== undefined ? into / length : 1;
}
