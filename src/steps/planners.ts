import type { Decided, PlanScope } from '../planning/scope.ts';
import type { TrafficTarget } from '../core/model/observation.ts';
import { connectorStep } from './connector/plan.ts';
import { deployStep } from './deploy/plan.ts';
import { fact, serviceOf } from './index.ts';
import { pinStep } from './pin/plan.ts';
import type { StepKind } from './step.ts';

/** Decides every step of one kind that the document asks for, in its order, on what the kinds before it were decided. Pure. */
export type Planner = (scope: PlanScope, before: readonly Decided[]) => readonly Decided[];

/** By kind: none can be without one. */
export const PLANNERS: Readonly<Record<StepKind, Planner>> = {
  connector: (scope) => present([connectorStep(scope)]),
  pin: (scope) => present(scope.spec.services.map((service) => pinStep(scope, service))),
  deploy: (scope, before) => present(scope.spec.services.map((service) => deployStep(scope, service, trafficAfter(before, service.name)))),
};

/** The traffic that the steps before leave to a service; null: none moves it. */
function trafficAfter(before: readonly Decided[], service: string): readonly TrafficTarget[] | null {
  const changes = before.flatMap(({ step }) => (step.decision === 'apply' && step.change !== null ? [step.change] : []));
  return changes
    .filter((change) => serviceOf(change) === service)
    .reduce<readonly TrafficTarget[] | null>((now, change) => fact(change, 'traffic') ?? now, null);
}

function present(decided: readonly (Decided | null)[]): readonly Decided[] {
  return decided.filter((each) => each !== null);
}
