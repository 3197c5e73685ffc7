import { MINUTE } from '../../core/duration.ts';
import { aged } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';

/** Metrics are sampled each minute; reading them more often spends quota and shows nothing new (gcp-facts 3, 5). */
export const METRICS_EVERY = MINUTE;
/** How old the newest point of a metric normally is (60 s sampling, minutes of visibility delay). */
export const METRIC_DELAY = 4 * MINUTE;
/**
 * The same for a figure that stands until the next reading. Without that minute every second look was too late to count,
 * or none was, by nothing but the second at which the run began.
 */
export const FIGURE_DELAY = METRIC_DELAY + METRICS_EVERY;
/** The connector's traffic explains and decides nothing: four reads, less often. */
export const TRAFFIC_EVERY = 2 * MINUTE;
/** What changes slowly: load balancer, certificates, incidents, accounts, the database's settings, other people's changes. */
export const SLOW_EVERY = 5 * MINUTE;
/** One reading of these may be missed before the last one is late. */
export const SLOW_DELAY = 2 * SLOW_EVERY + MINUTE;
/** A slow reading that failed is tried again this soon. */
export const RETRY_EVERY = MINUTE;

/** How far back log lines are kept; the first look goes further, because the incident is older than the run. */
export const LOG_WINDOW = 10 * MINUTE;
export const FIRST_LOG_WINDOW = 30 * MINUTE;

/** A value from an earlier reading, with the age it has now. */
export function reaged<T>(value: Measured<T>, now: number, normalDelayMs: number): Measured<T> {
  if (value.value === null || value.measuredAt === null || value.freshness === 'late') return value;
  const older = aged(value.value, value.measuredAt, { now, normalDelayMs, source: value.source });
  return value.problem === undefined ? older : { ...older, problem: value.problem };
}

/** A value that cannot be newer than another one: a percentile is no newer than the newest request it is made of. */
export function noNewerThan<T>(value: Measured<T>, other: Measured<unknown>): Measured<T> {
  if (value.value === null || value.measuredAt === null) return value;
  if (other.measuredAt === null) return { ...value, freshness: 'late', problem: 'how old its newest request is could not be read' };
  if (other.measuredAt >= value.measuredAt) return value;
  return { ...value, measuredAt: other.measuredAt, freshness: other.freshness };
}
