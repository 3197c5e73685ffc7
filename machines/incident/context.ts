import type { Diagnosis } from '../../src/core/model/diagnosis.ts';
import type { ChannelRecord } from '../../src/core/model/message.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import type { ServiceBounds, TrafficTarget } from '../../src/core/model/observation.ts';
import type { SeenChange } from '../../src/core/model/seen-change.ts';
import type { RunOutcome } from '../../src/core/model/outcome.ts';
import type { Plan, PlanQuestion } from '../../src/core/model/plan.ts';
import type { StepClass } from '../../src/core/model/spec.ts';
import type { DeathBursts, LookTestimony, TrackRecord, UsersBouts, UsersIll } from '../../src/core/model/testimony.ts';
import type { Trend, WindowGrant } from '../../src/core/model/trend.ts';
import type { Tallies, Trial } from '../../src/core/model/trial.ts';
import type { CountedValidation } from '../../src/core/model/verdict.ts';
import type { CARRIED } from './carried-context.ts';
import type { Stretch, TurnedAwayByBound } from './kept.ts';
import type { SupportCase } from './people/case.ts';
import type { Expected, Look, StepNow, Undone, OperatorOverrides } from './activities.ts';

/** What is taken along from another version's run: see `upgrades.ts`. */
export type Carried = Partial<Pick<IncidentContext, (typeof CARRIED)[number]>>;

/** The document's durations and limits, fixed when the run starts. All times in milliseconds. */
export interface Settings {
  readonly tickMs: number;
  readonly approve: readonly StepClass[];
  readonly approvalWithinMs: number;
  /** How long a question waits for a human before the run escalates. */
  readonly questionWithinMs: number;
  /** All waiting for people together: held, and questions. Then the run ends by itself. */
  readonly heldAtMostMs: number;
  /** Tries of one activity before its failure counts. */
  readonly attempts: number;
  /** Nothing is written inside one of these windows. */
  readonly freeze: readonly { readonly fromAt: number; readonly untilAt: number; readonly reason: string }[];
  readonly windowMs: number;
  readonly followForMs: number;
  readonly tellEveryMs: number;
  /** How long the first answer of Google may take before the case is escalated; missing: it is not, by the support plan. */
  readonly caseAnswerWithinMs?: number;
  readonly soakForMs: number;
  readonly validateEveryMs: number;
  readonly phases: { readonly capacityMs: number; readonly servicesMs: number; readonly validationMs: number };
  readonly connectorWithinMs: number;
  readonly revisionWithinMs: number;
  readonly trafficWithinMs: number;
  readonly services: readonly {
    readonly name: string;
    readonly dependsOn: readonly string[];
    /** Services of the regions that come before its own; missing: its region is the first. */
    readonly after?: readonly string[];
    readonly healthyForMs: number;
    readonly withinMs: number;
    readonly maxRelapses: number;
  }[];
}

export interface IncidentInput {
  readonly runId: string;
  /** The document's name, project and region, in words. */
  readonly target: string;
  readonly startedAt: number;
  readonly settings: Settings;
  /** A human wants to begin at this step. */
  readonly from?: OperatorOverrides['from'];
  /** A human wants this run although earlier ones went in circles. */
  readonly despite?: { readonly why: string; readonly by: string };
  /** What an earlier version of the chart has done in this run, where this one begins it anew. */
  readonly carried?: Carried;
}

/**
 * Healthy time that counts: only the time between two passing looks that follow one another. A failing look takes it back
 * to zero; a look that could not measure adds nothing (I5: unknown is not healthy).
 */
export interface Streak {
  readonly healthyMs: number;
  readonly lastPassAt: number | null;
  /** Failing looks after a passing one. */
  readonly relapses: number;
}

export const NO_STREAK: Streak = { healthyMs: 0, lastPassAt: null, relapses: 0 };

export interface Held {
  readonly by: string;
  /** A human asked for it: only a human ends it. */
  readonly human?: boolean;
  readonly reason: string;
  readonly at: number;
  /** The change that was not ours, and the configuration that was seen with it: what RESUME and ADOPT accept. */
  readonly change: {
    readonly subjects: readonly string[];
    readonly touches: readonly string[];
    readonly seen: Expected;
    /** When it was told, or told anew. */
    readonly toldAt: number;
    /** How often what is shown was changed since the run is held, the first time among them; missing: one. */
    readonly count?: number;
    /** Whose it is; null: not known. */
    readonly by?: string | null;
  } | null;
  /** Services that were ill when it was held, or of which it was told since that they are; missing in records of before it was kept. */
  readonly illTold?: readonly string[];
  /** What users have met since, as the newest look says it and as people were told; missing: nothing yet. */
  readonly followed?: { readonly seen: string; readonly told: string | null };
}

