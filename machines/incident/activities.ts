import { fromPromise } from 'xstate';
import type { PromiseActorLogic } from 'xstate';
import type { CauseKind, Diagnosis } from '../../src/core/model/diagnosis.ts';
import type { ChannelRecord, Telling } from '../../src/core/model/message.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import type { RunOutcome } from '../../src/core/model/outcome.ts';
import type { ConnectorConfig, Plan, StepChange } from '../../src/core/model/plan.ts';
import type { AdminChange, ServiceBounds, TrafficTarget } from '../../src/core/model/observation.ts';
import type { OwnDoing } from '../../src/core/model/own-doing.ts';
import type { LookTestimony, Served, Testimony, TrackRecord, UsersBouts, UsersIll } from '../../src/core/model/testimony.ts';
import type { Progress, Trend } from '../../src/core/model/trend.ts';
import type { CaseAnswer, CaseEvidence, CaseKnown, CaseReading, PreparedCase } from './people/case.ts';
import type { Present } from './health/present-look.ts';
import type { Tallies, Trial } from '../../src/core/model/trial.ts';
import type { GateName, Indicators, ValidationReport, Verdict } from '../../src/core/model/verdict.ts';

/** What the runbook asks to be done; `src/controller/activities` carries it out. Inputs are fixed when the decision is saved; each may run twice. */

export type { Present, StepNow } from './health/present-look.ts';

/** The facts of one look at the world, small enough to be kept in the record. */
export interface Look {
  readonly at: number;
  readonly indicators: Indicators;
  readonly gates: Readonly<Record<GateName, Verdict>>;
  /** By service: what each independent witness says in this look. */
  readonly testimony: Readonly<Record<string, Testimony>>;
  /** What users were served in the look's window, without our own requests. */
  readonly served: Served;
  /** How revisions have served users over the last day, in the looks that read it. */
  readonly record?: TrackRecord;
  /** Services whose probes answered well but late. */
  readonly slow?: readonly string[];
  /** Connectors on which an update is under way; missing: none is. */
  readonly updating?: readonly string[];
  /** Sources that gave nothing, or only what is too old; missing: all were there. */
  readonly unread?: readonly string[];
  /** The configuration as it was seen: what later looks are compared with, or null where it could not be read. */
  readonly configuration: Expected;
  /** A change of the world that was not ours, or null. */
  readonly foreignChange: ForeignChange | null;
  /** Since the run began, by the admin log: of what this run has not written, oldest first. */
  readonly adminChanges?: readonly (Pick<AdminChange, 'at' | 'actor'> & { readonly subject: string })[];
  /** Services, seen for the first time, that others changed after the run was started. What they were before it is not known. */
  readonly changedSinceStart?: readonly string[];
  /** What is stated about the trend, against the baseline and the best so far (DESIGN section 8, improvement). */
  readonly progress: Progress;
  /** What the next look's trend is judged with; kept by the run, once. */
  readonly trend?: Trend;
  /** Reads that a run cannot do without and that Google refused our account: each with the grant that is missing; missing: none. */
  readonly denied?: readonly string[];
  /** By job and worker pool of the document, as `pass` or `fail: why`: told, and decided on by nothing; missing: it names none. */
  readonly workloads?: Readonly<Record<string, string>>;
  /** One line for the progress display: the worst thing seen. */
  readonly headline: string;
  readonly reads: number;
  /** What the look tells of each service by revision: a change made next is compared with it. */
  readonly tallies?: Tallies;
  /** The trial that was asked about, with this look in it; missing or null: none was. */
  readonly trial?: Trial | null;
  /** What would be planned on this very look; missing where nothing waits for the answer. */
  readonly present?: Present;
}

export interface ForeignChange {
  /** `service:NAME` or `connector:NAME`. */
  readonly subject: string;
  readonly diff: readonly string[];
  /** Who, when the audit log tells. */
  readonly actor: string | null;
  /** What of it was changed: `traffic`, `template`, the connector itself; missing when what was there before is not known. */
  readonly touches?: readonly string[];
}

/** What we believe the world's configuration to be: as first seen, then after each change of ours. What is missing is not known. */
export interface Expected {
  readonly connectors: Readonly<Record<string, ConnectorConfig>>;
  /** By service: the `generation` we last saw or made; null while a write of ours is in flight. */
  readonly services: Readonly<Record<string, string | null>>;
  /** By service: the wanted traffic vector that belongs to that generation; missing where it is not known. */
  readonly traffic?: Readonly<Record<string, readonly TrafficTarget[]>>;
  /** By service: the fingerprint of its settings at that generation, labels and the like left out; missing where it is not known. */
  readonly content?: Readonly<Record<string, string>>;
}

export interface PreflightAnswer {
  readonly refusals: readonly { readonly check: string; readonly why: string; readonly fix: string }[];
  readonly warnings: readonly string[];
}

