import type { RemediationSpec } from '../../core/model/spec.ts';
import { connectionBudgets } from '../infrastructure/connection-budget.ts';
import type { ConnectionBudget } from '../infrastructure/connection-budget.ts';
import { percent } from '../observation-queries.ts';
import type { Check, CheckFinding } from './check.ts';

/** One instance of Cloud Run may hold so many connections to one Cloud SQL database (gcp-facts 4). */
const PER_INSTANCE_LIMIT = 100;

/** Σ instances × (pool + overflow) against what the database leaves, now and with every service at its maximum. */
export const checkConnections: Check = (observation, spec) =>
  connectionBudgets(observation, spec).flatMap((budget) => [
    ...tooMuchPerInstance(budget),
    ...overAllowance(budget, 'now'),
    ...overAllowance(budget, 'at max'),
    ...inUse(budget, spec),
  ]);

function tooMuchPerInstance({ services, instance }: ConnectionBudget): readonly CheckFinding[] {
  return services
    .filter(({ perInstance }) => perInstance > PER_INSTANCE_LIMIT)
    .map(({ service, perInstance }) =>
      finding(
        instance,
        'broken',
        `${service} may open ${perInstance} connections per instance, Cloud Run allows ${PER_INSTANCE_LIMIT} to one database`,
        `lower the pool of ${service} to ${PER_INSTANCE_LIMIT} or less`,
      ),
    );
}

function overAllowance(budget: ConnectionBudget, when: 'now' | 'at max'): readonly CheckFinding[] {
  const possible = when === 'now' ? budget.possibleNow : budget.possibleAtMax;
  if (possible === null || budget.allowance === null || possible <= budget.allowance) return [];
  const parts = budget.services
    .map(
      ({ service, instances, maxInstances, perInstance }) =>
        `${service} ${(when === 'now' ? instances : maxInstances) ?? 0} × ${perInstance}`,
    )
    .join(' + ');
  const who = when === 'now' ? 'the instances of this minute' : 'all services at their maximum';
  return [
    finding(
      budget.instance,
      'risk',
      `${who} may open ${possible} connections (${parts}), ${budget.allowance} are allowed`,
      changeFor(budget, possible),
    ),
  ];
}

/** The three ways out, each with its number. */
function changeFor(budget: ConnectionBudget, possible: number): string {
  const allowance = budget.allowance ?? 0;
  const largest = [...budget.services].sort((a, b) => (b.maxInstances ?? 0) * b.perInstance - (a.maxInstances ?? 0) * a.perInstance)[0];
  const others = budget.services
    .filter((each) => each !== largest)
    .reduce((sum, each) => sum + (each.maxInstances ?? 0) * each.perInstance, 0);
  const room = Math.floor((allowance - others) / Math.max(1, largest?.perInstance ?? 1));
  const cap = largest === undefined || room < 1 ? null : `cap ${largest.service} at ${room} instances`;
  const pool = Math.floor((allowance / possible) * Math.max(...budget.services.map(({ perInstance }) => perInstance)));
  const ways = [
    cap,
    pool < 1 ? null : `let an instance open at most ${pool}`,
    `raise max_connections to ${possible + budget.reserved} (a restart)`,
  ];
  return ways.filter((way) => way !== null).join(', or ');
}

function inUse({ used, utilization, maxConnections, instance }: ConnectionBudget, spec: RemediationSpec): readonly CheckFinding[] {
  const threshold = spec.capacity.thresholds.connections;
  if (utilization === null || utilization < threshold) return [];
  const what = `${used} of ${maxConnections} connections are in use (${percent(utilization)}, threshold ${percent(threshold)})`;
  return [finding(instance, 'risk', what, 'lower instances or pools, or raise max_connections (a restart)')];
}

function finding(subject: string, severity: CheckFinding['severity'], what: string, change: string): CheckFinding {
  return {
    check: 'connections',
    severity,
    subject,
    what,
    change,
    evidence: [{ source: 'instances × (pool + overflow)', at: null, text: what }],
  };
}
