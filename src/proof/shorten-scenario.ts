import type { Scenario } from '../simulator/scenario.ts';
import { mergeDeeply } from '../simulator/world/merge.ts';

/** What the wait for support is cut to: comments and their boundaries come all the same, and the proof takes minutes, not hours. */
const SHORT = { spec: { escalation: { followFor: '25m' }, communication: { every: '10m' } } };

/** Whether the scenario follows a support case for hours in which nothing but looks happens. */
export function followsCaseForHours({ expect }: Scenario): boolean {
  return expect.outcome === 'escalated';
}

/** The scenario with a short follow-up of its case: 25 min instead of 6 h, a comment every 10 min. Others stay as they are. */
export function shortened(scenario: Scenario): Scenario {
  return followsCaseForHours(scenario) ? withPatch(scenario, SHORT) : scenario;
}

/** The scenario with this laid over its document as well. */
export function withPatch(scenario: Scenario, more: object): Scenario {
  const { remediation } = scenario;
  const patch = mergeDeeply(remediation?.patch ?? {}, more) as NonNullable<NonNullable<Scenario['remediation']>['patch']>;
  return { ...scenario, remediation: { ...remediation, patch } };
}