export interface LookInput {
  readonly expected: Expected | null;
  /** What is newer than this, of a service that the run has not seen yet and has sent nothing to, is by others; by subject: its own last change. */
  readonly unseen?: OwnDoing;
  /** By service: the revision that must serve now because we put it there. */
  readonly intended: Readonly<Record<string, string>>;
  /** By service: since when its present revision has had the traffic by our hand; `connector:NAME`: since when it was changed.
   * Older evidence is not about them. */
  readonly servingSince: Readonly<Record<string, number>>;
  /** The looks before, newest last: evidence is agreement over looks. */
  readonly witnessed?: readonly LookTestimony[];
  readonly revisions?: TrackRecord;
  /** By service: an illness that only its users can say is over (`users-ill.ts`). */
  readonly usersIll?: Readonly<Record<string, UsersIll>>;
  /** By service: when its users failed before this look. */
  readonly usersBouts?: UsersBouts;
  /** Null or missing before the first look. */
  readonly trend?: Trend | null;
  /** What was put back and must be seen in force: each is judged as the gate `restored:SERVICE`. */
  readonly restored?: readonly { readonly service: string; readonly traffic: readonly TrafficTarget[]; readonly bounds?: ServiceBounds }[];
  /** The change whose effect is being watched. */
  readonly trial?: Trial | null;
  /** A step or a question waits for what would be planned now; missing: none does. */
  readonly planning?: Replanning;
}

/** What a plan is made with beside the look. */
export interface Replanning {
  readonly mutationsMade: number;
  readonly wishes?: OperatorOverrides;
  /** When the last change of ours came into force: what was seen before is no reason for the next. */
  readonly changedAt?: number;
  /** What was planned before, what of it is done, and what two looks or more no longer asked for. */
  readonly before?: PlannedBefore;
}

export interface PlannedBefore {
  readonly plan: Plan;
  readonly done: readonly string[];
  /** By step id: since when it is not needed, and why. */
  readonly gone: Readonly<Record<string, { readonly since: number; readonly because: string }>>;
}

/** What people want of the plan beside the document. */
export interface OperatorOverrides {
  /** By step id: why it is left out, in words. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Steps before this one are left out; null: begin at the beginning. */
  readonly from: { readonly step: string; readonly by: string } | null;
  /** Ids of questions that were answered with yes. */
  readonly allowed: readonly string[];
  /** Steps of this run that failed and were undone, by id: the change as it was made, and why; not tried again in the same form. */
  readonly undone?: Readonly<Record<string, Undone>>;
}

export interface Undone {
  readonly change: StepChange | null;
  readonly because: string;
  /** Nothing of it was accepted; or it failed and is left in force, because what was there before served users no better. */
  readonly neverInForce?: true;
  readonly kept?: true;
}

/** The step of the plan that an activity is about. */
export interface StepInput {
  readonly stepId: string;
  readonly plan: Plan;
  /** Against `policy.budget.mutations`. */
  readonly mutationsMade: number;
  /** The look on which the step was released; an old one is no ground for a write. */
  readonly lookedAt: number;
  /** An earlier try of this step got no answer to its write: it may be in force. */
  readonly maybeSent: boolean;
  /** Keys under which those tries were sent. */
  readonly sentKeys?: readonly string[];
  /** The configuration as the run knows it; what differs from it was changed by somebody else. Missing or null: not known. */
  readonly expected?: Expected | null;
  /** How often a human has asked to try again: part of the change's key, so that a new try is a new change. */
  readonly round?: number;
  /** A human has said yes to more changes than the budget has. */
  readonly budgetLifted?: boolean;
}

/** A recorded vector that is to be put back. */
export interface RestoreInput {
  readonly service: string;
  readonly traffic: readonly TrafficTarget[];
  /** Of its instances, where this run has changed them. */
  readonly bounds?: ServiceBounds;
  readonly planHash: string;
  readonly expected?: Expected | null;
  readonly maybeSent?: boolean;
  /** The step that is undone by it, where it is one step alone. */
  readonly undoes?: string;
}

export interface Awaited {
  readonly operation: string | null;
  readonly deadlineAt: number;
}

export interface Sent {
  /** When its bytes were about to leave; missing: nothing was sent, or it was made by a version that did not note it. */
  readonly sentAt?: number;
}

/** The mutation's own `at` is when Google had accepted it. */
export interface ChangeStarted extends Sent {
  readonly operation: string | null;
  readonly mutation: Mutation;
}

export interface OperationEnd {
  readonly ok: boolean;
  /** `stockout`, `quota`, `internal`, `not-ready`, `invalid`, `overdue`, … when it ended badly. */
  readonly reason: string | null;
  readonly message: string | null;
  /** The world's state at the end, as the activity verified it. */
  readonly revision: string | null;
  readonly generation: string | null;
}

