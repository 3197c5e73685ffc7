import type { PlanStep, StepChange } from '../core/model/plan.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { connector } from './connector/facts.ts';
import { deploy } from './deploy/facts.ts';
import { pin } from './pin/facts.ts';
import type { Step, StepKind, Subject } from './step.ts';

/** Every kind of step, in the order of the runbook. The one list: what is not in it does not exist. */
export const STEPS: { readonly [Kind in StepKind]: Step<Kind> } = { connector, pin, deploy };

export const KINDS = Object.keys(STEPS) as readonly StepKind[];

export const CAPACITY_KINDS: readonly StepKind[] = KINDS.filter((kind) => STEPS[kind].phase === 'capacity');

/**
 * The facts of one change, each worked out when it is asked. A function of a kind takes its own change, which the compiler cannot
 * follow through a union.
 */
export function factsOf(change: StepChange): Facts {
  const step = STEPS[change.kind] as Step;
  const own = change as never;
  return {
    ...step,
    get service() {
      return step.service(own);
    },
    get likeOf() {
      return step.likeOf(own);
    },
    get serves() {
      return step.serves(own);
    },
    get traffic() {
      return step.traffic(own);
    },
    get closes() {
      return step.closes(own);
    },
    get askedAgain() {
      return step.askedAgain(own);
    },
    get form() {
      return step.form(own);
    },
    isAsWritten: (spec) => step.isAsWritten(own, spec),
  };
}

type Answered = 'service' | 'likeOf' | 'serves' | 'traffic' | 'closes' | 'askedAgain' | 'form';
type Facts = Omit<Step, Answered | 'isAsWritten'> & { readonly [Fact in Answered]: ReturnType<Step[Fact]> } & {
  readonly isAsWritten: (spec: RemediationSpec) => boolean;
};

/** The service that a change is made for; null: all that ride what it changes. */
export function serviceOf(change: StepChange): string | null {
  return factsOf(change).service;
}

/** `kind:NAME`, the id of a step of the plan. */
export function idOf(kind: StepKind, name: string): PlanStep['id'] {
  return `${kind}:${name}`;
}

/** The name in an id; ids of restores (`restore:SERVICE`) are read alike. */
export function nameIn(stepId: string): string {
  return stepId.slice(stepId.indexOf(':') + 1);
}

/** What the step of this id writes, a restore's too (it gives a service its traffic back). */
export function subjectOf(stepId: string): Subject {
  const kind = stepId.split(':')[0] ?? '';
  return isKind(kind) && STEPS[kind].on === 'connector' ? 'connector' : `service:${nameIn(stepId)}`;
}

export function isKind(kind: string): kind is StepKind {
  return Object.hasOwn(STEPS, kind);
}
