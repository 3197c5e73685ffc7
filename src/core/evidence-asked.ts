import { MINUTE, SECOND, sayDuration } from './duration.ts';

export type ChangeClass = 'bound' | 'pin' | 'way-out' | 'deploy' | 'canary' | 'shift' | 'restore' | 'scale-connector';

/** When witnesses agree that a service is ill. Any one of these is enough; sources: probes, users, deaths, platform. */
export interface IllAsked {
  /** So many independent sources against it in the newest look. */
  readonly sources: number;
  /** Requests that failed in no more minutes than this are, beside a single failing probe, still the same bad moment: so many looks. */
  readonly briefMinutes: number;
  readonly briefIn: number;
  /** Users' requests by themselves, ill in so many of the last looks: they are many samples each. */
  readonly requestsIn: number;
  /** The same beside a probe that is well: the two do not agree. */
  readonly requestsBesideWell: number;
  /** Fewer requests are the same few in every look: beside a probe that is well they must be ill in all of the last looks. */
  readonly manyRequests: number;
  /** Without a failing probe users must have failed in so many minutes, by figures or the request log: one late minute is seen in several looks. */
  readonly minutesAlone: number;
  /** Any other single source, ill in so many of the last looks. */
  readonly aloneIn: number;
  readonly ofLooks: number;
  /** So many container deaths within minutes are samples enough of their own. */
  readonly deaths: number;
  /** Answers that are right but late count when every one of so many looks was late. */
  readonly lateIn: number;
  /** Where users are served well, independent sources must agree in so many looks. */
  readonly againstUsersIn: number;
}

/** What a class of change asks for before it is written. */
export interface EvidenceAsked {
  /** Who must agree that the service is ill; null: the change follows one that asked, and is judged by comparison. */
  readonly ill: IllAsked | null;
  /** Least looks that must show it. */
  readonly looks: number;
  /** The newest look may be no older at the instant of the write; null: it is asked in the look that decides it. */
  readonly freshMs: number | null;
  /** What must be seen, in words that hold the same figures. */
  readonly asks: string;
  readonly also: string;
  /** What forbids it whatever the sources say. */
  readonly vetoedBy: string;
}

/** The gates judge a service by the same agreement. */
export const ILL: IllAsked = {
  sources: 2,
  briefMinutes: 2,
  briefIn: 2,
  requestsIn: 2,
  requestsBesideWell: 3,
  manyRequests: 100,
  minutesAlone: 3,
  aloneIn: 3,
  ofLooks: 5,
  deaths: 3,
  lateIn: 12,
  againstUsersIn: 2,
};

/**
 * "Not worse than before it", asked after every change of ours. Requests are compared by Fisher's exact test (worse: a chance
 * below 1 in 1,000 that the rate is the same, at least three failures, two points more), found so by two looks; where it answers
 * far later (more than one answer in twenty later than twice the goal, and twice as many), those count with the failures, five points more; deaths count
 * when two looks saw new ones and nothing died before; probes when three of the last five looks failed that did not fail before
 * and the requests do not say well. One look never decides, and a look that could tell nothing counts neither way.
 */