export interface RestoreAnswer extends Sent {
  readonly mutation: Mutation;
  readonly exact: boolean;
  readonly note: string | null;
}

/** What was said, so that the journal holds it, and how many channels took it. */
export interface Told {
  readonly told: number;
  readonly text: string;
  /** How far each channel is now, by name; missing: answered by a version that had but webhooks. */
  readonly channels?: Readonly<Record<string, ChannelRecord>>;
  /** Whom it has not reached, and why. */
  readonly missed?: readonly { readonly channel: string; readonly why: string }[];
}

/** Owed by a version that had but webhooks, it is `text` alone. */
export type TellingInput = Pick<Telling, 'text'> & Partial<Telling>;

const task = <Output, Input = Record<string, never>>(name: string): PromiseActorLogic<Output, Input> =>
  fromPromise<Output, Input>(() => Promise.reject(new Error(`${name} is carried out by the durable runner, never by XState`)));

export const activities = {
  /** Everything that must be true before the first write, by reading only. */
  preflight: task<PreflightAnswer>('preflight'),
  /** One observation, judged. */
  observe: task<Look, LookInput>('observe'),
  diagnose: task<Diagnosis, LookInput>('diagnose'),
  plan: task<Plan, Replanning & { readonly diagnosis: Diagnosis; readonly facts?: LookInput }>('plan'),

  scaleConnector: task<ChangeStarted, StepInput>('scaleConnector'),
  /** Until the operation has ended and the connector is READY as asked for. */
  awaitConnector: task<OperationEnd, StepInput & Awaited>('awaitConnector'),
  boundInstances: task<ChangeStarted, StepInput>('boundInstances'),
  /** Until the service is settled with the bounds. */
  awaitBounds: task<OperationEnd, StepInput & Awaited>('awaitBounds'),
  /** `share` in percent, here and below; missing: all. */
  pinTraffic: task<ChangeStarted, StepInput & { readonly share?: number }>('pinTraffic'),
  deployService: task<ChangeStarted, StepInput>('deployService'),
  /** Until the new revision is ready, or known not to become so. */
  awaitRevision: task<OperationEnd, StepInput & Awaited & { readonly changeKey: string }>('awaitRevision'),
  shiftTraffic: task<ChangeStarted, StepInput & { readonly revision: string; readonly share: number }>('shiftTraffic'),
  /** Until `trafficStatuses` show what was asked for; `revision` null: that of the pin. */
  awaitTraffic: task<OperationEnd, StepInput & Awaited & { readonly revision: string | null; readonly share: number }>('awaitTraffic'),
  /** Puts a service's traffic back to a recorded vector, and its bounds where they are given, and verifies it. */
  restoreTraffic: task<RestoreAnswer, RestoreInput>('restoreTraffic'),

  validate: task<ValidationReport, LookInput>('validate'),

  /** Writes the text of the case and keeps it where the run's state is. */
  prepareCase: task<PreparedCase, { readonly reason: string; readonly facts: string }>('prepareCase'),
  openCase: task<CaseAnswer, { readonly reason: string; readonly text: string; readonly about?: CauseKind | null }>('openCase'),
  /** Puts the evidence of this minute on the case: as a file, or as comments where Google takes none. */
  attachEvidence: task<CaseEvidence, { readonly caseName: string }>('attachEvidence'),
  /** `note`: what the case does not take. */
  commentOnCase: task<{ readonly sent: boolean; readonly note?: string }, { readonly caseName: string; readonly text: string }>(
    'commentOnCase',
  ),
  readCase: task<CaseReading, { readonly caseName: string; readonly known: CaseKnown | null }>('readCase'),
  escalateCase: task<
    { readonly escalated: boolean; readonly note: string | null },
    { readonly caseName: string; readonly justification: string }
  >('escalateCase'),
  closeCase: task<{ readonly closed: boolean; readonly note?: string }, { readonly caseName: string; readonly text: string }>('closeCase'),

  /** Tells people on every channel. */
  inform: task<Told, TellingInput>('inform'),
  /** Last words: what happened, what is left to do; told on every channel. */
  conclude: task<Told, TellingInput & { readonly outcome: RunOutcome }>('conclude'),
};

type Activities = typeof activities;
export type ActivityName = keyof Activities;

export type InputOf<Name extends ActivityName> = Activities[Name] extends PromiseActorLogic<infer _Output, infer Input> ? Input : never;
export type OutputOf<Name extends ActivityName> = Activities[Name] extends PromiseActorLogic<infer Output, infer _Input> ? Output : never;

export interface ActivityContext {
  /** Idempotency key `run/seq/activity`: the same at every repetition. */
  readonly key: string;
  /** It was pending before this process began: an earlier one may have carried it out. */
  readonly repeated: boolean;
  readonly signal: AbortSignal;
}
