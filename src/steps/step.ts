import type { ChangeClass } from '../core/evidence-asked.ts';
import type { TrafficTarget } from '../core/model/observation.ts';
import type { StepChange } from '../core/model/plan.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { GateName, Outcome } from '../core/model/verdict.ts';
import type { Shares } from './shares.ts';
import type { Way } from './ways.ts';

export type StepKind = StepChange['kind'];
export type ChangeOf<Kind extends StepKind> = Extract<StepChange, { kind: Kind }>;

/**
 * What the runbook, the plan and the words must know of a kind of step. Every kind answers all of it (`STEPS` is total), so a new
 * kind does not compile before it does, and nothing falls through to "everything else". Pure.
 */
export interface Step<Kind extends StepKind = StepKind> {
  readonly kind: Kind;
  /** How it is carried out: its place in the runbook, and all that follows from that. */
  readonly way: Way;
  /** The row of the table of evidence under which its first write falls. */
  readonly evidence: Extract<ChangeClass, 'bound' | 'pin' | 'way-out' | 'deploy' | 'scale-connector'>;
  /** Names for which a document asks for such a step, in its order: of connectors, or of services. */
  asked(spec: Pick<RemediationSpec, 'connectors' | 'services'>): readonly string[];
  /** The one service that it is made for; null: all that ride what it changes. */
  service(change: ChangeOf<Kind>): string | null;
  /** Another service whose settings it takes over; a change there changes what it would write. */
  likeOf(change: ChangeOf<Kind>): string | null;
  /** The revision that serves once it is in force, where that is known before; null: it makes one, or moves no traffic. */
  serves(change: ChangeOf<Kind>): string | null;
  /** The traffic that it was planned on, of the service that it writes; null: it is none of traffic. */
  from(change: ChangeOf<Kind>): readonly TrafficTarget[] | null;
  /** The traffic that it leaves to its service once it is in force; null: as it was. */
  traffic(change: ChangeOf<Kind>): readonly TrafficTarget[] | null;
  /** The shares of the traffic that it gives to the revision that it is about, one after the other; none: it moves no traffic. */
  shares(change: ChangeOf<Kind>): Shares;
  /** How many of them the document asks for, for the step of this name. */
  sharesAsked(spec: Pick<RemediationSpec, 'services'>, name: string): number;
  /** Gates that must pass before the capacity phase ends, where this step was applied in it. */
  closes(change: ChangeOf<Kind>): readonly GateName[];
  /** What the newest look must say right before the first write: this gate, with one of these outcomes. */
  askedAgain(change: ChangeOf<Kind>): { readonly gate: GateName; readonly agrees: (outcome: Outcome) => boolean };
  /** What has failed once is not tried again in the same form: the change without the state that it starts from. */
  form(change: ChangeOf<Kind>): unknown;
  /** Whether the document names this very change, and the evidence chose nothing of it. */
  isAsWritten(change: ChangeOf<Kind>, spec: RemediationSpec): boolean;
  /**
   * A kind whose step is left out while this one is to be made: what can be undone goes before a one-way door. It does not wait for
   * services that are ill for want of what it gives back. null: it stands beside all others.
   */
  readonly spares: StepKind | null;
  /** What the services receive, and the gateways of the region, are read where the document asks for such a step. */
  readonly readsNetwork: boolean;
  /** Whether lines that somebody outside may have written must be borne out by the rest of the look; false: it asks for figures of its own. */
  readonly twoSources: boolean;
}
