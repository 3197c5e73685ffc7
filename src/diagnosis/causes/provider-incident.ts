import { MINUTE } from '../../core/duration.ts';
import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { LogGroup, Observation, ProviderIncident, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Counted } from '../../core/model/trial.ts';
import { BUDGET_EXHAUSTED, connectionBudgets } from '../connection-budget.ts';
import { connectorsOf, isAtGoal } from '../connectors.ts';
import type { Finding, Rule } from '../finding.ts';
import { measuredEvidence, signs } from '../finding.ts';
import { evidenceOf, harmOf } from '../observation-queries.ts';
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
  const spared = isAboutServing(incident) || shown.every(isAnybodys) ? sparedBeside(observation, shown) : null;
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

function isAnybodys({ signature }: LogGroup): boolean {
  return ANYBODYS.includes(signature);
}

/** What the users of one revision met; of a service of which one alone serves, of all of it. */
interface Place extends Counted {
  readonly name: string;
  readonly service: string;
}

/**
 * Google's incident is of the region, a fault of our own is of one place: where users of one revision fail and those of another, of the
 * same service or another of ours, surely far less, and the lines of the incident's own kind explain less than half of it, the incident is
 * not the cause. In words, or null.
 */
function sparedBeside(observation: Observation, shown: readonly LogGroup[]): string | null {
  const places = Object.values(observation.services).flatMap(placesOf);
  const [worst] = places.toSorted((one, other) => rate(other) - rate(one));
  if (worst === undefined || worst.failed === 0) return null;
  const own = shown.filter((group) => group.service === worst.service && !isAnybodys(group));
  if (own.reduce((sum, { count }) => sum + count, 0) * 2 >= worst.failed) return null;
  const isSpared = (other: Place): boolean =>
    other.total >= AFTER_WRITE.leastRequests &&
    rate(other) * (other.service === worst.service ? OTHER_REVISION : OTHER_SERVICE) <= rate(worst) &&
    chanceOfWorse(other, worst) < AFTER_WRITE.chance;
  const spared = places.find(isSpared);
  return spared === undefined
    ? null
    : `${worst.name} fails ${worst.failed} of ${worst.total} requests and ${spared.name} ${spared.failed} of ${spared.total}`;
}

/** So many times smaller is the failing share of what the incident has spared: revisions of one service meet it alike. */
const OTHER_REVISION = 2;
const OTHER_SERVICE = 3;

function placesOf({ name, requests }: ServiceObservation): readonly Place[] {
  if (requests.freshness !== 'fresh' || requests.value === null) return [];
  const revisions = Object.entries(requests.value.byRevision).filter(([, { total }]) => total >= AFTER_WRITE.leastRequests);
  if (revisions.length < 2) return [{ name, service: name, total: requests.value.total, failed: requests.value.serverErrors }];
  return revisions.map(([revision, { total, serverErrors }]) => ({ name: revision, service: name, total, failed: serverErrors }));
}

function rate({ total, failed }: Counted): number {
  return total === 0 ? 0 : failed / total;
}

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
  const isFull = connectorsOf(observation, spec).some((one) => isAtGoal(one, spec));
  return isFull || connectionBudgets(observation, spec).some(({ utilization }) => (utilization ?? 0) >= BUDGET_EXHAUSTED);
}
