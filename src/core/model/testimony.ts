/** Independent kinds of evidence about one service. */
export type Witness = 'probes' | 'requests' | 'deaths' | 'platform' | 'logs';

/** `silent`: absent, late, too few, or not reachable from here. It speaks neither way. */
export type Word = 'well' | 'ill' | 'silent';

/**
 * Why a witness is silent. Probes: `unasked`, `unsent`, `unreached` (turned away at the door), `late` (right, but slow),
 * `observer` (we were slow ourselves). Requests: `none` arrive, `few` and all of them well, `unsure` (some failed, too few to
 * tell), `falling` (too many failed, surely fewer in the newest minute). Anybody: `unread`.
 */
export type Silence = 'unasked' | 'unsent' | 'unreached' | 'late' | 'observer' | 'none' | 'few' | 'unsure' | 'falling' | 'unread';

export interface Statement {
  readonly word: Word;
  /** One line with the counts it stands on. */
  readonly because: string;
  /** Samples behind it: probes, requests, lines. */
  readonly samples: number;
  /** Of users' requests: how many of the samples failed. */
  readonly failed?: number;
  /** Only of silent ones. */
  readonly silence?: Silence;
  /** Of users' requests that failed, by figures and by the request log: the newest instant at which one can have failed. */
  readonly failedAt?: number;
  /** Of users' requests by figures: the ends of the minutes in which too many failed, oldest first; also where they are too few, or over, to be ill by. */
  readonly minutes?: readonly number[];
  /** Of few users' requests of which some failed: so many were answered well after the newest of those. */
  readonly wellSince?: number;
  /** Of the request log: since then it holds no failed request, though at its own pace it would hold several. */
  readonly quietSince?: number;
}

export type Testimony = Readonly<Record<Witness, Statement>>;

/** Users' requests told that a service is ill, and nothing measured of its users has told otherwise since. */
export interface UsersIll {
  /** Until when, by the newest look that told it. */
  readonly untilAt: number;
  /** So many looks told it; in so many of them its probes failed too. */
  readonly looks: number;
  readonly probesIll: number;
  /** What the newest of them counted. */
  readonly failed: number;
  readonly samples: number;
  readonly because: string;
  /** The revisions whose users failed. */
  readonly revisions: readonly string[];
}

/** Containers of a service that died with no quiet time between. */
export interface DeathBurst {
  /** Epoch ms of the first and the last look that showed them. */
  readonly from: number;
  readonly until: number;
  /** What the newest of them told of it: which revision, and of what; missing in older records. */
  readonly because?: string;
}

/** By service, oldest first. */
export type DeathBursts = Readonly<Record<string, readonly DeathBurst[]>>;

/** Minutes in which surely too many users of a service failed, with quiet ones before and after. */
export interface UsersBout {
  /** The begin of the first of them and the end of the last, epoch ms. */
  readonly from: number;
  readonly until: number;
  /** By revision, of the one window in which most failed: windows overlap, and no request counts twice. */
  readonly revisions: Readonly<Record<string, { readonly total: number; readonly failed: number }>>;
  /** What the request log told of it; missing: nothing. */
  readonly because?: string;
}

/** By service, oldest first. */
export type UsersBouts = Readonly<Record<string, readonly UsersBout[]>>;

/** What is kept of a look for agreement over looks. */
export interface LookTestimony {
  readonly at: number;
  readonly services: Readonly<Record<string, Readonly<Record<Witness, Word>>>>;
  /** Services whose probes answered well but late, in this look. */
  readonly slow?: readonly string[];
  /** By service: the newest instants at which its users failed, by figures and by the request log; missing: none did, or an older program wrote it. */
  readonly failedAt?: Readonly<Record<string, readonly number[]>>;
  /** Connectors on which an update was under way; missing: none was. */
  readonly updating?: readonly string[];
  /** Sources of Google's that gave nothing, or only what is too old; missing: all were there, or an older program wrote it. */
  readonly unread?: readonly string[];
  /** p99, 0..1; null or missing: not measured. */
  readonly connectorCpu?: number | null;
  /** By connector, where there are several. */
  readonly connectors?: Readonly<Record<string, number | null>>;
}

/** How a revision served its users in one stretch of time: a step of the metrics, or the window of a look. */
export interface ServedStretch {
  readonly total: number;
  /** Served badly: failed, turned away, or far too late as far as that is known. */
  readonly failed: number;
  /** How long answers took was known. */
  readonly timed: boolean;
  /** The share of them is surely no higher than this. */
  readonly upper: number;
  readonly untilAt: number;
}

/** User requests of one revision in a look's window, and deaths of its containers. */
export interface RevisionServed {
  readonly total: number;
  readonly failed: number;
  /** Answered 429; missing: not told apart. */
  readonly turnedAway?: number;
  /** Answered well, but later than twice the goal; missing: not known. */
  readonly late?: number;
  readonly deaths: number;
  /** The newest line by which a container of it died, ms, of one that serves; missing: none was read. */
  readonly diedAt?: number;
  /** The window of the requests. */
  readonly sinceAt: number;
  readonly untilAt: number;
  /** The same, where it holds enough requests to remember. */
  readonly stretch?: ServedStretch;
}

/** By service and revision. */
export type Served = Readonly<Record<string, Readonly<Record<string, RevisionServed>>>>;

/** What is known of how a revision served users: from the metrics of the last day, and from what the run has seen. */
export interface RevisionRecord {
  /** The last instant at which it is known to have answered users; null: never seen to. */
  readonly lastServedAt: number | null;
  readonly total: number;
  readonly failed: number;
  /** Answered 429; missing: not known of all of them. */
  readonly turnedAway?: number;
  /** Answered well, but later than twice the goal, as far as they were timed; missing: none of them was. */
  readonly late?: number;
  readonly deaths: number;
  /** When its containers died, once for each time that minutes without a death lie before; oldest first, the last twelve. Missing: never seen to. */
  readonly died?: readonly number[];
  /** In which it served its users best; missing: never enough of them at once. */
  readonly best?: ServedStretch;
  /** The same of those whose answers were timed: most that is read of the time before tells of no lateness. */
  readonly bestTimed?: ServedStretch;
  /** Requests until here are counted: windows overlap, and no request counts twice. */
  readonly countedUntil: number;
}

/** By service and revision. */
export type TrackRecord = Readonly<Record<string, Readonly<Record<string, RevisionRecord>>>>;
