import { MINUTE } from '../../core/duration.ts';
import type { Observation, ProviderIncident } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { locatedOf } from '../../core/region.ts';
import { BUDGET_EXHAUSTED, connectionBudgets } from '../infrastructure/connection-budget.ts';
import { connectorsOf, isAtGoal } from '../infrastructure/connectors.ts';
import type { Finding, Rule } from '../finding.ts';
import { measuredEvidence, signs } from '../finding.ts';
import { evidenceOf, harmOf } from '../observation-queries.ts';
import type { Harm } from '../observation-queries.ts';
import { isAnybodys, isAt, sparedBeside } from './spared.ts';

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
 * Google's own open incidents that touch a region of the document; one explains nothing in another. One that began before the harm, and whose product shows just such lines,
 * explains it, unless the bottleneck is proven to be ours; not where others of ours meet it surely less (`sparedBeside`): there something of our own
 * fails as well. An incident beside harm of another kind is only a suspicion.
 */
export const providerIncident: Rule = (observation, spec) => {
  const harmed = harmOf(observation);
  return (observation.incidents.value ?? []).map((incident) => findingOf(observation, spec, incident, harmed));
};

function findingOf(observation: Observation, spec: RemediationSpec, incident: ProviderIncident, harmed: readonly Harm[]): Finding {
  const reaches = (service: string): boolean => reachesService(incident, service, spec);
  const shown = signs(observation, ...signaturesOf(incident)).filter(({ service }) => reaches(service));
  const began = Math.min(...shown.map(({ firstAt }) => firstAt));
  const spared = sparedBeside(observation, shown, {
    alsoServices: isAboutServing(incident) || shown.every(isAnybodys),
    since: incident.startedAt,
  });
  const inTime = incident.startedAt === null || shown.length === 0 || incident.startedAt <= began + TOLERANCE;
  const fits = harmed.some(({ service }) => reaches(service)) && inTime && (shown.length > 0 || isAboutServing(incident));
  const part = (harm: Harm): number => spared.find((each) => isAt(each, harm))?.ofAll ?? 1;
  const covers = (harm: Harm): boolean => fits && reaches(harm.service) && part(harm) > 0;
  const notOf = [...new Set([...spared, ...harmed.filter(({ service }) => !reaches(service))].map(({ service }) => service))];
  const what = `${incident.title} (${incident.state}; ${[...incident.products, ...incident.locations].join(', ') || 'no product named'})`;
  const since = incident.startedAt === null ? '' : `, since ${new Date(incident.startedAt).toISOString().slice(0, 16)}Z`;
  const explains = harmed.some(covers) && !ourOwnBottleneck(observation, spec);
  return {
    kind: 'provider-incident',
    subject: incident.id,
    confidence: !fits ? 0.3 : explains ? 0.96 : 0.5,
    summary: `Google has an incident of its own: ${what}${since}${spared.map(({ words }) => `; it does not explain why ${words}`).join('')}`,
    evidence: [measuredEvidence(observation.incidents, `${incident.id}: ${what}${since}`), ...evidenceOf(shown, 3)],
    covers,
    explains: part,
    ...(notOf.length === 0 ? {} : { notOf }),
  };
}

/** Whether it says of the service's region, or of no place. */
export function reachesService({ locations }: ProviderIncident, service: string, spec: Pick<RemediationSpec, 'region'>): boolean {
  const { region } = locatedOf(service, spec.region);
  return locations.length === 0 || locations.some((at) => at === 'global' || at === region || at.startsWith(`${region}-`));
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
