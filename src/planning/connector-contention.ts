import { ridersOf } from '../diagnosis/infrastructure/connectors.ts';
import { isOnService, nameIn, serviceOf, STEPS, wayOf } from '../steps/index.ts';
import { agreedCause } from './cures-brought.ts';
import { veto, wait } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';

/**
 * A step beside what the steps before it make of a connector that its service rides. While it is open whether the connector gets room,
 * nothing that rides it is changed: it would start into the crowd. What dies of itself serves nobody: its users are not kept waiting. Where it is full and no step gives it room, no new revision is made of
 * what rides it: that one would meet the same crowd, and be undone.
 */
export function behindConnector(scope: PlanScope, before: readonly Decided[], decided: Decided): Decided {
  const { step } = decided;
  const own = step.change === null ? null : serviceOf(step.change);
  if (own === null || step.decision !== 'apply' || decided.isOwnFault === true) return decided;
  const open = before.filter((one) => !isOnService(one.step.kind) && STEPS[step.kind].spares !== one.step.kind);
  return open.reduce((so, connector) => (so.step.decision === 'apply' ? behindOne(scope, { before, connector, own }, so) : so), decided);
}

interface Behind {
  readonly before: readonly Decided[];
  readonly connector: Decided;
  readonly own: string;
}

function behindOne(scope: PlanScope, { before, connector, own }: Behind, decided: Decided): Decided {
  const { step } = decided;
  const name = nameIn(connector.step.id);
  const riders = ridersOf(scope.observation.connectors[name]);
  if (connector.awaits !== undefined)
    return riders === null || riders.includes(own) ? wait(step, `${connector.step.id} comes first: ${connector.awaits}`) : decided;
  const isRider = riders?.includes(own) === true;
  if (!isRider || !wayOf(step.kind).startsRevision || before.some((one) => mayGiveRoom(one, name, riders))) return decided;
  return full(scope, decided, name, `${own} rides it`) ?? decided;
}

/** It gives the connector room, or may yet: more looks, or a human, decide about it. */
function mayGiveRoom({ step, awaits, question }: Decided, connector: string, riders: readonly string[]): boolean {
  const name = nameIn(step.id);
  const givesRoom = isOnService(step.kind) ? STEPS[step.kind].spares !== null && riders.includes(name) : name === connector;
  return givesRoom && (step.decision === 'apply' || awaits !== undefined || question !== null);
}

/** By the connector's own figure, from after our last change; null: it is not agreed that most of the harm comes from there. */
function full(scope: PlanScope, { step }: Decided, name: string, rides: string): Decided | null {
  const cause = agreedCause(scope);
  const cpu = scope.observation.connectors[name]?.cpuP99;
  const isFull = cpu?.freshness === 'fresh' && cpu.value !== null && cpu.value >= scope.spec.improvement.goals.connectorSaturation;
  if (cause?.kind !== 'connector-saturation' || cause.subject !== name || !isFull || (cpu.measuredAt ?? 0) < scope.changedAt) return null;
  const why = `${cause.summary}; ${rides}, and no step of this plan gives it room: a new revision would meet the same`;
  return { ...veto(step, why, cause.evidence), isMeasured: true };
}
