import { ApiError, invalid } from '../surface/api-error.ts';
import { conjunctionOf, parseFilter } from '../surface/filter-expression.ts';
import { partsOf, type Operator } from '../surface/filter-lexer.ts';
import { listed, page, pageSize } from '../surface/paging.ts';
import type { Call, Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { isFields, timestamp, type Fields } from '../surface/wire.ts';
import { isOpen } from '../world/network-access.ts';
import type { IncidentDescription } from '../world/description/description.ts';

const HOST = 'servicehealth.googleapis.com';
const EVENTS = '/v1/projects/{project}/locations/{location}/events';

/** Service Health v1: Google's own incidents that touch the project, newest first. Location `global` only. */
export function serviceHealthRoutes(surface: Surface): readonly Route[] {
  const read = { host: HOST, method: 'GET', writes: false } as const;
  return [
    {
      ...read,
      id: 'servicehealth.projects.locations.events.list',
      path: EVENTS,
      permission: 'servicehealth.events.list',
      answer: (call) => list(surface, call),
    },
    {
      ...read,
      id: 'servicehealth.projects.locations.events.get',
      path: `${EVENTS}/{event}`,
      permission: 'servicehealth.events.get',
      answer: (call) => {
        const name = `${root(surface)}/${call.params['event']}`;
        const found = events(surface, call.now).find((event) => event['name'] === name);
        if (found) return found;
        throw new ApiError('NOT_FOUND', `Resource '${name}' was not found`);
      },
    },
  ];
}

function list(surface: Surface, { params, query, now }: Call): unknown {
  const tests = readFilter(query.get('filter') ?? '');
  const all = params['location'] === 'global' ? events(surface, now) : [];
  const matching = all.filter((event) => tests.every((test) => test(event)));
  const { items, nextPageToken } = page(matching, pageSize(query.get('pageSize'), 50, 100), query.get('pageToken'));
  return listed('events', items, nextPageToken);
}

/** An incident that has not begun yet is not told. */
function events(surface: Surface, now: number): readonly Fields[] {
  const { startAt, world } = surface.scenario;
  return world.incidents.filter((one) => now >= startAt - one.startedBefore).map((one) => event(surface, one, now));
}

function event(surface: Surface, incident: IncidentDescription, now: number): Fields {
  const { startAt } = surface.scenario;
  const { name, title, products, locations, startedBefore, endsAfter } = incident;
  const open = isOpen(incident, startAt, now);
  const startTime = timestamp(startAt - startedBefore);
  const updateTime = open || endsAfter === undefined ? timestamp(startAt - startedBefore / 2) : timestamp(startAt + endsAfter);
  return {
    name: `${root(surface)}/${name}`,
    title,
    description: title,
    category: 'INCIDENT',
    detailedCategory: 'CONFIRMED_INCIDENT',
    state: open ? 'ACTIVE' : 'CLOSED',
    detailedState: open ? 'CONFIRMED' : 'RESOLVED',
    relevance: 'IMPACTED',
    startTime,
    updateTime,
    ...(open || endsAfter === undefined ? {} : { endTime: timestamp(startAt + endsAfter) }),
    updates: [{ updateTime, title, description: title }],
    eventImpacts: products.flatMap((productName) =>
      locations.map((locationName) => ({ product: { productName }, location: { locationName } })),
    ),
  };
}

/** Comparisons joined by AND; values of enums and of times (`update_time >= …`) as the API's own examples have them. */
function readFilter(text: string): readonly ((event: Fields) => boolean)[] {
  const refuse = (why: string): ApiError => invalid(`Invalid filter: '${text}': ${why}.`, 'filter');
  const comparisons = conjunctionOf(parseFilter(text, refuse), () => refuse('only comparisons joined by AND are served here'));
  return comparisons.map(({ path, operator, value: { texts, call } }) => {
    const [wanted = ''] = texts;
    if (call !== null || texts.length !== 1) throw refuse(`${path} is compared with one value`);
    if (operator === '=~' || operator === '!~') throw refuse(`the operator ${operator} is not served here`);
    const names = partsOf(path).map((part) => part.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
    return (each) => valuesAt(each, names).some((found) => holds(found, operator, wanted)) !== (operator === '!=');
  });
}

function valuesAt(value: unknown, [head, ...rest]: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, head === undefined ? [] : [head, ...rest]));
  if (head === undefined) return value === undefined ? [] : [String(value)];
  return isFields(value) ? valuesAt(value[head], rest) : [];
}

function holds(value: string, operator: Operator, wanted: string): boolean {
  if (operator === ':') return value.toLowerCase().includes(wanted.toLowerCase());
  if (operator === '=' || operator === '!=') return value === wanted;
  const difference = Date.parse(value) - Date.parse(wanted);
  if (Number.isNaN(difference)) throw invalid(`Invalid filter: '${wanted}' is not a timestamp.`, 'filter');
  if (operator === '>=') return difference >= 0;
  if (operator === '<=') return difference <= 0;
  return operator === '>' ? difference > 0 : difference < 0;
}

function root(surface: Surface): string {
  return `projects/${surface.project}/locations/global/events`;
}
