import type { MutationState } from '../core/model/mutation.ts';
import type { ServiceBounds, ServiceState, TrafficTarget } from '../core/model/observation.ts';
import type { PlanStep } from '../core/model/plan.ts';
import type { DesiredTemplate } from '../core/model/spec.ts';
import type { ConflictError, OutcomeUnknownError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { Expected, OperationEnd } from '../../machines/incident/activities.ts';
import type { StepCheck } from './check.ts';
import type { ChangeOf, StepKind } from './step.ts';

/** How a kind is written, by its way: what is the same for all of a way is done by the controller, the rest is asked here. */
export type Writing<Own extends StepKind> = InPlace<Own> | Bounds<Own> | Traffic<Own> | Revision<Own>;

/** The resource itself is updated, by requests that only its kind knows. */
export interface InPlace<Own extends StepKind> {
  readonly way: 'in-place';
  /** Sends the change once, through the fence; finds and counts as ours what an earlier try may have sent. */
  readonly request: (hand: Hand, step: StepOf<Own>) => Promise<Requested>;
  /** Waits until the resource is as asked, or known not to become so: accepted is not applied. */
  readonly inForce: (
    hand: Hand,
    step: StepOf<Own>,
    awaited: { readonly operation: string | null; readonly deadlineAt: number },
  ) => Promise<OperationEnd>;
}

/** The bounds of a service's instances: in force when the service is settled with them; what they were is recorded, and can be put back. */
interface Bounds<Own extends StepKind> {
  readonly way: 'bounds';
  readonly check: (change: ChangeOf<Own>, state: ServiceState) => StepCheck;
  readonly bounds: (change: ChangeOf<Own>) => { readonly from: ServiceBounds; readonly to: ServiceBounds };
}

/** The traffic of a service goes to the vector of the change (`traffic`), or of a share of it: in force when `trafficStatuses` show it. */
interface Traffic<Own extends StepKind> {
  readonly way: 'traffic';
  /** What may be done at the instant of the write that gives the revision this share, in percent. */
  readonly check: (change: ChangeOf<Own>, state: ServiceState, share: number) => StepCheck;
  /** The traffic once its revision has this share, in percent. */
  readonly shared: (change: ChangeOf<Own>, share: number) => readonly TrafficTarget[];
}

/** A new revision without traffic, then its shares: in force when the revision is ready, and `trafficStatuses` show the share. */
interface Revision<Own extends StepKind> {
  readonly way: 'revision';
  readonly check: (change: ChangeOf<Own>, state: ServiceState) => StepCheck;
  /** What the template of the new revision has otherwise than the one before it. */
  readonly template: (change: ChangeOf<Own>) => DesiredTemplate;
}

export type StepOf<Own extends StepKind> = PlanStep & { readonly change: ChangeOf<Own> };

export interface Requested {
  readonly before: MutationState;
  readonly after: MutationState;
  readonly operation: string | null;
  /** `already`: it was so when we came; nothing was sent. */
  readonly outcome: 'applied' | 'already';
}

/** What a kind writes with: the ports, and the run's own checks around every write. */
export interface Hand {
  readonly cloud: Pick<Cloud, 'run' | 'vpcAccess'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** An earlier try may have been sent: a crash, a lost answer. */
  readonly maybeSent: boolean;
  readonly plannedAt: number;
  /** The configuration as the run knows it; null: not known. */
  readonly expected: Expected | null;
  /**
   * Writes inside the fence; `lastCheck` is the last thing before the bytes. `readBack` tells what became of a write whose answer was
   * lost or that met a conflict; null: it left no trace, and the error goes on.
   */
  readonly fenced: <T>(
    write: (lastCheck: () => Promise<void>) => Promise<T>,
    readBack: (thrown: OutcomeUnknownError | ConflictError) => Promise<T | null>,
  ) => Promise<T>;
  /** The error that says: somebody else has changed it since we last knew it. */
  readonly foreign: (why: string) => ConflictError;
  /** Asks until there is an answer; null: the deadline has passed. */
  readonly until: <T>(deadlineAt: number, ask: () => Promise<T | null>) => Promise<T | null>;
}