export interface RestoreItem {
  readonly service: string;
  readonly traffic: readonly TrafficTarget[];
  /** Of its instances, where this run has changed them. */
  readonly bounds?: ServiceBounds;
  /** The step that is undone by it, where it is one step alone. */
  readonly undoes?: string;
}

/** What looks in a row have said of one step. */
export interface Standing extends StepNow {
  /** The first and the newest of these looks. */
  readonly since: number;
  readonly at: number;
  readonly looks: number;
}

/** All the run remembers: small, JSON, rebuilt from the record after a crash. */
export interface IncidentContext {
  readonly version: 1;
  readonly runId: string;
  readonly target: string;
  readonly startedAt: number;
  readonly settings: Settings;

  readonly look: Look | null;
  readonly lookBeganAt: number;
  /** Looks in a row that could not be taken. */
  readonly blindLooks: number;
  /** What was counted since the run began, and what was stated about it. */
  readonly trend: Trend | null;
  readonly expected: Expected | null;
  readonly intended: Readonly<Record<string, string>>;
  readonly servingSince: Readonly<Record<string, number>>;
  /** The last looks' words by witness, newest last. */
  readonly witnessed: readonly LookTestimony[];
  /** How revisions have served users. */
  readonly revisions: TrackRecord;

  readonly diagnosis: Diagnosis | null;
  readonly plan: Plan | null;
  readonly question: PlanQuestion | null;
  /** Looks that plans in a row have waited for missing evidence. */
  readonly waitedLooks: number;
  /** By step id: what the newest looks in a row say of the plan's steps. */
  readonly standings: Readonly<Record<string, Standing>>;
  /** What the newest looks would ask instead of the question that is open (`id` is '' where they ask nothing); null: the same. */
  readonly otherQuestion: { readonly id: string; readonly looks: number; readonly untold?: number } | null;
  /** By gate that fails now: in how many looks in a row that could tell. */
  readonly failing: Readonly<Record<string, number>>;
  /** By step: conflicts met over the whole run, by whichever plan; a human's wish to try again begins anew. */
  readonly conflicts: Readonly<Record<string, number>>;
  /** The words of the plan that were told last. */
  readonly toldPlan: string;
  /** When our last change came into force; 0: none has. */
  readonly changedAt: number;
  /** Hash of the plan that a human said yes to. */
  readonly approvedPlan: string | null;
  /** By step id: the changes that the yes was given for. */
  readonly approvedChanges: Readonly<Record<string, string>>;
  readonly wishes: OperatorOverrides;
  /** The plan may not fit any more what a human has changed and accepted: plan again before the next step. */
  readonly planAgain: boolean;
  /**
   * What humans have changed during the run and the run has accepted, since when: `traffic:SERVICE`, `connector:NAME`. It is
   * theirs: not put back, and not changed again without a yes.
   */
  readonly adopted: Readonly<Record<string, number>>;
  /** Of the same: whose change it is, and when it was seen first. */
  readonly changedBy?: Readonly<Record<string, { readonly by: string | null; readonly at: number }>>;
  /** By subject: what others have changed during the run, as looks and the admin log have shown it; missing in records of before it was kept. */
  readonly changesSeen?: Readonly<Record<string, SeenChange>>;
  /** The newest look in which anything was ill. */
  readonly illSeenAt?: number;
  /** The newest look in which any witness spoke against a service, agreed or not; missing in records of before it was kept. */
  readonly illToldAt?: number;
  /** When containers of each service were seen to die; missing in records of before it was kept. */
  readonly deathBursts?: DeathBursts;
  /** By service: what users' requests have told of an illness, until they tell that it is over; missing in records of before it was kept. */
  readonly usersIll?: Readonly<Record<string, UsersIll>>;
  /** Nothing that can be seen is ill, and something cannot be seen; null or missing: that is not so. */
  readonly unmeasured?: { readonly since: number; readonly told: boolean } | null;
  /** What is waited for, in how many looks, when people were told last, and how often again; null or missing: nothing is. */
  readonly waitTold?: { readonly what: string; readonly looks: number; readonly at: number | null; readonly times?: number } | null;
  /** By service: when people were told that it begins to fail, and whether that was seen to be over; missing: of none. */
  readonly illBegun?: Readonly<Record<string, { readonly at: number; readonly over: boolean }>>;
  /** A stretch in which looks were not all well; null or missing: there is none. */
  readonly stretch?: Stretch | null;
  /** When users of each service failed; missing in records of before it was kept. */
  readonly usersBouts?: UsersBouts;
  /** By service: the newest look in which the request log told of failed requests, and what it told; missing likewise. */
  readonly failingLines?: Readonly<Record<string, { readonly at: number; readonly because: string }>>;
  /** By service: that a bound of this run's turns its users away; missing in records of before it was kept. */
  readonly boundTurnsAway?: Readonly<Record<string, TurnedAwayByBound>>;
  /** Actors whose changes are adopted during this run, by a human's wish. */
  readonly adoptsFrom: readonly string[];
  /** How often a human has asked to try again. */
  readonly round: number;