export const AFTER_WRITE = {
  chance: 0.001,
  leastFailed: 3,
  leastPoints: 0.02,
  /** Of late answers: a percentile leaves one in twenty above it. */
  leastLatePoints: 0.05,
  /** Who waits for an instance to start is not counted as late. */
  startMs: MINUTE,
  /** Late in the first minute and no longer: so many times as many requests counted in all tell that it was only the start. */
  outweighStart: 3,
  /** Requests below which a rate says nothing good. */
  leastRequests: 20,
  /** A canary that fails so many of its users, and clearly no fewer than what serves beside it, mends nothing. */
  failingShare: 0.1,
  /** Looks in a row that must find the requests worse. */
  worseLooks: 2,
  /** Looks that must have seen a new death. */
  deathLooks: 2,
  /** So many failing probes, each one request, must be this unlikely at the rate at which users failed before. */
  probesChance: 0.01,
  /** `ILL_LOOKS` of the last `OF_LOOKS`. */
  illLooks: 3,
  ofLooks: 5,
  /** A step that is ill without being worse than what was there, as long as this, has failed. */
  failingLooks: 8,
  darkLooks: 3,
  canaryMs: 5 * MINUTE,
  /** What served before was failing (nearly) all: there is little to lose, and time is. */
  shortCanaryMs: 60 * SECOND,
  windowLooks: 3,
  shortLooks: 2,
  /** Request figures are awaited this long where there were enough of them before (60 s sampling, 3 min of delay, 5 min of window). */
  figuresWithinMs: 10 * MINUTE,
  /** What fails for want of something outside is not held against the change for so long: a failover or maintenance takes 1 to 3 min (gcp-facts 4). */
  outageWithinMs: 10 * MINUTE,
  /** Where others miss it as well, or what served before was no better: to go back would mend nothing; people have it long before. */
  sharedOutageWithinMs: 2 * 60 * MINUTE,
  /** Looks that must have seen that others miss it: one sample decides nothing. */
  sharedLooks: 2,
  /** What served before failed so many of its users: to go back mends little. */
  failedBeforeShare: 1 / 3,
  /** An outage that lasts so long is told. */
  outageToldMs: 5 * MINUTE,
  /** Looks without a word of it between two that tell of it: still the same one. */
  outageGapMs: 2 * MINUTE,
} as const;

/**
 * One revision dies again and again, the ones beside it never: so many deaths with quiet times between, over so long, that they would
 * hit it alone by chance this seldom, were all alike and died by the users they serve. Ours to choose: half the users, four deaths.
 */
export const DIES_ALONE = {
  times: 3,
  overMs: 30 * MINUTE,
  chance: 0.1,
  /** Over is what has not died for so many times the longest time between two. */
  quietFor: 2,
} as const;

/**
 * One of several serving revisions fails its users, and another in the same minutes hardly any: by windows that do not overlap, each seldom by
 * chance, and all together beyond what a look every half minute for a year would bring. Ours to choose.
 */
export const FAILS_MORE = {
  times: 4,
  withinMs: 20 * MINUTE,
  leastRequests: 20,
  leastFailed: 3,
  chanceEach: 0.01,
  chance: 1e-6,
} as const;

/**
 * One revision fails its users again and again, each one beside it in the same minutes surely less (as two revisions are told apart). The
 * second time is no chance where the figures of both are beyond it.
 */
export const FAILS_ALONE = {
  times: 2,
  /** Over is what has not failed for so many times the longest time between two. */
  quietFor: 2,
} as const;

/**
 * One revision serves alone and dies, or fails its users, again and again, and its predecessor did not: no two were counted in the same
 * minutes, so it takes one time more, and lines that tell of nothing outside. Ours to choose.
 */
export const ILL_SINCE = {
  times: 3,
  overMs: 15 * MINUTE,
  /** By the requests of both, were both alike: that all of them hit the newer. */
  chance: 0.1,
  timesLess: 4,
  chanceOfRate: 0.001,
  quietFor: 2,
} as const;

const FRESH = 5 * MINUTE;
/** Looks on end for what cannot be undone. */
const ONE_WAY_LOOKS = 3;

