import type { ProviderIncident } from '../../core/model/observation.ts';
import type { IncidentsPort } from '../../ports/cloud.ts';
import { allPages, instant, shortName } from '../response-parsing.ts';
import { list, object, optionalObject, optionalText, text, understood } from '../json.ts';
import type { Json } from '../json.ts';
import { createRest } from '../rest.ts';
import type { Scope } from '../scope.ts';

const PAGE_SIZE = 100;
const MAX_PAGES = 5;
/** What a Cloud Run environment stands on, however Google writes it: `Google Cloud SQL`, `Virtual Private Cloud (VPC)`. */
const PRODUCTS =
  /cloud run|cloud sql|vpc|virtual private cloud|serverless|networking|load balancing|compute engine|cloud dns|nat\b|artifact registry|container registry|secret manager|certificate manager|iam|identity and access|memorystore|infrastructure|multiple products/i;

/**
 * Google's own open incidents, from Personalized Service Health v1, by a bare request: googleapis has no client for it.
 * Those count that touch one of the regions (or are global, or name no place), a product that Cloud Run environments stand on (or name
 * none), and that Google does not hold to be without effect on the project. @throws TerminalError when the API is off.
 */
export function createIncidents(scope: Scope): IncidentsPort {
  const { get } = createRest(scope, 'servicehealth.googleapis.com');
  const path = `/v1/projects/${scope.project}/locations/global/events`;
  return {
    async open(regions, options) {
      const call = { api: 'servicehealth', method: 'events.list', resource: scope.project };
      const pages = await allPages('events', MAX_PAGES, async (pageToken) => {
        const query = { filter: 'category=INCIDENT AND state=ACTIVE', pageSize: PAGE_SIZE, pageToken };
        return understood('list of events', await get(call, path, query, options), (page) => ({
          incidents: list(page.events, 'events')
            .map((event) => object(event, 'events'))
            .filter(isOpen)
            .map(incident),
          nextPageToken: optionalText(page.nextPageToken, 'nextPageToken') ?? undefined,
        }));
      });
      return pages.flatMap(({ incidents }) => incidents).filter((found) => touches(found, regions));
    },
  };
}

/** Asked for by the filter, and checked here: one that is merged into another is told by that other. */
function isOpen(event: Json): boolean {
  const { state, category, detailedState, relevance } = event;
  return (
    state !== 'CLOSED' &&
    (category === undefined || category === 'INCIDENT') &&
    detailedState !== 'MERGED' &&
    detailedState !== 'FALSE_POSITIVE' &&
    relevance !== 'NOT_IMPACTED'
  );
}

function incident(event: Json): ProviderIncident {
  const impacts = list(event.eventImpacts, 'events.eventImpacts').map((impact) => object(impact, 'events.eventImpacts'));
  const products = impacts.map(({ product }) => optionalText(optionalObject(product, 'product').productName, 'product.productName'));
  const places = impacts.map(({ location }) => optionalText(optionalObject(location, 'location').locationName, 'location.locationName'));
  return {
    id: shortName(text(event.name, 'events.name')),
    title: optionalText(event.title, 'events.title') ?? 'an incident without a title',
    products: once(products),
    locations: once(places),
    state: optionalText(event.detailedState, 'events.detailedState') ?? optionalText(event.state, 'events.state') ?? 'UNKNOWN',
    startedAt: instant(optionalText(event.startTime, 'events.startTime')),
  };
}

function touches({ products, locations }: ProviderIncident, regions: readonly string[]): boolean {
  const here =
    locations.length === 0 ||
    locations.some((place) => place === 'global' || regions.some((region) => place === region || place.startsWith(`${region}-`)));
  return here && (products.length === 0 || products.some((product) => PRODUCTS.test(product)));
}

function once(values: readonly (string | null)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
