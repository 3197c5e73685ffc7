import type { ConnectorTarget, DeploySpec, StepClass } from './spec.ts';
import type { Evidence } from './diagnosis.ts';
import type { TrafficTarget } from './observation.ts';

export type StepDecision = 'apply' | 'skip' | 'veto';

/** What a step would write, by kind, complete enough to be checked again at the instant of the write. Kinds add their own (`src/steps/KIND/change.ts`). */
export interface StepChanges {
  readonly connector: {
    readonly kind: 'connector';
    readonly connector: string;
    readonly from: ConnectorConfig;
    readonly to: ConnectorTarget;
  };
  readonly pin: {
    readonly kind: 'pin';
    readonly service: string;
    readonly revision: string;
    readonly from: readonly TrafficTarget[];
    readonly to: readonly TrafficTarget[];
    /** Percents that the revision gets one after the other, as the document names them; missing: all at once. */
    readonly shift?: readonly number[];
  };
  readonly deploy: {
    readonly kind: 'deploy';
    readonly service: string;
    readonly deploy: DeploySpec;
    readonly from: readonly TrafficTarget[];
    /** Percents that the new revision gets one after the other, as the document names them; missing: the usual ones. */
    readonly shift?: readonly number[];
  };
}

export type StepChange = StepChanges[keyof StepChanges];

export interface ConnectorConfig {
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly machineType: string;
}

export interface PlanStep {
  /** `KIND:NAME`: the kind of step, and what it writes. */
  readonly id: string;
  readonly kind: StepChange['kind'];
  readonly title: string;
  readonly class: StepClass;
  readonly decision: StepDecision;
  /** Why it is applied, skipped or vetoed, in one line. */
  readonly reason: string;
  /** It was to be applied, and from the look of this instant on its reason was gone. */
  readonly notNeededSince?: number;
  readonly evidence: readonly Evidence[];
  /** null for a vetoed or skipped step whose change cannot be stated. */
  readonly change: StepChange | null;
  /** Lines of `- before` and `+ after`. */
  readonly diff: readonly string[];
  readonly blastRadius: string;
  readonly expectedMs: number;
  /** How to undo it, or that it cannot be undone. */
  readonly rollback: string;
  /** The equivalent commands, to paste if the controller is gone. */
  readonly commands: readonly string[];
}

/** Something only a human can decide before the plan can go on. */
export interface PlanQuestion {
  readonly id: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

export interface Plan {
  /** Hash of the steps' decisions and changes; the write fence compares it. */
  readonly hash: string;
  readonly madeAt: number;
  readonly observedAt: number;
  /** In the order of the runbook, and in it of the document. */
  readonly steps: readonly PlanStep[];
  /** Things the reader must know: a wish that was cut to the legal limit, and why. */
  readonly notes: readonly string[];
  readonly question: PlanQuestion | null;
  /** What the plan still lacks and more looks may bring: a suspicion, a figure that was not measured. Missing: nothing. */
  readonly awaits?: string;
  /** Steps that a human or more looks must tell, and that what is decided does not wait for; missing: none. */
  readonly open?: readonly string[];
}