/** The one table: what is asked before a write, by class of change. The less a change can be undone, the more. */
export const EVIDENCE_ASKED = {
  bound: {
    ill: ILL,
    looks: 1,
    freshMs: FRESH,
    asks: `fewer: a service that shares the database is ill, more: the service itself: ${illWords(ILL)}`,
    also: 'fewer: the connections to the database run short by their own figure, and more instances run than the bound; more: Cloud Run says that it turns requests away at its own maximum',
    vetoedBy:
      'fewer: the requests in flight need more instances, or users are turned away at the maximum already; more: the connections that they open beside those of the others',
  },
  pin: {
    ill: ILL,
    looks: 1,
    freshMs: FRESH,
    asks: illWords(ILL),
    also:
      'what is left out dies of itself, or again and again while the others never do, or is not ready, or the target serves users surely better (where it has no instance up by ten points, or by the share that 20 s are of the time for which what serves now has failed): fewer fail or are turned away with 429 and it is not far later, or what serves now is far later ' +
      '(more than one answer in twenty later than twice the p95 goal, and twice as many as of the target) and the target does not fail more; late and 429 of other minutes count only where the target carried the same load well when it last served, ' +
      'or what serves now fails half of its users or more, no cause is known by logs that were read, no other service is ill, and the target has served users well; ' +
      'or two revisions double the load of a connector or database at its limit; ' +
      'lastHealthy: a revision other than the one that has all the traffic that has served users well, neither failing nor late, by the requests of the last day and of the run',
    vetoedBy:
      'the target dies of itself, is not ready, or served users worse than what serves now, late answers included; or no other revision cures the cause or is seen to be spared of it',
  },
  'way-out': {
    ill: ILL,
    looks: 1,
    freshMs: FRESH,
    asks: `a service that rides the connector is ill: ${illWords(ILL)}; and its cpu is at or above its goal`,
    also: 'what would leave the connector is measured, and without it the connector is below its goal',
    vetoedBy:
      'public traffic would leave from another address while a Cloud NAT of the region has fixed ones, which somebody outside may let in alone',
  },
  deploy: {
    ill: ILL,
    looks: 1,
    freshMs: FRESH,
    asks: illWords(ILL),
    also: 'its dependencies healthy by their own witnesses; room in the database for a second revision',
    vetoedBy: 'the image is the one that dies, or the deploy brings nothing of what cures the cause',
  },
  canary: {
    ill: null,
    looks: AFTER_WRITE.darkLooks,
    freshMs: FRESH,
    asks: `the new revision, asked by its own tag, answers well in ${AFTER_WRITE.darkLooks} looks and does not fail in the newest`,
    also: 'the new revision is ready; one whose tag cannot be reached from here, or tells nothing, goes on to the small share',
    vetoedBy: `its probes fail in ${AFTER_WRITE.illLooks} of ${AFTER_WRITE.ofLooks} looks, or its containers die in ${AFTER_WRITE.deathLooks}`,
  },
  shift: {
    ill: null,
    looks: AFTER_WRITE.windowLooks,
    freshMs: FRESH,
    asks:
      `the canary is well in ${AFTER_WRITE.windowLooks} looks over ${sayDuration(AFTER_WRITE.canaryMs)} ` +
      `(${AFTER_WRITE.shortLooks} over ${sayDuration(AFTER_WRITE.shortCanaryMs)} where nearly every request failed before), ` +
      `by probes and deaths or by at least ${AFTER_WRITE.leastRequests} requests; where users call, its own requests are counted first; ` +
      `where a tenth of them is fewer than ${AFTER_WRITE.leastRequests} in a window, they are waited for ${sayDuration(AFTER_WRITE.figuresWithinMs)}; ` +
      `where the document names the shares (shift), each of them alike, and always by at least ${AFTER_WRITE.leastRequests} requests of its own with that share: without them a human is asked`,
    also: 'not worse than what served before it or serves beside it',
    vetoedBy: `${worseWords()}; or it fails ${AFTER_WRITE.failingShare * 100} % of its users and clearly no fewer than what serves beside it`,
  },
  restore: {
    ill: null,
    looks: AFTER_WRITE.worseLooks,
    freshMs: null,
    asks: `what was changed is worse than before it, or does not work: ${worseWords()}, or ill in ${AFTER_WRITE.failingLooks - 1} of ${AFTER_WRITE.failingLooks} looks`,
    also: 'or a human says rollback',
    vetoedBy: `absent data: it stops clocks and puts nothing back; and for ${sayDuration(AFTER_WRITE.outageWithinMs)} what fails by its own lines for want of a database, a name or somebody else’s API (for ${sayDuration(AFTER_WRITE.sharedOutageWithinMs)} where others miss it too, or what served before was ill itself), and what fails by errors alone on a revision that was well with its share, where the other failed a third of its users`,
  },
  'scale-connector': {
    ill: ILL,
    looks: ONE_WAY_LOOKS,
    freshMs: FRESH,
    asks: `a service that rides it is ill: ${illWords(ILL)}; and its cpu is at or above its goal in ${ONE_WAY_LOOKS} looks on end`,
    also: 'time-outs of a service that rides it towards a private address; the database that the document names seen there',
    vetoedBy:
      'a serving revision, or the one to be pinned, dies of itself; or, without its cpu, more room does not cure the cause; one of two revisions that ride it fails and the other does not; a release that rides it can go back first, and who else rides it surely fails many times less; a name that cannot be resolved, or a database without a connection left',
  },
} as const satisfies Readonly<Record<ChangeClass, EvidenceAsked>>;

