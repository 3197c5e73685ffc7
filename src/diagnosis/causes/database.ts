import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, factOf, measuredEvidence, signs } from '../finding.ts';
import { BUDGET_EXHAUSTED, BUDGET_WARN, connectionBudget } from '../connection-budget.ts';
import type { ConnectionBudget } from '../connection-budget.ts';
import { countOf, evidenceOf, percent } from '../reading.ts';

/** Stopped, in maintenance, or not answering in time (gcp-facts 12.3 e). */
export const databaseUnreachable: Rule = (observation, spec) => {
  const down = notRunning(observation, spec);
  return down === null ? slowToAnswer(observation, spec) : [down];
};

function notRunning(observation: Observation, spec: RemediationSpec): Finding | null {
  const state = observation.database?.state;
  if (state?.value === null || state?.value === undefined) return null;
  const { lifecycle, stopped } = state.value;
  if (lifecycle === 'RUNNABLE' && !stopped) return null;
  const name = spec.database?.instance ?? 'the database';
  const how = stopped ? 'is stopped (activation policy NEVER)' : `is ${lifecycle}`;
  return {
    kind: 'database-unreachable',
    subject: name,
    confidence: 0.95,
    summary: `${name} ${how}`,
    evidence: [measuredEvidence(state, `${name} ${how}`)],
    covers: (harm) => spec.services.find((service) => service.name === harm.service)?.role !== 'frontend',
  };
}

function slowToAnswer(observation: Observation, spec: RemediationSpec): readonly Finding[] {
  const groups = signs(observation, 'database-unreachable', 'database-init-timeout', 'database-dropped');
  if (groups.length === 0) return [];
  const seconds = factOf(groups, 'seconds');
  const milliseconds = factOf(groups, 'milliseconds');
  const said = seconds !== '' ? `${seconds} s` : milliseconds === '' ? null : `${milliseconds} ms`;
  const limit = said === null ? '' : ` within ${said} (the limit in force)`;
  return [
    {
      kind: 'database-unreachable',
      subject: spec.database?.instance ?? instanceOf(groups),
      confidence: confidenceOf(observation, spec, groups),
      summary: `the database did not answer${limit}: ${countOf(groups)} lines in ${revisionsOf(groups)}${socketHint(groups)}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
    },
  ];
}

/** Not answering is a symptom too: where the way to it or its connections are proven to be the bottleneck, that is the cause. */
function confidenceOf(observation: Observation, spec: RemediationSpec, groups: readonly LogGroup[]): number {
  const cpu = observation.connector?.cpuP99.value ?? null;
  const utilization = connectionBudget(observation, spec)?.utilization ?? null;
  const bottleneck =
    (cpu !== null && cpu >= spec.improvement.goals.connectorSaturation) || (utilization !== null && utilization >= BUDGET_EXHAUSTED);
  if (bottleneck) return 0.2;
  return countOf(groups) >= 3 ? 0.7 : 0.5;
}

/** The instance's own name where the socket or the address tells it. */
function instanceOf(groups: readonly LogGroup[]): string {
  const server = factOf(groups, 'server').split(', ')[0] ?? '';
  const named = /^\/cloudsql\/[^/]*:([\w-]+)(?:\/|$)/.exec(server)?.[1] ?? server;
  return named === '' ? 'the database' : named;
}

function revisionsOf(groups: readonly LogGroup[]): string {
  return [...new Set(groups.map((group) => (group.revision === '' ? group.service : group.revision)))].join(', ');
}

/** gcp-facts 4: the built-in proxy's socket does not use the connector when the instance has a public address. */
function socketHint(groups: readonly LogGroup[]): string {
  return factOf(groups, 'server').includes('/cloudsql/')
    ? '; the path is a /cloudsql socket, which with a public address does not use the connector: scaling it cannot mend this'
    : '';
}

/** Connections in use, or that the instances may open, against what the database allows. */
export const connectionBudgetCause: Rule = (observation, spec) => {
  const budget = connectionBudget(observation, spec);
  const groups = signs(observation, 'connection-slots');
  const confidence = budgetConfidence(budget, groups);
  if (confidence === 0) return [];
  return [
    {
      kind: 'connection-budget',
      subject: spec.database?.instance ?? groups[0]?.service ?? 'database',
      confidence,
      summary: budgetSummary(budget, groups),
      evidence: [...budgetEvidence(observation, budget), ...evidenceOf(groups, 3)],
      covers: (harm) => spec.services.find((service) => service.name === harm.service)?.role !== 'frontend',
    },
  ];
};

function budgetConfidence(budget: ConnectionBudget | null, groups: readonly LogGroup[]): number {
  const utilization = budget?.utilization ?? null;
  const tight = utilization !== null && utilization >= BUDGET_WARN;
  if (groups.length > 0) return utilization === null || tight ? 0.92 : 0.6;
  if (utilization !== null && utilization >= BUDGET_EXHAUSTED) return 0.75;
  return tight ? 0.45 : 0;
}

function budgetSummary(budget: ConnectionBudget | null, groups: readonly LogGroup[]): string {
  const used =
    budget?.utilization === null || budget?.utilization === undefined
      ? 'use not measured'
      : `${percent(budget.utilization)} of ${budget.maxConnections} in use`;
  const possible =
    budget?.possibleNow === null || budget?.possibleNow === undefined
      ? ''
      : `; the instances of this minute may open ${budget.possibleNow}`;
  const refused = groups.length === 0 ? '' : `; ${countOf(groups)} refusals logged`;
  return `database connections run short (${used}${possible}${refused})`;
}

function budgetEvidence(observation: Observation, budget: ConnectionBudget | null): ReturnType<typeof measuredEvidence>[] {
  const connections = observation.database?.connections;
  if (budget === null || connections === undefined) return [];
  const lines = [];
  if (budget.used !== null && budget.maxConnections !== null)
    lines.push(
      measuredEvidence(
        connections,
        `${budget.used} of ${budget.maxConnections} connections in use (${connections.freshness}); ${budget.allowance} are ours to use`,
      ),
    );
  if (budget.possibleNow !== null)
    lines.push({
      source: 'instances × (pool + overflow)',
      at: observation.at,
      text: `instances now may open ${budget.possibleNow}${budget.possibleAtMax === null ? '' : `, at their maximum ${budget.possibleAtMax}`} (${budget.perInstance} each)`,
    });
  return lines;
}
