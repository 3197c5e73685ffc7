import type { Cause, CauseKind, Diagnosis, Evidence } from '../core/model/diagnosis.ts';
import type { Observation, ServiceState } from '../core/model/observation.ts';
import type { PlanQuestion, PlanStep } from '../core/model/plan.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { TrackRecord } from '../core/model/testimony.ts';
import type { GateName, Verdict } from '../core/model/verdict.ts';
import type { IllAlone } from '../diagnosis/changes/ill-alone.ts';
import { idOf } from '../steps/index.ts';
import type { StepKind } from '../steps/step.ts';
import { lacking } from './evidence-asked.ts';
import type { AgreedFor, PlannedChange } from './evidence-asked.ts';

/** What every step is decided on. */
export interface PlanScope {
  readonly diagnosis: Diagnosis;
  readonly observation: Observation;
  readonly spec: RemediationSpec;
  /** The look's gates without any intention of ours: `healthy:SERVICE` says what needs no hand. */
  readonly gates: Readonly<Record<GateName, Verdict>>;
  /** By change and service: what its witnesses come to over the last looks. */
  readonly agreed: AgreedFor;
  /** How revisions have served users. */
  readonly revisions: TrackRecord;
  /** By service: the one of its serving revisions that dies, or fails its users, again and again while the others do not. */
  readonly illAlone: Readonly<Record<string, IllAlone>>;
  /** Of the looks before, newest last: what the cpu of a connector was; null: this look stands alone, and a run would confirm it. */
  readonly connectorCpu: readonly ((connector: string) => number | null)[] | null;
  /** Until when an update was under way on each connector, by the looks so far and this one; missing: on none was, or this look stands alone. */
  readonly busyUntil?: Readonly<Record<string, number>>;
  /** When the last change of ours came into force; a figure from before it is no reason for the next. 0: none has. */
  readonly changedAt: number;
  /** Steps that people have left out, or that this run has tried and undone: nothing else waits for them. */
  readonly leftOut?: readonly string[];
}

/** One step with what it adds to the plan. */
export interface Decided {
  readonly step: PlanStep;
  readonly notes: readonly string[];
  readonly question: PlanQuestion | null;
  /** More looks may bring what is missing: what is waited for. */
  readonly awaits?: string;
  /** Left out because nothing speaks for it; nothing speaks against it either, it can be undone, and where no step helps people may have it tried. */
  readonly mayTry?: PlanQuestion;
  /** What it takes out of use dies of itself, whatever it meets: it does not wait for what others meet. */
  readonly isOwnFault?: true;
  /** What it goes back to is known to have served users surely better: its reason is no load that two revisions double. */
  readonly isBetter?: true;
  /** Services that may be well again by this step alone: they get no new revision before that is seen. */
  readonly mayMend?: readonly string[];
  /** The veto stands on a measured figure, whatever lines say beside it: a yes could not make it help. */
  readonly isMeasured?: true;
}

/** Confidence from which a cause may veto. */
export const VETO_FROM = 0.7;
/** Confidence from which saturation counts as proven by itself. */
export const SATURATION_FROM = 0.5;

/** What a kind says of a step before it is decided. */
export type StepWords = Pick<PlanStep, 'title' | 'class' | 'blastRadius' | 'expectedMs' | 'rollback'>;

/** A step that is not decided yet: skipped without a reason, and without a change. */
export function blankOf(kind: StepKind, name: string, words: StepWords): PlanStep {
  const undecided = { decision: 'skip', reason: '', evidence: [], change: null, diff: [], commands: [] } as const;
  return { id: idOf(kind, name), kind, ...words, ...undecided };
}

/** The state of a service, only when it was read in this look. */
export function freshState(scope: PlanScope, service: string): ServiceState | null {
  const state = scope.observation.services[service]?.state;
  return state?.freshness === 'fresh' ? state.value : null;
}

export function causesOf(scope: PlanScope, ...kinds: readonly CauseKind[]): readonly Cause[] {
  return scope.diagnosis.causes.filter((cause) => kinds.includes(cause.kind));
}

export function skip(step: PlanStep, reason: string, evidence: readonly Evidence[] = []): Decided {
  return { step: { ...step, decision: 'skip', reason, evidence }, notes: [], question: null };
}

/** What was decided otherwise is left out, with what it stood on and what was noted. */
export function leaveOut({ step, notes }: Decided, because: string): Decided {
  return { ...skip(step, because, step.evidence), notes };
}

export function veto(step: PlanStep, reason: string, evidence: readonly Evidence[] = []): Decided {
  return { step: { ...step, decision: 'veto', reason, evidence }, notes: [], question: null };
}

/** Not enough evidence for a change, and more looks may bring it. */
export function wait(step: PlanStep, awaits: string, evidence: readonly Evidence[] = []): Decided {
  return { step: { ...step, decision: 'skip', reason: awaits, evidence }, notes: [], question: null, awaits };
}

/** null: the witnesses agree on what this change asks for. */
export function unproven(scope: PlanScope, change: PlannedChange, step: PlanStep, service: string): Decided | null {
  const missing = lacking(change, service, scope.agreed[change][service]);
  return missing === null ? null : wait(step, missing);
}

/** Not applied until a human has decided; what could not be read may be read in the next look. */
export function askUnread(step: PlanStep, text: string): Decided {
  return { ...ask(step, text), awaits: text };
}

/** Left out, and offered to people where the whole document has no step that helps. */
export function skipUnlessTried(step: PlanStep, reason: string, offer: string): Decided {
  return { ...skip(step, reason), mayTry: { id: `${step.id}:evidence`, text: offer, evidence: [] } };
}

/** Not applied until a human has decided. */
export function ask(step: PlanStep, text: string, evidence: readonly Evidence[] = []): Decided {
  const question = { id: `${step.id}:evidence`, text, evidence };
  return { step: { ...step, decision: 'veto', reason: `needs a human: ${text}`, evidence }, notes: [], question };
}

export function apply(step: PlanStep, reason: string, evidence: readonly Evidence[], notes: readonly string[] = []): Decided {
  return { step: { ...step, decision: 'apply', reason, evidence }, notes, question: null };
}

/** The verdict that lets a healthy service alone. */
export function healthOf(scope: PlanScope, service: string): Verdict {
  return scope.gates[`healthy:${service}`] ?? { outcome: 'error', because: `${service} was not looked at` };
}
