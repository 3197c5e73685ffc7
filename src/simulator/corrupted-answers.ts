import { copyJson, jsonResponse, type SimResponse } from './messages.ts';
import { withHostileText } from './hostile-text.ts';
import { isFields, timestamp, type Fields } from './surface/wire.ts';

/** Ways in which an answer of Google's can be true in form and wrong in content. */
export const CORRUPTIONS = [
  /** A long-running operation says that it has failed, whatever became of it. */
  'operation-failed',
  /** A connector says that it is in state ERROR. */
  'connector-error',
  /** The traffic in force lags behind what was asked for: part of it is still elsewhere. */
  'traffic-partial',
  /** The newest revision could not fetch its image. */
  'image-missing',
  /** Series without points come as no series at all. */
  'series-missing',
  /** The newest minutes of each series have not arrived. */
  'series-late',
  /** Points that hold no number. */
  'series-nan',
] as const;

export type Corruption = (typeof CORRUPTIONS)[number];

/** How late the series of `series-late` are, beyond their usual delay. */
const LATE_MS = 15 * 60_000;

/** The answer as the fault tells it. Anything but a good answer keeps its content. */
export function corrupted(
  answer: SimResponse,
  told: { readonly rewrite: Corruption } | { readonly adds: string },
  now: number,
): SimResponse {
  if ('adds' in told) return withHostileText(answer, told.adds);
  const { rewrite } = told;
  if (answer.status !== 200) return answer;
  const json: unknown = answer.json === undefined ? JSON.parse(answer.body) : copyJson(answer.json);
  return isFields(json) ? jsonResponse(200, HOW[rewrite](json, now)) : answer;
}

const HOW: Readonly<Record<Corruption, (json: Fields, now: number) => Fields>> = {
  'operation-failed': ({ response: _response, ...operation }) => ({
    ...operation,
    done: true,
    error: { code: 13, message: 'An internal error has occurred. Try again later.' },
  }),
  'connector-error': (connector) => ({ ...connector, state: 'ERROR' }),
  'traffic-partial': (json) => eachOf(json, 'services', partialTraffic),
  'image-missing': (json, now) => eachOf(json, 'revisions', (revision) => withoutImage(revision, now)),
  'series-missing': ({ timeSeries: _series, ...rest }) => rest,
  'series-late': (json, now) => eachOf(json, 'timeSeries', (series) => withoutNewest(series, now)),
  'series-nan': (json) => eachOf(json, 'timeSeries', withoutNumbers),
};

/** A list's items, or the one thing that was asked for. */
function eachOf(json: Fields, key: string, change: (item: Fields) => Fields): Fields {
  const items = json[key];
  if (Array.isArray(items)) return { ...json, [key]: items.map((item: unknown) => (isFields(item) ? change(item) : item)) };
  return key === 'timeSeries' ? json : change(json);
}

function partialTraffic(service: Fields): Fields {
  const statuses = service['trafficStatuses'];
  const [first] = Array.isArray(statuses) ? (statuses as readonly Fields[]) : [];
  if (first === undefined || Number(first['percent']) !== 100) return service;
  const earlier = { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: `${shortName(service)}-00001-old`, percent: 35 };
  return { ...service, trafficStatuses: [{ ...first, percent: 65 }, earlier, ...(statuses as readonly Fields[]).slice(1)] };
}

function shortName({ name }: Fields): string {
  const text = String(name);
  return text.slice(text.lastIndexOf('/') + 1);
}

/** Only what was made in the last hour: what came before has its image. */
function withoutImage(revision: Fields, now: number): Fields {
  if (now - Date.parse(String(revision['createTime'])) > 3_600_000 || !Array.isArray(revision['conditions'])) return revision;
  const containers = revision['containers'];
  const image = Array.isArray(containers) && isFields(containers[0]) ? String(containers[0]['image']) : 'unknown';
  const conditions = (revision['conditions'] as readonly Fields[]).map((condition) =>
    condition['type'] === 'Ready' || condition['type'] === 'ContainerReady'
      ? { ...condition, state: 'CONDITION_FAILED', revisionReason: 'CONTAINER_MISSING', message: `Image '${image}' not found.` }
      : condition,
  );
  return { ...revision, conditions };
}

function withoutNewest(series: Fields, now: number): Fields {
  const points = Array.isArray(series['points']) ? (series['points'] as readonly Fields[]) : [];
  const newest = timestamp(now - LATE_MS);
  return { ...series, points: points.filter(({ interval }) => isFields(interval) && String(interval['endTime']) <= newest) };
}

/** JSON has no NaN; Google spells it so. */
function withoutNumbers(series: Fields): Fields {
  const points = Array.isArray(series['points']) ? (series['points'] as readonly Fields[]) : [];
  return { ...series, points: points.map((point) => ({ ...point, value: { doubleValue: 'NaN' } })), valueType: 'DOUBLE' };
}
