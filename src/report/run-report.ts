import type { Undone } from './changes/undone.ts';
import type { Evidence } from '../core/model/diagnosis.ts';
import type { StepClass } from '../core/model/spec.ts';
import type { Mutation, MutationState } from '../core/model/mutation.ts';
import type { Diagnosis } from '../core/model/diagnosis.ts';
import type { Indicators, Outcome, TurnedAwayCount } from '../core/model/verdict.ts';

/** What a run was, as JSON (DESIGN section 11 and more). Instants are epoch milliseconds; a run that goes on has `outcome` null. */
export interface RunReport {
  readonly scenario: string | null;
  readonly seed: number | null;
  readonly runId: string | null;
  /** What is wrong with the journal that this report is made of; null: it is whole. */
  readonly damage: string | null;
  /** The document's name, project and region, in words. */
  readonly target: string | null;
  readonly outcome: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Why nothing was begun, with what mends it; empty unless the run was refused. */
  readonly refusals: readonly { readonly check: string; readonly why: string; readonly fix: string }[];
  /** What the preflight warned of: known before the first write, and not in its way. */
  readonly warnings: readonly string[];
  readonly phases: readonly PhaseReport[];
  readonly diagnosis: Diagnosis | null;
  /** The newest diagnosis, where it names another leading cause than the one that the run began with. */
  readonly lastCause: { readonly at: number; readonly summary: string } | null;
  readonly mutations: readonly MutationReport[];
  /** Steps that were undone, with what spoke against each. */
  readonly undone: readonly Undone[];
  readonly vetoes: readonly StepReport[];
  readonly skips: readonly StepReport[];
  /** Steps that the newest plan has planned, and that were not begun, with when they were planned first in vain. */
  readonly notBegun: readonly NotBegun[];
  readonly escalation: EscalationReport | null;
  readonly improvement: ImprovementReport;
  /** The newest verdict of each gate, and of the last validation under `validation`. */
  readonly verdicts: Readonly<Record<string, { readonly outcome: Outcome; readonly because: string | null }>>;
  readonly timeline: readonly TimelineEntry[];
  /** `after`: of the newest look whose figures lie wholly after the last change; null with `changedAt`: there is none yet. */
  readonly indicators: {
    readonly before: Indicators | null;
    readonly after: Indicators | null;
    readonly changedAt: number | null;
    /** The largest share of requests answered 429 in any look; missing: in none were any. */
    readonly mostTurnedAway?: TurnedAwayCount;
  };
  readonly told: readonly ToldReport[];
  /** The order of a person that ended the run, in words: `ABORT by ann (claimed): mine`; null: none did. */
  readonly stopped: string | null;
  readonly questions: readonly { readonly at: number; readonly text: string; readonly answer: string | null }[];
  /** What would undo what was changed, newest change first. */
  readonly undo: readonly { readonly title: string; readonly how: string }[];
  /** Services whose traffic the run has moved and, though it put traffic back, did not put back, and why. */
  readonly leftAsIs: readonly { readonly service: string; readonly recorded: string; readonly why: string }[];
  /** Where its time could have been less, by its own times. */
  readonly faster: readonly string[];
  /** What the document says of itself beside the runbook, by key. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Jobs and worker pools as the newest look saw them: told, never changed. */
  readonly beside: readonly string[];
  /** What could not be seen, as of the last diagnosis. */
  readonly unknowns: readonly string[];
  readonly ticks: number;
  readonly resumed: number;
  readonly virtualMs: number;
  readonly wallMs: number | null;
  readonly requests: number | null;
}

export interface PhaseReport {
  readonly name: string;
  readonly startedAt: number;
  /** null: it was still in this phase when the journal ended. */
  readonly endedAt: number | null;
}

/** A message to people that went out. */
export interface ToldReport {
  readonly at: number;
  /** On how many channels; 0: none is configured, or none took it. */
  readonly channels: number;
  readonly text: string;
  /** Which took it; empty: not recorded. */
  readonly reached: readonly string[];
  /** Which it has not reached, and why. */
  readonly missed: readonly { readonly channel: string; readonly why: string }[];
}

export interface MutationReport {
  readonly stepId: string;
  readonly title: string;
  readonly class: StepClass;
  readonly at: number;
  /** When its bytes were about to leave; null: not recorded, or nothing was sent. `at` is when Google had accepted it. */
  readonly sentAt: number | null;
  /** When it was seen in force, or known to have failed; null: neither. */
  readonly inForceAt: number | null;
  /** `pending`: asked for, and no end is known. */
  readonly outcome: 'applied' | 'already' | 'failed' | 'pending';
  readonly before: MutationState;
  readonly after: MutationState;
  readonly operation: string | null;
  /** '' where it is not in force as the run made it. */
  readonly undo: string;
  /** What has become of it since: put back, or replaced by somebody else. */
  readonly since?: string;
  /** Of a restore that undid one step alone: that step. */
  readonly undoes?: string;
  readonly problem: string | null;
  /** The journal has no line of it; the run's record remembers it. */
  readonly fromRecord?: boolean;
}

export interface NotBegun {
  readonly stepId: string;
  readonly title: string;
  readonly plannedAt: number;
}

export interface StepReport {
  readonly stepId: string;
  readonly title: string;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** What the newest plan says of the step is this; an earlier reason may be over. */
  readonly stands: boolean;
}

export interface EscalationReport {
  readonly at: number;
  /** Later than `at` where a human has let the run work again and it was handed over once more. */
  readonly heldSince: number;
  readonly reason: string | null;
  /** What did not pass at that moment, each with since when and how often; the worst first, and how many more. */
  readonly failing: readonly string[];
  readonly caseName: string | null;
  /** When it was opened: people may have had the text before; null: it was not. */
  readonly caseOpenedAt: number | null;
  readonly escalated: boolean;
  /** As what it was read back when it was opened; null: not recorded. */
  readonly opened: string | null;
  /** As it was read last with anything new; null: it never was. */
  readonly seen: { readonly at: number; readonly state: string; readonly escalated: boolean } | null;
  /** What others wrote into it, oldest first. */
  readonly answers: readonly { readonly at: number | null; readonly by: string; readonly byGoogle: boolean; readonly text: string }[];
  /** What became of escalating it; null: it was not asked for. */
  readonly escalating: string | null;
  /** How the evidence was put on it; null: not, or not known. */
  readonly evidence: string | null;
  /** Where the text is kept; null: not known, or nowhere. */
  readonly keptAt: string | null;
  readonly comments: number;
  readonly closedAt: number | null;
  readonly note: string | null;
  /** The case text, ready to be handed on. */
  readonly text: string;
}

export interface ImprovementReport {
  readonly times: readonly { readonly at: number; readonly because: string }[];
  readonly goalsMet: boolean;
  readonly last: string | null;
}

export interface TimelineEntry {
  readonly at: number;
  /** The same was seen or said again: how often in all, and when last. */
  readonly times?: number;
  readonly until?: number;
  readonly phase: string | null;
  readonly text: string;
}

/** What the journal cannot know: how it was rehearsed and what that cost. */
export interface ReportExtras {
  readonly scenario?: string | null;
  readonly seed?: number | null;
  /** What is wrong with the journal, and the changes as the run's record remembers them: a damaged journal may lack some. */
  readonly damage?: string | null;
  readonly recorded?: readonly Mutation[];
  readonly wallMs?: number | null;
  readonly requests?: number | null;
}
