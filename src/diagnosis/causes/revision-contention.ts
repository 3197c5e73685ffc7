import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { BUDGET_WARN, connectionBudget } from '../infrastructure/connection-budget.ts';
import type { ConnectionBudget } from '../infrastructure/connection-budget.ts';
import { isBelowGoal, riddenBy } from '../infrastructure/connectors.ts';
import { usedBy } from '../infrastructure/databases.ts';
import type { Rule } from '../finding.ts';
import { measuredEvidence } from '../finding.ts';
import { effectiveShares, servingRevisions } from '../observation-queries.ts';

/**
 * More than one revision with traffic, or kept warm, doubles the load on connector and database. Two revisions in the logs
 * prove nothing (gcp-facts 2.2): only `trafficStatuses` and the instance counts do. It makes things worse; alone it breaks nothing: where
 * the connector and the database are seen to have room, or there is neither, a split of the traffic is what a roll-out looks like.
 */
export const revisionContention: Rule = (observation, spec) =>
  Object.values(observation.services).flatMap((service) => {
    if (!mayRunShort(observation, spec, service.name)) return [];
    const serving = servingRevisions(service);
    const warm = Object.entries(service.instances.value ?? {}).filter(([, count]) => count > 0);
    if (serving.length < 2 && warm.length < 2) return [];
    if (serving.length < 2 && service.state.value?.reconciling === true) return [];
    return [
      {
        kind: 'revision-contention' as const,
        subject: service.name,
        confidence: serving.length >= 2 ? 0.4 : 0.25,
        summary: summaryOf(service, serving, warm),
        evidence: evidenceFor(service, warm),
        covers: (harm: { service: string }) => harm.service === service.name,
      },
    ];
  });

/** What two revisions load twice is at its limit, or nobody has measured that it is not. */
function mayRunShort(observation: Observation, spec: RemediationSpec, service: string): boolean {
  const isCrowded = riddenBy(observation, spec, [service]).some((one) => !isBelowGoal(one, spec));
  return isCrowded || usedBy(observation, spec, [service]).some((database) => !hasSlots(connectionBudget(observation, spec, database)));
}

function hasSlots({ utilization, isFresh }: ConnectionBudget): boolean {
  return isFresh && utilization !== null && utilization < BUDGET_WARN;
}

function summaryOf(service: ServiceObservation, serving: readonly string[], warm: readonly (readonly [string, number])[]): string {
  const total = warm.reduce((sum, [, count]) => sum + count, 0);
  const instances = warm.length === 0 ? '' : `, ${total} instances over ${warm.length} revisions`;
  if (serving.length === 0) return `${service.name} keeps ${warm.length} revisions warm${instances}; which of them serve could not be read`;
  return `${service.name} is served by ${serving.length} ${serving.length === 1 ? 'revision' : 'revisions'} at once${instances}`;
}

function evidenceFor(service: ServiceObservation, warm: readonly (readonly [string, number])[]): ReturnType<typeof measuredEvidence>[] {
  const lines = [];
  const state = service.state.value;
  if (state !== null) {
    const shares = [...effectiveShares(state)].map(([revision, share]) => `${revision} ${share} %`);
    lines.push(measuredEvidence(service.state, `traffic in force: ${shares.join(', ')}`));
  }
  if (warm.length > 0)
    lines.push(measuredEvidence(service.instances, `instances: ${warm.map(([revision, count]) => `${revision} ${count}`).join(', ')}`));
  return lines;
}