/** `two of …, or …`: every way in which it is enough. */
export function illWords(asked: IllAsked): string {
  const { sources, briefMinutes, briefIn, requestsIn, requestsBesideWell, manyRequests, minutesAlone, aloneIn, ofLooks, deaths } = asked;
  const { lateIn, againstUsersIn } = asked;
  return (
    `${sources} independent sources in one look (probes, and requests that failed in ${briefMinutes} minutes at most: in ${briefIn}), or users' requests in ${requestsIn} of ${ofLooks} looks (not only from before its probes answer well, and not by luck, or the request log is quiet, without a failing probe in ${minutesAlone} minutes, by the figures or that log, nor while a surely smaller share fails in the newest minute than in the one before; beside a probe that is well in ${requestsBesideWell}, and fewer than ${manyRequests} of them in all ${ofLooks}), or another single source in ` +
    `${aloneIn} of ${ofLooks}, or ${deaths} container deaths within 2m, or every answer late in ${lateIn} looks on end, or one of several revisions that dies again and again (${DIES_ALONE.times} times over ${sayDuration(DIES_ALONE.overMs)} at least) while the others never do, or fails its users again and again (${FAILS_ALONE.times} times at least) and each of the others surely less by Fisher's exact test, or one that serves alone and does either of it (${ILL_SINCE.times} times over ${sayDuration(ILL_SINCE.overMs)} at least) where by the requests of the day its predecessor surely did not and no line names anything outside, or one whose users fail beyond the goal and ${FAILS_MORE.times} times as often as another's in the same minutes, in windows that do not overlap (Fisher's exact test: p < ${FAILS_MORE.chanceEach} in each, < ${FAILS_MORE.chance} in all; in ${minutesAlone} minutes since its probes answer well or it is looked at); ` +
    `while users are served well only ${sources} sources in ${againstUsersIn} looks, or those deaths in ${aloneIn} of ${ofLooks}`
  );
}

function worseWords(): string {
  const { worseLooks, leastFailed, leastPoints, leastLatePoints, startMs, deathLooks, illLooks, ofLooks } = AFTER_WRITE;
  return (
    `its requests fail, or are turned away with 429, more by Fisher's exact test (p < ${AFTER_WRITE.chance}, at least ${leastFailed} of them and ` +
    `${leastPoints * 100} points more), or it answers far later and, with its late answers counted, serves ${leastLatePoints * 100} points more of its users badly (not in the first ${sayDuration(startMs)}), in ${worseLooks} looks on end, or its containers die in ${deathLooks} looks, or its probes fail in ` +
    `${illLooks} of ${ofLooks}, and more than the users’ requests that failed before explain (p < ${AFTER_WRITE.probesChance})`
  );
}

const rows = Object.entries(EVIDENCE_ASKED) as readonly (readonly [ChangeClass, EvidenceAsked])[];

/** The table as Markdown, for the README. */
export function evidenceTable(): string {
  const cells = rows.map(([change, { looks, freshMs, asks, also, vetoedBy }]) => [
    change,
    asks,
    String(looks),
    freshMs === null ? 'the one that decides' : sayDuration(freshMs),
    also,
    vetoedBy,
  ]);
  const head = ['change', 'what must be seen', 'least looks', 'newest look at most', 'also', 'vetoed by'];
  return [head, head.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The same for `--help`. */
export function evidenceHelp(): string {
  const lines = rows.map(([change, { asks, also, vetoedBy }]) => `  ${change}: ${asks}.\n    Also: ${also}. Not when: ${vetoedBy}.`);
  return `\n\nEvidence that each change asks for (a probe alone, in one look, moves nothing):\n${lines.join('\n')}`;
}
