import type { ServiceState, TrafficTarget } from '../core/model/observation.ts';
import type { RemediationSpec, ServiceSpec } from '../core/model/spec.ts';
import type { Decided, PlanScope } from '../planning/step-decisions.ts';
import type { Checked, Findings } from './findings.ts';
import { fact, serviceOf } from './index.ts';
import type { Step, StepKind } from './step.ts';
import type { Writing } from './writing.ts';

/**
 * A whole kind of step: its facts, and what is decided, checked and written by code that a statechart does not know. Every kind
 * answers all of it: the table of kinds is total.
 */
export interface Kind<Own extends StepKind = StepKind> {
  readonly facts: Step<Own>;
  /** Decides every step that the document asks for, in its order, on what the kinds before it were decided. Pure. */
  readonly plan: (scope: PlanScope, before: readonly Decided[]) => readonly Decided[];
  /** Steps that the document does not ask for and the evidence would make: people hear of them, none of them is made. */
  readonly offers: (scope: PlanScope) => readonly Decided[];
  readonly needs: Needs;
  /** Whether the step of this name can be made at all, by reading only; asked once before the run. */
  readonly preflight: (name: string, checked: Checked, region: Region) => Promise<Findings>;
  /** What no restore can put back of it, for a person who starts the run by hand; empty: all can be put back. */
  readonly oneWay: (spec: RemediationSpec) => readonly OneWay[];
  /** How it is written and seen in force, by its way. */
  readonly writing: Writing<Own>;
}

/** A change that a person allows by typing the name of what it changes. */
export interface OneWay {
  readonly name: string;
  /** `connector` */
  readonly what: string;
  readonly words: readonly string[];
}

/** What a kind needs of the project, where the document asks for it. */
export interface Needs {
  /** `vpcaccess.googleapis.com` */
  readonly apis: readonly string[];
  readonly permissions: readonly Needed[];
  /** Without these the run goes on; what is lost then, its steps among it, is said before it. Absent: none. */
  readonly wished?: readonly Wished[];
}

/** A permission that a part of the work cannot do without, and the smallest predefined role that holds it (gcp-facts 10). */
export interface Needed {
  readonly permission: string;
  readonly role: string;
}

/** What is looked at or done only where it is permitted; without it the part stays unknown, and the run goes on. */
export interface Wished extends Needed {
  readonly without: string;
}

/** What stands in the region, each read at most once however many steps ask. */
export interface Region {
  readonly services: () => Promise<readonly ServiceState[]>;
  /** By service. */
  readonly revisions: () => Promise<Readonly<Record<string, ServiceState['revisions']>>>;
}

/** Running a service as its account: may also be granted on each account by itself. */
export const ACT_AS = 'iam.serviceAccounts.actAs';

/** What any write to a service needs: a patch of the traffic alone runs the service as its account as well. */
export const WRITES_SERVICES: Needs = {
  apis: [],
  permissions: [...withRole('roles/run.developer', 'run.services.update'), ...withRole('roles/iam.serviceAccountUser', ACT_AS)],
};

export function withRole(role: string, ...permissions: readonly string[]): readonly Needed[] {
  return permissions.map((permission) => ({ permission, role }));
}

/** One decision for each service that has one. */
export function forEachService({ spec }: PlanScope, decide: (service: ServiceSpec) => Decided | null): readonly Decided[] {
  return spec.services.map(decide).filter((decided) => decided !== null);
}

/** The traffic that the steps before leave to a service; null: none moves it. */
export function trafficAfter(before: readonly Decided[], service: string): readonly TrafficTarget[] | null {
  const changes = before.flatMap(({ step }) => (step.decision === 'apply' && step.change !== null ? [step.change] : []));
  return changes
    .filter((change) => serviceOf(change) === service)
    .reduce<readonly TrafficTarget[] | null>((now, change) => fact(change, 'traffic') ?? now, null);
}
