import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, measuredEvidence, lineClaim, signs } from '../finding.ts';
import { BUDGET_EXHAUSTED, BUDGET_WARN, connectionBudget } from '../infrastructure/connection-budget.ts';
import type { ConnectionBudget } from '../infrastructure/connection-budget.ts';
import { isAtGoal, riddenBy } from '../infrastructure/connectors.ts';
import { nameOf, partsByDatabase, uses } from '../infrastructure/databases.ts';
import type { PartOfLook, SeenDatabase } from '../infrastructure/databases.ts';
import { countOf, evidenceOf, percent } from '../observation-queries.ts';
import type { Harm } from '../observation-queries.ts';
import { linesIn, serverStates } from './server-states.ts';

/** Stopped, in maintenance, or not answering in time (gcp-facts 12.3 e). */
export const databaseUnreachable: Rule = (observation, spec) =>
  partsByDatabase(observation, spec).flatMap((part) => {
    const down = part.database === null ? null : notRunning(part.database, spec);
    return down === null ? [...serverStates(part), ...slowToAnswer(part, spec), ...brokenOff(part)] : [down];
  });

/** What a client notices when anything between it and the server ends: it explains only what nobody names a reason for. */
function brokenOff({ look, database }: PartOfLook): readonly Finding[] {
  const groups = signs(look, 'database-dropped');
  if (groups.length === 0) return [];
  const local = groups.some(({ sample }) => /\/cloudsql\/|127\.0\.0\.1|localhost/.test(sample));
  return [
    {
      kind: 'database-unreachable',
      subject: database?.wanted.instance ?? instanceOf(groups),
      confidence: 0.4,
      summary: `${local ? 'the local proxy broke off connections' : 'connections to the database broke off'}, and nothing seen says why: ${linesIn(groups)}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      effect: true,
      cures: curesOf(groups),
    },
  ];
}

function notRunning({ wanted: { instance: name }, seen }: SeenDatabase, spec: RemediationSpec): Finding | null {
  const state = seen?.state;
  if (state?.value === null || state?.value === undefined) return null;
  const { lifecycle, stopped } = state.value;
  if (lifecycle === 'RUNNABLE' && !stopped) return null;
  const how = stopped ? 'is stopped (activation policy NEVER)' : `is ${lifecycle}`;
  return {
    kind: 'database-unreachable',
    subject: name,
    confidence: 0.95,
    summary: `${name} ${how}`,
    evidence: [measuredEvidence(state, `${name} ${how}`)],
    covers: (harm) => uses(spec, harm.service, name),
  };
}

function slowToAnswer({ look, database }: PartOfLook, spec: RemediationSpec): readonly Finding[] {
  const groups = signs(look, 'database-unreachable', 'database-init-timeout');
  if (groups.length === 0) return [];
  // Connections that broke off beside them tell which database it is, although not why.
  const named = [...groups, ...signs(look, 'database-dropped')];
  const seconds = factOf(groups, 'seconds');
  const milliseconds = factOf(groups, 'milliseconds');
  const said = seconds !== '' ? `${seconds} s` : milliseconds === '' ? null : `${milliseconds} ms`;
  const limit = said === null ? '' : ` within ${said} (the limit in force)`;
  const blind = database === null && Object.keys(look.connectors).length === 0;
  const confidence = confidenceOf(look, spec, database, groups);
  const who = database === null ? 'the database' : nameOf(database, spec);
  return [
    {
      kind: 'database-unreachable',
      subject: database?.wanted.instance ?? instanceOf(named),
      // Where neither the database nor the way to it was looked at, a client that waits cannot tell one from the other.
      confidence: blind ? Math.min(0.55, confidence) : confidence,
      summary: `${who} did not answer${limit}: ${linesIn(groups)}${socketHint(named)}`,
      evidence: evidenceOf(named),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: curesOf(groups),
    },
  ];
}

/** Not answering is a symptom too: where the way to it or its connections are proven to be the bottleneck, that is the cause. */
function confidenceOf(observation: Observation, spec: RemediationSpec, database: SeenDatabase | null, groups: readonly LogGroup[]): number {
  const services = groups.map(({ service }) => service);
  const isFull = riddenBy(observation, spec, services).some((one) => isAtGoal(one, spec));
  const utilization = database === null ? null : connectionBudget(observation, spec, database).utilization;
  const bottleneck = isFull || (utilization !== null && utilization >= BUDGET_EXHAUSTED);
  if (bottleneck) return 0.2;
  return countOf(groups) >= 3 ? 0.7 : 0.5;
}

/** The instance's own name where the socket or the address tells it. */
function instanceOf(groups: readonly LogGroup[]): string {
  const server = factOf(groups, 'server').split(', ')[0] ?? '';
  const named = /^\/cloudsql\/[^/]*:([\w-]+)(?:\/|$)/.exec(server)?.[1] ?? server;
  return named === '' ? 'the database' : named;
}

/** gcp-facts 4: the built-in proxy's socket does not use the connector when the instance has a public address. */
function socketHint(groups: readonly LogGroup[]): string {
  return factOf(groups, 'server').includes('/cloudsql/')
    ? '; the path is a /cloudsql socket, which with a public address does not use the connector: scaling it cannot mend this'
    : '';
}

/** Connections in use, or that the instances may open, against what the database allows. */
export const connectionBudgetCause: Rule = (observation, spec) =>
  partsByDatabase(observation, spec).flatMap((part) => budgetFindings(part, spec));

function budgetFindings({ look: observation, database }: PartOfLook, spec: RemediationSpec): readonly Finding[] {
  const budget = database === null ? null : connectionBudget(observation, spec, database);
  const name = database?.wanted.instance ?? null;
  const tight = budget?.utilization != null && budget.utilization >= BUDGET_WARN;
  const refusals = signs(observation, 'connection-slots', 'instance-connections');
  const groups = tight ? [...refusals, ...signs(observation, 'client-pool')] : refusals;
  const confidence = budgetConfidence(budget, refusals);
  const pool = ownPool(observation, tight);
  if (confidence === 0) return pool;
  return [
    ...pool,
    {
      kind: 'connection-budget',
      subject: name ?? groups[0]?.service ?? 'database',
      confidence,
      summary: budgetSummary(budget, refusals, spec),
      evidence: [...budgetEvidence(observation, database, budget), ...evidenceOf(groups, 3)],
      ...(tight
        ? { covers: (harm: Harm) => name !== null && uses(spec, harm.service, name) }
        : { covers: atPlacesOf(groups), ...lineClaim(groups) }),
      cures: refusals.length === 0 ? ['capacity', 'setting'] : curesOf(refusals),
    },
  ];
}

/** The pool inside of the application: the server refuses nothing, unless its own figures say that it is short. */
function ownPool(observation: Observation, tight: boolean): readonly Finding[] {
  const groups = signs(observation, 'client-pool');
  if (groups.length === 0 || tight) return [];
  const size = factOf(groups, 'pool');
  return [
    {
      kind: 'pool',
      subject: groups[0]?.revision ?? '',
      confidence: 0.8,
      summary: `the pool of the application runs empty${size === '' ? '' : ` (limit ${size} in each program)`}, too small for its load or held too long; the server refuses nothing: ${linesIn(groups)}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      effect: true,
      cures: curesOf(groups),
    },
  ];
}

