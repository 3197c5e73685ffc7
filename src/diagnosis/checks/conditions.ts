import { measuredEvidence } from '../finding.ts';
import { effectiveShares } from '../observation-queries.ts';
import type { Check } from './check.ts';

/** gcp-facts 2.3: a service says FAILED for a revision that has no traffic, and goes on saying so after a good rollback. */
export const checkConditions: Check = (observation) =>
  Object.values(observation.services).flatMap(({ name, state }) => {
    const { value } = state;
    if (value === null || value.terminal.state !== 'CONDITION_FAILED') return [];
    const shares = effectiveShares(value);
    const latest = value.latestCreatedRevision;
    if (latest === null || shares.has(latest)) return [];
    const serving = [...shares].map(([revision, share]) => `${revision} ${share} %`).join(', ');
    const what = `${name} says FAILED because of ${latest}, which has no traffic; in force is ${serving}`;
    return [
      {
        check: 'conditions' as const,
        severity: 'note' as const,
        subject: name,
        what,
        change: `nothing for users; it clears when a revision after ${latest} becomes ready`,
        evidence: [measuredEvidence(state, `${what}: ${value.terminal.message ?? value.terminal.reason ?? 'no message'}`)],
      },
    ];
  });
