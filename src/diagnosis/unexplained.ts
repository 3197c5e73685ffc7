import { sayDuration } from '../core/duration.ts';
import type { Observation, ServiceObservation } from '../core/model/observation.ts';
import { absent } from '../core/model/measured.ts';
import type { RequestStats, RevisionStats } from '../core/model/request-stats.ts';
import { percent, servingRevisions } from './observation-queries.ts';
import { sayProbe } from './witnesses/probe-words.ts';
import { LEAST_FAILURES } from './witnesses/request-evidence.ts';
import { separatedRevisions } from './witnesses/separated.ts';
import { usersP95 } from './witnesses/users-p95.ts';

/** What is known of a trouble whose mechanism is not: which revision it is, how many are met by it, or that it is slow. Pure. */

export interface Trouble {
  /** `shop-00002 fails 302 of 489 requests (62 %) and shop-00001 0 of 209, counted over the same minutes (08:56–08:58 UTC)`. */
  readonly words: string;
  /** It is of one revision alone: users of another one are served well in the same minutes. */
  readonly ofRevision: boolean;
}

/** What users of this service meet, with figures. `p95GoalMs` is what the 95th percentile is held against. */
export function troubleOf(observation: Observation, name: string, p95GoalMs: number): Trouble {
  const service = observation.services[name];
  const stats = service?.requests.value ?? null;
  const separated = separatedRevisions(observation, name);
  if (separated !== null && stats !== null) {
    const together = isSeenTogether(service);
    return {
      words: `${separated.words}${together ? ', counted over the same minutes' : ''}${minutesOf(stats, service)}`,
      ofRevision: together,
    };
  }
  const said = service === undefined ? [] : saidOf(service, ofPresent(stats, service), p95GoalMs);
  return { words: said.length === 0 ? `failures of ${name}` : said.join(', and '), ofRevision: false };
}

/**
 * Of a window that reaches back before the last shift only what serves now is told: the percentile is of all in it, and where nothing of the
 * present revision failed by it, probes alone speak of that, and how far the figures go is said.
 */
function saidOf(service: ServiceObservation, { stats, drained }: Present, p95GoalMs: number): readonly string[] {
  const isMixed = drained.length > 0;
  const late = slow(service.name, isMixed ? { ...service, p95Ms: NOT_OF_PRESENT } : service, p95GoalMs);
  const told = [...counted(service.name, stats, service), ...late, ...broken(service, stats)];
  return isMixed && stats?.serverErrors === 0 ? [...told, notYetWords(service, stats.total, drained)] : told;
}

interface Present {
  /** Only requests that revisions answered which serve now; null: no figures. */
  readonly stats: RequestStats | null;
  /** Revisions that answered some of the same window, and serve no more. */
  readonly drained: readonly string[];
}

function ofPresent(stats: RequestStats | null, service: ServiceObservation): Present {
  const serving = servingRevisions(service);
  const answered = Object.entries(stats?.byRevision ?? {}).filter(([, { total }]) => total > 0);
  const drained = serving.length === 0 ? [] : answered.map(([name]) => name).filter((name) => !serving.includes(name));
  if (stats === null || drained.length === 0) return { stats, drained: [] };
  const own = answered.filter(([name]) => serving.includes(name)).map(([, counts]) => counts);
  const sum = (of: (counts: RevisionStats) => number): number => own.reduce((all, counts) => all + of(counts), 0);
  const present = { total: sum(({ total }) => total), serverErrors: sum(({ serverErrors }) => serverErrors) };
  return { stats: { ...stats, ...present, turnedAway: sum(({ turnedAway = 0 }) => turnedAway) }, drained };
}

function notYetWords(service: ServiceObservation, own: number, drained: readonly string[]): string {
  const stats = service.requests.value;
  const minutes = stats === null ? '' : minutesOf(stats, service);
  const serving = servingRevisions(service).join(', ');
  const count = own === 0 ? `no request to ${serving} is counted yet` : `0 of ${own} requests to ${serving} fail so far`;
  return `${count}: the newest figures${minutes} are ${own === 0 ? '' : 'otherwise '}of ${drained.join(', ')}, which no longer ${drained.length === 1 ? 'serves' : 'serve'}`;
}

const NOT_OF_PRESENT = absent<number>('the figures are of what no longer serves');

/** The figures of a look are of its last minutes; a capture may hold the one revision first and the other after it. */
function isSeenTogether(service: ServiceObservation | undefined): boolean {
  return service?.state.value != null;
}

function counted(name: string, stats: RequestStats | null, service: ServiceObservation): readonly string[] {
  if (stats === null) return [];
  const { total, serverErrors, turnedAway = 0 } = stats;
  return [
    ...(serverErrors > 0
      ? [`${serverErrors} of ${total} requests to ${name} fail (${percent(serverErrors / total)}${minutesOf(stats, service, ', ')})`]
      : []),
    ...(turnedAway >= LEAST_FAILURES
      ? [`${turnedAway} of ${total} requests to ${name} are turned away with 429 (${percent(turnedAway / total)})`]
      : []),
  ];
}

/** Late by the limit of a probe, or by the goal of the 95th percentile: where only the limit is missed, that is said. */
function slow(name: string, service: ServiceObservation, goalMs: number): readonly string[] {
  const late = service.probes.find(({ outcome }) => outcome === 'slow');
  const p95 = usersP95(service);
  const isLate = p95 !== null && p95 > goalMs;
  if (late === undefined && !isLate) return [];
  const figure = p95 === null ? '' : `users' p95 is ${sayDuration(Math.round(p95))} (goal ${sayDuration(goalMs)})`;
  if (late === undefined) return [`${name} is slow: ${figure}`];
  if (p95 !== null && !isLate)
    return [
      `${name} misses the document's own limit of ${sayDuration(late.maxLatencyMs)} (maxLatency): ${sayProbe(late)}, while ${figure}`,
    ];
  return [`${name} is slow: ${[figure, sayProbe(late)].filter((words) => words !== '').join(', ')}`];
}

/** Probes that fail where no request is known to. */
function broken({ probes }: ServiceObservation, stats: RequestStats | null): readonly string[] {
  const failing = probes.find(({ outcome }) => outcome === 'bad-status' || outcome === 'error');
  return failing === undefined || (stats?.serverErrors ?? 0) > 0 ? [] : [sayProbe(failing)];
}

/** ` (08:56–08:58 UTC)`; '' where the window has no end of its own. */
function minutesOf({ sinceAt, untilAt }: RequestStats, service: ServiceObservation | undefined, before?: string): string {
  const end = untilAt ?? service?.requests.measuredAt ?? null;
  if (end === null || end <= sinceAt) return '';
  const words = `${clock(sinceAt)}–${clock(end)} UTC`;
  return before === undefined ? ` (${words})` : `${before}${words}`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
