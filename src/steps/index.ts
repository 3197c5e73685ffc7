import { ofConnector } from '../core/of-connector.ts';
import type { PlanStep, StepChange } from '../core/model/plan.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { connector } from './connector/facts.ts';
import { deploy } from './deploy/facts.ts';
import { egress } from './egress/facts.ts';
import { instances } from './instances/facts.ts';
import { pin } from './pin/facts.ts';
import type { Step, StepKind } from './step.ts';
import { subjectFor } from './subjects.ts';
import type { Subject } from './subjects.ts';
import { WAYS } from './ways.ts';
import type { WayFacts } from './ways.ts';

/** Every kind of step, in the order of the runbook. The one list: what is not in it does not exist. */
export const STEPS: { readonly [Kind in StepKind]: Step<Kind> } = { connector, instances, pin, egress, deploy };

export const KINDS = Object.keys(STEPS) as readonly StepKind[];

/** A fact of one change. */
export function fact<Name extends FactName>(change: StepChange, name: Name): ReturnType<Step[Name]> {
  return stepOf(change)[name](own(change)) as ReturnType<Step[Name]>;
}

type FactName = 'service' | 'likeOf' | 'serves' | 'from' | 'traffic' | 'shares' | 'closes' | 'askedAgain' | 'form';

/** Whether the document names this very change, and the evidence chose nothing of it. */
export function isAsWritten(change: StepChange, spec: RemediationSpec): boolean {
  return stepOf(change).isAsWritten(own(change), spec);
}

/** What its kind knows of a change. */
function stepOf(change: StepChange): Step {
  return STEPS[change.kind] as Step;
}

/** A kind is asked about changes of its own alone, which the compiler cannot follow through a union. */
function own(change: StepChange): never {
  return change as never;
}

/** The service that a change is made for; null: all that ride what it changes. */
export function serviceOf(change: StepChange): string | null {
  return fact(change, 'service');
}

/** `kind:NAME`, the id of a step of the plan. */
export function idOf(kind: StepKind, name: string): PlanStep['id'] {
  return `${kind}:${name}`;
}

/** Whether a step of this kind writes a service; the name in its id is that service's then. */
export function isOnService(kind: StepKind): boolean {
  return STEPS[kind].way !== 'in-place';
}

/** What follows from the way in which a kind is carried out. */
export function wayOf(kind: StepKind): WayFacts {
  return WAYS[STEPS[kind].way];
}

/** Ids of the steps that a document can lead to, in the order of the runbook. */
export function stepIdsOf(spec: Pick<RemediationSpec, 'connectors' | 'services'>): readonly PlanStep['id'][] {
  return KINDS.flatMap((kind) => STEPS[kind].asked(spec).map((name) => idOf(kind, name)));
}

/** Whether a step that the document asks for is decided on what the services receive, and by which way they leave the network. */
export function readsNetwork(spec: Pick<RemediationSpec, 'connectors' | 'services'>): boolean {
  return KINDS.some((kind) => STEPS[kind].readsNetwork && STEPS[kind].asked(spec).length > 0);
}

/** `connector, pin or deploy` */
export function kindsInWords(): string {
  return orWords(KINDS);
}

/** How the id of a step is written, for help: `connector:NAME, pin:SERVICE or deploy:SERVICE`. */
export function idsInWords(): string {
  return orWords(KINDS.map((kind) => idOf(kind, isOnService(kind) ? 'SERVICE' : 'NAME')));
}

function orWords(all: readonly string[]): string {
  return [all.slice(0, -1).join(', '), all.at(-1)].join(' or ');
}

/** What a run of this document may change: `connector:NAME`, `service:NAME`, in the document's order. */
export function writesOf(spec: Pick<RemediationSpec, 'connectors' | 'services'>): readonly string[] {
  const services = KINDS.filter(isOnService).flatMap((kind) => STEPS[kind].asked(spec));
  const others = KINDS.filter((kind) => !isOnService(kind)).flatMap((kind) => STEPS[kind].asked(spec).map((name) => idOf(kind, name)));
  return [...others, ...spec.services.filter(({ name }) => services.includes(name)).map(({ name }) => subjectFor(name))];
}

/** Writes of a run in which every step of the document is applied, as a plan counts them. */
export function writesOfAll(spec: Pick<RemediationSpec, 'connectors' | 'services'>): number {
  return KINDS.flatMap((kind) => STEPS[kind].asked(spec).map((name) => wayOf(kind).writes + STEPS[kind].sharesAsked(spec, name))).reduce(
    (sum, writes) => sum + writes,
    0,
  );
}

/** Writes that this step takes where all goes well, as the budget of changes counts them. */
export function writesOfStep({ kind, change }: Pick<PlanStep, 'kind' | 'change'>): number {
  return wayOf(kind).writes + (change === null ? 0 : fact(change, 'shares').length);
}

/** The name in an id; ids of restores (`restore:SERVICE`) are read alike. */
export function nameIn(stepId: string): string {
  return stepId.slice(stepId.indexOf(':') + 1);
}

/** What the step of this id writes, a restore's too (it gives a service its traffic back). */
export function subjectOf(stepId: string): Subject {
  const kind = stepId.split(':')[0] ?? '';
  return (isKind(kind) && !isOnService(kind) ? ofConnector : subjectFor)(nameIn(stepId));
}

function isKind(kind: string): kind is StepKind {
  return Object.hasOwn(STEPS, kind);
}