/** Refusals and a figure beside them are sure; refusals alone nearly; a figure that is not tight speaks against them. */
function budgetConfidence(budget: ConnectionBudget | null, groups: readonly LogGroup[]): number {
  const utilization = budget?.utilization ?? null;
  const tight = utilization !== null && utilization >= BUDGET_WARN;
  if (groups.length > 0) return tight ? 0.95 : utilization === null ? 0.9 : 0.6;
  if (utilization !== null && utilization >= BUDGET_EXHAUSTED) return 0.75;
  return tight ? 0.45 : 0;
}

function budgetSummary(budget: ConnectionBudget | null, groups: readonly LogGroup[], { databases }: RemediationSpec): string {
  const what = databases.length > 1 && budget !== null ? `connections to ${budget.instance}` : 'database connections';
  const used =
    budget?.utilization === null || budget?.utilization === undefined
      ? 'use not measured'
      : `${percent(budget.utilization)} of ${budget.maxConnections} in use`;
  const possible =
    budget?.possibleNow === null || budget?.possibleNow === undefined
      ? ''
      : `; the instances of this minute may open ${budget.possibleNow}`;
  const others = othersWords(budget);
  const refused = groups.length === 0 ? '' : `; ${countOf(groups)} refusals logged`;
  if (groups.length > 0 && groups.every(({ signature }) => signature === 'instance-connections'))
    return `one container holds as many connections to the database as Cloud Run allows (${factOf(groups, 'limit')}): ${linesIn(groups)}`;
  return `${what} run short (${used}${possible}${others}${refused})`;
}

/** From this share of the database on that services of others hold, it is told: what is looked at here is not what fills it. */
const OTHERS_TOLD = 0.2;

function othersWords(budget: ConnectionBudget | null): string {
  const { othersHold = null, maxConnections = null } = budget ?? {};
  if (othersHold === null || maxConnections === null || othersHold < OTHERS_TOLD * maxConnections) return '';
  return `, at least ${othersHold} are held by others than the services of the document, or a pool of theirs is larger than it says`;
}

function budgetEvidence(
  observation: Observation,
  database: SeenDatabase | null,
  budget: ConnectionBudget | null,
): ReturnType<typeof measuredEvidence>[] {
  const connections = database?.seen?.connections;
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