  /** The step in hand and what it has become so far. */
  readonly stepId: string | null;
  readonly operation: string | null;
  readonly changeKey: string | null;
  readonly revision: string | null;
  readonly deadlineAt: number;
  readonly attempts: number;
  /** The step that Google goes on refusing, and how often by now: that counts on when a look between two tries has it planned again. Missing: none. */
  readonly refused?: { readonly stepId: string; readonly attempts: number } | null;
  /** Keys of changes that were sent and never answered. */
  readonly unanswered: readonly string[];
  /** A write may be under way right now. */
  readonly writing: boolean;
  readonly lastWriteAt: number;
  readonly stepsDone: readonly string[];
  readonly mutations: readonly Mutation[];
  /** What was seen right before the step in hand wrote first. */
  readonly beforeStep: { readonly at: number; readonly tallies: Tallies } | null;
  /** The change whose effect is being watched. */
  readonly trial: Trial | null;
  /** Percent that the new revision gets by the next shift. */
  readonly share: number;
  /** Steps that failed and were undone; not tried again in the same form. */
  readonly undone: Readonly<Record<string, Undone>>;
  /** The step that is being undone. */
  readonly undoing: string | null;
  readonly streak: Streak;
  readonly failure: string | null;
  readonly restoreQueue: readonly RestoreItem[];
  /** Everything that failed is put back and users are not served well, since when; null or missing: that is not so. */
  readonly inVainSince?: number | null;
  /** Put back, and to be seen in force for some looks. */
  readonly restored: readonly RestoreItem[];
  readonly restoredLooks: number;
  /** A human wants everything put back; `begun` when it has been heeded. */
  readonly rollback: { readonly by: string; readonly reason: string; readonly begun: boolean } | null;
  readonly validation: CountedValidation | null;

  /** When the phases end, from their first entry on; a phase that was not entered yet is missing. */
  readonly phaseEndsAt: Readonly<Partial<Record<keyof Settings['phases'], number>>>;
  readonly windowEndsAt: number;
  /** The improvement that the window counts from; null: it counts from the beginning of the run, or from a human's retry. */
  readonly windowFrom: number | null;
  /** What the window was before each improvement that it counts from: given back when the improvement is lost. */
  readonly windowGrants: readonly WindowGrant[];
  /** Since when the window rests. */
  readonly restingSince: number | null;
  /** Set once, when the run decides to call Google; from then on it writes no more. */
  readonly escalation: {
    readonly reason: string;
    readonly at: number;
    /** Because of the window. */
    readonly afterWindow?: true;
    /** When the present reason came beside an earlier one; missing: it is the first. */
    readonly againAt?: number;
  } | null;
  readonly supportCase: SupportCase | null;
  /** When the incident was last told to whoever has it, or should have it. */
  readonly toldAt?: number;
  readonly caseAttempts: number;
  readonly commentsDue: readonly string[];
  readonly recoveryProven: boolean;

  readonly held: Held | null;
  /** Time spent waiting for people, without the wait that goes on now. */
  readonly waitedMs: number;
  /** How long questions that nobody has answered were open, until when, how often and since when; null or missing: the last one was answered, or none was. */
  readonly unansweredFor?: { readonly ms: number; readonly until: number; readonly times?: number; readonly firstAt?: number } | null;
  /** Since when an open question waits. */
  readonly askedAt: number | null;
  readonly aborting: boolean;

  readonly outbox: readonly string[];
  /** What was told lately, without its figures; bounded. */
  readonly toldLately?: readonly { readonly shape: string; readonly at: number }[];
  /** How many messages were told: the next one's number is one more. */
  readonly said?: number;
  /** The message that is being told, by its number, and how often that was begun. */
  readonly saying?: { readonly no: number; readonly tries: number };
  /** By name: how far each channel is. */
  readonly channels?: Readonly<Record<string, ChannelRecord>>;
  /** No channel takes anything, since when, and why; null or missing: one did. */
  readonly unheard?: { readonly since: number; readonly why: string } | null;
  /** Good news that goes with the next message; bounded. */
  readonly carried?: readonly string[];
  /** Messages left out since the last that was told. */
  readonly folded?: number;
  /** At the end: messages that no channel took. */
  readonly untold?: number;
  readonly outcome: RunOutcome | null;
}
