import type { LateIn } from './request-stats.ts';
import type { Word } from './testimony.ts';

/**
 * What is watched after a change of ours, and what it is compared with: "not worse than before it". Kept in the run's memory, so
 * small and JSON; it survives crashes, because each look hands it on.
 */
export type TrialStage = 'in-place' | 'bounds' | 'traffic' | 'dark' | 'canary' | 'all';

export interface Counted {
  readonly total: number;
  /** Answered 5xx. */
  readonly failed: number;
  /** Answered 429, by the platform or by the application itself; missing: not told apart. */
  readonly turnedAway?: number;
  /** Answered well, but later than twice the goal; missing: not known. */
  readonly late?: number;
}

/** In one window. */
export interface CountedInWindow extends Counted {
  /** Late answers minute by minute, because those of a start are told apart. */
  readonly lateIn?: readonly LateIn[];
}

/** What one look tells of one service, by revision. */
export interface ServiceTally {
  /** Requests of the window of Cloud Monitoring; null: not measured, or too old to speak. */
  readonly requests: {
    readonly sinceAt: number;
    readonly untilAt: number;
    readonly byRevision: Readonly<Record<string, CountedInWindow>>;
    /** What counts as late; missing: nothing is known of it. */
    readonly lateFromMs?: number;
  } | null;
  /** false: the request figures could not be read in this look; that nobody calls is read. */
  readonly measured?: boolean;
  /** By revision, when a container last died (epoch ms); null: the log lines could not be read. */
  readonly deaths: Readonly<Record<string, number>> | null;
  /** By revision, when Cloud Run last logged that it had no instance for a request (epoch ms); null or missing: not read. */
  readonly noInstance?: Readonly<Record<string, number>> | null;
  /** The look's own probes of the service. */
  readonly probes: Word;
}

export type Tallies = Readonly<Record<string, ServiceTally>>;

/** How what serves did right before the change. */
export interface Before {
  readonly requests: Counted | null;
  readonly dying: boolean;
  readonly probes: Word;
  /** What the revision that is watched served of it by itself; missing: none, or there is no such revision. */
  readonly own?: Counted;
}

/** One look that lies wholly after the change. `silent`: it told nothing, neither good nor bad. */
export interface TrialLook {
  readonly at: number;
  readonly probes: Word;
  readonly deaths: Word;
  /** Ill for want of an answer in time, and for nothing else; missing: not so, or not told apart. */
  readonly late?: true;
  /** Something outside was away: what was ill is silent. */
  readonly excused?: true;
}

/** Something outside that what is watched lacks, by its own lines: what it fails meanwhile says nothing of the change. */
export interface TrialOutage {
  readonly sinceAt: number;
  /** The last look that tells of it. */
  readonly at: number;
  /** `its own lines tell of a database that cannot be reached`. */
  readonly what: string;
  /** Looks in which others that were not changed missed it too, or a service that it needs was ill; missing: none. */
  readonly sharedLooks?: number;
  /** The last look that was not held against the change; missing: none. */
  readonly excusedAt?: number;
  /** Nothing tells what it is, only that the revision did not fail like this right before: until then it is not held against the change. */
  readonly unexplainedUntilAt?: number;
  /** It has lasted so long that people are to know. */
  readonly isLong?: boolean;
}

/** A full connector that the change is there to take load off, and that what is watched still passes. */
export interface Crowded {
  readonly connector: string;
  /** It is full by a figure from after the change can have worked. */
  readonly hasTakenEffect: boolean;
}

/**
 * `waiting`: not enough was seen yet. `not-worse`: enough was seen. `worse` than what it replaced, or `failing` clearly and never
 * well: agreed by several looks. `unreachable`: a dark revision cannot be asked from here; its absence speaks neither way.
 */
export type Conclusion = 'waiting' | 'not-worse' | 'worse' | 'failing' | 'unreachable';

/** How a service was served in the last minutes that lie wholly before the first write: figures tell it minutes later. */
export interface Eve {
  readonly requests: Counted;
  readonly untilAt: number;
}

/** Requests since the change, of one service. */
export interface CountedSince {
  readonly requests: Counted;
  readonly beside: Counted;
  readonly untilAt: number;
  /** Late answers of the first minute, which may be those of a start and are not in `requests`; missing: none. */
  readonly lateAtStart?: number;
}

export interface Trial {
  readonly stage: TrialStage;
  readonly stepId: string;
  /** Services that the change is about: all of them for the connector. */
  readonly services: readonly string[];
  /** Which revision of the one service is judged; null: whatever serves. */
  readonly revision: string | null;
  /** It met no users before the change: all its requests are about it. */
  readonly isNew: boolean;
  /** Percent of the users that it has; missing: a tenth. */
  readonly share?: number;
  /** It had a smaller share before: only windows that begin after this one tell how it does with it. */
  readonly later?: true;
  /** The document names the shares: without enough requests of its own it gets no more of them. */
  readonly asked?: true;
  /** Address of that revision alone, while it has one. */
  readonly tag: string | null;
  /** Services that the judged one depends on, at one remove or more, and that were well before the step; missing: none. */
  readonly needs?: readonly string[];
  /** The change is in force since. */
  readonly sinceAt: number;
  readonly before: Readonly<Record<string, Before>>;
  /** Newest last, bounded. */
  readonly looks: readonly TrialLook[];
  /** When `before` was written down, right before the first write; missing: not known. */
  readonly notedAt?: number;
  /** By service; missing: no figures of those minutes have come. */
  readonly eve?: Readonly<Record<string, Eve>>;
  /** User requests since the change, by service: of the judged revision, and of what it is compared with beside it. */
  readonly after: Readonly<Record<string, CountedSince>>;
  readonly lastDeathAt: number;
  /** The last one since the change; missing: none. */
  readonly outage?: TrialOutage | null;
  /** As of the last look; missing or null: there is none. */
  readonly crowded?: Crowded | null;
  /** Services of which Cloud Run has logged since the change that no instance was available: it turns users away itself. */
  readonly refusing?: readonly string[];
  /** What counts as late, in milliseconds; missing: nothing is known of it. */
  readonly lateFromMs?: number;
  /** Looks in a row that found the requests worse. */
  readonly worseLooks: number;
  readonly conclusion: Conclusion;
  /** Before and after, in figures. */
  readonly because: string;
}
