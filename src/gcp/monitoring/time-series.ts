import { monitoring_v3 } from 'googleapis/build/src/apis/monitoring/v3.js';
import { TransientError } from '../../core/errors.ts';
import type { CallOptions } from '../../ports/cloud.ts';
import { allPages, badAnswer, instant } from '../response-parsing.ts';
import type { Scope } from '../scope.ts';
import { readDistribution } from './distribution.ts';
import type { Distribution, DistributionJson } from './distribution.ts';

/** The most that Google gives at once: it counts points, and a finer question must not take more requests. */
const PAGE_SIZE = 100_000;
const MAX_PAGES = 10;

export interface SeriesQuery {
  readonly metric: string;
  readonly resourceType: string;
  /** `resource.labels.…` and `metric.labels.…` that must be equal, or one of several. */
  readonly where: Readonly<Record<string, string | readonly string[]>>;
  readonly from: number;
  readonly to: number;
  readonly periodMs: number;
  readonly aligner: string;
  readonly reducer: string;
  readonly groupBy: readonly string[];
}

export interface Series {
  /** Metric and resource labels in one; they do not collide in the series we ask for. */
  readonly labels: Readonly<Record<string, string>>;
  /** Newest first. */
  readonly points: readonly Point[];
}

interface Point {
  /** End of its interval. */
  readonly at: number;
  /** Of a distribution the number of its values. */
  readonly value: number;
  /** Missing: it is a number. null: its buckets could not be read. */
  readonly distribution?: Distribution | null;
}

/** One question to timeSeries.list, aligned and reduced on Google's side (gcp-facts 5.1). An empty list is an answer: no data. */
export function createTimeSeries(scope: Scope): (query: SeriesQuery, options?: CallOptions) => Promise<readonly Series[]> {
  const api = new monitoring_v3.Monitoring(scope.client as monitoring_v3.Options).projects.timeSeries;
  return async (asked, options) => {
    // Asked and answered in Google's time; everybody here speaks ours.
    const ahead = scope.time?.aheadMs() ?? 0;
    const query = { ...asked, from: asked.from + ahead, to: asked.to + ahead };
    const what = `series of ${query.metric}`;
    const call = { api: 'monitoring', method: 'timeSeries.list', resource: query.metric };
    const pages = await allPages(what, MAX_PAGES, async (pageToken) => {
      const request = { ...listRequest(scope.project, query), ...(pageToken === undefined ? {} : { pageToken }) };
      return readPage(await scope.calls.read(call, (signal) => api.list(request, { signal }), options), what);
    });
    const found = pages.flatMap(({ series }) => series);
    if (ahead === 0) return found;
    return found.map((each) => ({ ...each, points: each.points.map((point) => ({ ...point, at: point.at - ahead })) }));
  };
}

function listRequest(project: string, query: SeriesQuery): monitoring_v3.Params$Resource$Projects$Timeseries$List {
  const equal = Object.entries(query.where).map(([label, value]) => `${label}=${allowed(value)}`);
  return {
    name: `projects/${project}`,
    filter: [`metric.type="${query.metric}"`, `resource.type="${query.resourceType}"`, ...equal].join(' AND '),
    'interval.startTime': new Date(query.from).toISOString(),
    'interval.endTime': new Date(query.to).toISOString(),
    'aggregation.alignmentPeriod': `${Math.round(query.periodMs / 1_000)}s`,
    'aggregation.perSeriesAligner': query.aligner,
    'aggregation.crossSeriesReducer': query.reducer,
    'aggregation.groupByFields': [...query.groupBy],
    view: 'FULL',
    pageSize: PAGE_SIZE,
  };
}

function allowed(values: string | readonly string[]): string {
  const [first = '', ...others] = [values].flat().map((value) => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
  return others.length === 0 ? first : `one_of(${[first, ...others].join(', ')})`;
}

/** Read by hand: a page holds thousands of points. Anything that is not a number where one belongs is a bad answer. */
function readPage(body: unknown, what: string): { readonly series: readonly Series[]; readonly nextPageToken?: string | undefined } {
  if (body === null || typeof body !== 'object') throw badAnswer(what, 'body: not an object');
  const { timeSeries, nextPageToken, executionErrors } = body as Record<string, unknown>;
  // With errors the series are a part of the truth, and a part of a sum is a wrong sum.
  if (Array.isArray(executionErrors) && executionErrors.length > 0)
    throw new TransientError('partial-answer', `${what}: Google answered only in part`);
  if (timeSeries !== undefined && !Array.isArray(timeSeries)) throw badAnswer(what, 'timeSeries: not a list');
  const series = ((timeSeries as unknown[] | undefined) ?? []).map((entry, index) => readSeries(entry, what, `timeSeries.${index}`));
  return { series, nextPageToken: typeof nextPageToken === 'string' ? nextPageToken : undefined };
}

interface SeriesJson {
  readonly metric?: { readonly labels?: Record<string, string> };
  readonly resource?: { readonly labels?: Record<string, string> };
  readonly points?: readonly PointJson[];
}

interface PointJson {
  readonly interval?: { readonly endTime?: string };
  readonly value?: {
    readonly int64Value?: string | number;
    readonly doubleValue?: number | string;
    readonly distributionValue?: DistributionJson;
  };
}

function readSeries(entry: unknown, what: string, at: string): Series {
  if (entry === null || typeof entry !== 'object') throw badAnswer(what, `${at}: not an object`);
  const { metric, resource, points } = entry as SeriesJson;
  if (points !== undefined && !Array.isArray(points)) throw badAnswer(what, `${at}.points: not a list`);
  const read = (points ?? []).map((point, index) => readPoint(point, what, `${at}.points.${index}`));
  return { labels: { ...resource?.labels, ...metric?.labels }, points: read.sort((a, b) => b.at - a.at) };
}

/** int64 arrives as a string, and aligning may turn it into a double. */
function readPoint(point: PointJson | null, what: string, at: string): Point {
  const end = instant(point?.interval?.endTime);
  const { int64Value, doubleValue, distributionValue } = point?.value ?? {};
  const raw = int64Value ?? doubleValue ?? (distributionValue === undefined ? undefined : (distributionValue.count ?? 0));
  const value = typeof raw === 'number' ? raw : typeof raw === 'string' && raw !== '' ? Number(raw) : Number.NaN;
  if (end === null || !Number.isFinite(value)) throw badAnswer(what, `${at}: ${end === null ? 'no end time' : 'not a number'}`);
  return distributionValue === undefined ? { at: end, value } : { at: end, value, distribution: readDistribution(distributionValue) };
}
