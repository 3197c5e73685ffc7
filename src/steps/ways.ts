/**
 * How a change is carried out. The runbook's chart has a place for each way and knows no kinds: a new kind that takes one of these
 * ways needs no change of the chart.
 * - `in-place`: the resource itself is updated and becomes as asked; it is judged, and cannot be put back.
 * - `bounds`: a service is told how many instances it may have; in force at once and without a new revision.
 * - `traffic`: the traffic of a service goes to revisions that are there already: at once, or by shares where the document names them.
 * - `revision`: the service gets a new revision, without traffic; it is asked by its tag, then given its shares of the traffic, the last of them all.
 */
export type Way = 'in-place' | 'bounds' | 'traffic' | 'revision';

export interface WayFacts {
  /** The phase of the runbook that has its place. */
  readonly phase: 'capacity' | 'services';
  /** Writes that one step takes before it moves any traffic, where all goes well: the budget counts them, and one for each share. */
  readonly writes: number;
  /** It waits for the services that its own depends on, and for room in the database beside the revision before it. */
  readonly startsRevision: boolean;
  /** It has passed a gate of its own by the time it is done: what is put back by the run itself leaves it. */
  readonly keptWhenDone: boolean;
}

/** One row for each way. */
export const WAYS: Readonly<Record<Way, WayFacts>> = {
  'in-place': { phase: 'capacity', writes: 1, startsRevision: false, keptWhenDone: false },
  bounds: { phase: 'capacity', writes: 1, startsRevision: false, keptWhenDone: false },
  traffic: { phase: 'capacity', writes: 0, startsRevision: false, keptWhenDone: false },
  // The revision with its tag.
  revision: { phase: 'services', writes: 1, startsRevision: true, keptWhenDone: true },
};
