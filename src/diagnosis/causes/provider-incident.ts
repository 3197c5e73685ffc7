import { MINUTE } from '../../core/duration.ts';
import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { LogGroup, Observation, ProviderIncident } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Counted } from '../../core/model/trial.ts';
import { BUDGET_EXHAUSTED, connectionBudget } from '../connection-budget.ts';
import type { Finding, Rule } from '../finding.ts';
import { measuredEvidence, signs } from '../finding.ts';
import { evidenceOf, harmOf } from '../reading.ts';
import { chanceOfWorse } from '../two-proportions.ts';

/** What users and programs see when a product of Google's is ill: signatures of the table. */
const SHOWS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/cloud run/i, ['malformed-response', 'no-available-instance', 'server-error', 'start-up-failed', 'request-timeout']],
  [/cloud sql/i, ['database-init-timeout', 'database-unreachable', 'database-dropped', 'api-quota', 'admin-api-unreachable']],
  [/vpc|virtual private|networking|nat\b/i, ['connect-timeout', 'database-init-timeout', 'database-unreachable', 'admin-api-unreachable']],
  [/dns/i, ['name-resolution']],
  [/iam|identity|secret manager/i, ['missing-role', 'missing-setting']],
  [/load balancing|certificate/i, ['certificate']],
];
/** Clocks and announcements differ: an incident may be dated a little after its first effects. */
const TOLERANCE = 10 * MINUTE;

/**
 * Google's own open incidents that touch the region. One that began before the harm, and whose product shows just such lines,
 * explains it, unless the bottleneck is proven to be ours, or others of ours are spared; an incident beside harm of another kind is only a suspicion.
 */
export const providerIncident: Rule = (observation, spec) => {
  const harmed = harmOf(observation).length > 0;
  return (observation.incidents.value ?? []).map((incident) => findingOf(observation, spec, incident, harmed));
};

function findingOf(observation: Observation, spec: RemediationSpec, incident: ProviderIncident, harmed: boolean): Finding {
  const shown = signs(observation, ...signaturesOf(incident));
  const began = Math.min(...shown.map(({ firstAt }) => firstAt));
  const spared = sparedBeside(observation, shown);
  const inTime = incident.startedAt === null || shown.length === 0 || incident.startedAt <= began + TOLERANCE;
  const fits = harmed && inTime && (shown.length > 0 || isAboutServing(incident));
  const what = `${incident.title} (${incident.state}; ${[...incident.products, ...incident.locations].join(', ') || 'no product named'})`;
  const since = incident.startedAt === null ? '' : `, since ${new Date(incident.startedAt).toISOString().slice(0, 16)}Z`;
  return {
    kind: 'provider-incident',
    subject: incident.id,
    confidence: !fits ? 0.3 : spared !== null || ourOwnBottleneck(observation, spec) ? 0.5 : 0.96,
    summary: `Google has an incident of its own: ${what}${since}${spared === null ? '' : `; it does not explain why ${spared}`}`,
    evidence: [measuredEvidence(observation.incidents, `${incident.id}: ${what}${since}`), ...evidenceOf(shown, 3)],
    covers: () => fits && spared === null,
  };
}

/** Lines that any failing program makes its service write: they do not tell whose failure it is. */
const ANYBODYS = ['server-error', 'request-timeout'];

/**
 * Google's incident is of the region, a fault of our own is of one service: where users of one fail and those of another of ours in the
 * same region surely do not, and no line of the incident's own kind stands beside it, it is not the cause. In words, or null.
 */
function sparedBeside(observation: Observation, shown: readonly LogGroup[]): string | null {
  if (shown.some(({ signature }) => !ANYBODYS.includes(signature))) return null;
  const counted = Object.values(observation.services).flatMap(({ name, requests }) =>
    requests.freshness === 'fresh' && requests.value !== null
      ? [{ name, total: requests.value.total, failed: requests.value.serverErrors }]
      : [],
  );
  const rate = ({ total, failed }: Counted): number => (total === 0 ? 0 : failed / total);
  const [worst] = counted.toSorted((one, other) => rate(other) - rate(one));
  if (worst === undefined || rate(worst) === 0) return null;
  const isSpared = (other: Counted): boolean => rate(other) * SPARED <= rate(worst) && chanceOfWorse(other, worst) < AFTER_WRITE.chance;
  const spared = counted.find((other) => other.total >= AFTER_WRITE.leastRequests && isSpared(other));
  return spared === undefined
    ? null
    : `${worst.name} fails ${worst.failed} of ${worst.total} requests and ${spared.name} ${spared.failed} of ${spared.total}`;
}

/** So many times smaller is the failing share of a service that the incident has spared. */
const SPARED = 5;

function signaturesOf({ products }: ProviderIncident): readonly string[] {
  const all = SHOWS.filter(([product]) => products.length === 0 || products.some((name) => product.test(name)));
  const named = products.some((name) => /multiple|infrastructure|compute engine/i.test(name)) ? SHOWS : all;
  return [...new Set(named.flatMap(([, signatures]) => signatures))];
}

/** An incident of the platform that answers requests needs no line of ours: its 503 never reach an instance. */
function isAboutServing({ products }: ProviderIncident): boolean {
  return products.length === 0 || products.some((name) => /cloud run|load balancing|multiple|infrastructure/i.test(name));
}

function ourOwnBottleneck(observation: Observation, spec: RemediationSpec): boolean {
  const cpu = observation.connector?.cpuP99.value ?? null;
  const utilization = connectionBudget(observation, spec)?.utilization ?? null;
  return (cpu !== null && cpu >= spec.improvement.goals.connectorSaturation) || (utilization !== null && utilization >= BUDGET_EXHAUSTED);
}
