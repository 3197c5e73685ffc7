import { isOnService, serviceOf, STEPS, wayOf } from '../steps/index.ts';
import { agreedCause } from './cures-brought.ts';
import { veto, wait } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';

/**
 * A step beside what the steps before it make of the connector that its service rides. While it is open whether the connector gets room,
 * nothing that rides it is changed: it would start into the crowd. Where it is full and no step gives it room, no new revision is made of
 * what rides it: that one would meet the same crowd, and be undone.
 */
export function behindConnector(scope: PlanScope, before: readonly Decided[], decided: Decided): Decided {
  const connector = before.find(({ step }) => !isOnService(step.kind));
  const { step } = decided;
  if (connector === undefined || step.decision !== 'apply' || STEPS[step.kind].spares === connector.step.kind) return decided;
  const riders = scope.observation.connector?.riders.value ?? null;
  const own = step.change === null ? null : serviceOf(step.change);
  if (connector.awaits !== undefined) {
    const rides = own !== null && (riders === null || riders.some(({ service }) => service === own));
    return rides ? wait(step, `${connector.step.id} comes first: ${connector.awaits}`) : decided;
  }
  const isRider = riders?.some(({ service }) => service === own) === true;
  if (!isRider || !wayOf(step.kind).startsRevision || before.some(mayGiveRoom)) return decided;
  return full(scope, decided, `${own} rides it`) ?? decided;
}

/** It gives the connector room, or may yet: more looks, or a human, decide about it. */
function mayGiveRoom({ step, awaits, question }: Decided): boolean {
  const givesRoom = !isOnService(step.kind) || STEPS[step.kind].spares !== null;
  return givesRoom && (step.decision === 'apply' || awaits !== undefined || question !== null);
}

/** By a figure from after our last change; null: it is not agreed that most of the harm comes from there. */
function full(scope: PlanScope, { step }: Decided, rides: string): Decided | null {
  const cause = agreedCause(scope);
  const cpu = scope.observation.connector?.cpuP99;
  const isFull = cpu?.freshness === 'fresh' && cpu.value !== null && cpu.value >= scope.spec.improvement.goals.connectorSaturation;
  if (cause?.kind !== 'connector-saturation' || !isFull || (cpu.measuredAt ?? 0) < scope.changedAt) return null;
  return veto(
    step,
    `${cause.summary}; ${rides}, and no step of this plan gives it room: a new revision would meet the same`,
    cause.evidence,
  );
}
