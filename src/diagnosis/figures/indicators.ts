import type { Measured } from '../../core/model/measured.ts';
import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { GateName, Indicators, TurnedAwayCount, Verdict } from '../../core/model/verdict.ts';
import type { MinuteCounts } from '../improvement/cells.ts';
import type { TrendSample } from '../improvement/judge.ts';
import { connectorsOf } from '../infrastructure/connectors.ts';
import { wilson } from './wilson-interval.ts';

type Gates = Readonly<Record<GateName, Verdict>>;

/**
 * The figures of one look. null is `not measured`: a rate needs fresh metrics of every service, because a dead service has
 * no series at all (gcp-facts 5.1) and would make the rest look better than it is. A service is up or down by its gate, which
 * asks several witnesses over several looks; while one cannot be told, their number cannot.
 */
export function indicatorsOf(observation: Observation, spec: RemediationSpec, gates: Gates): Indicators {
  const seen = spec.services.map((service) => observation.services[service.name]);
  const requests = allOf(seen.map((service) => freshOf(service?.requests)));
  const latencies = allOf(seen.map((service) => freshOf(service?.p95Ms)));
  const samples = requests?.reduce((sum, stats) => sum + stats.total, 0) ?? 0;
  const errors = requests?.reduce((sum, stats) => sum + stats.serverErrors, 0) ?? 0;
  const turnedAway = turnedAwayIn(seen.map((service) => service?.requests));
  const ups = allOf(spec.services.map(({ name }) => upBy(gates[`healthy:${name}`])));
  return {
    at: observation.at,
    servicesUp: ups?.filter((up) => up).length ?? null,
    servicesTotal: spec.services.length,
    errorRate: requests === null || samples === 0 ? null : errors / samples,
    p95Ms: latencies === null || latencies.length === 0 ? null : Math.max(...latencies),
    ...saturationOf(observation, spec),
    samples,
    ...(turnedAway === null ? {} : { turnedAway }),
  };
}

function saturationOf(observation: Observation, spec: RemediationSpec): Pick<Indicators, 'connectorSaturation' | 'connectors'> {
  const each = connectorsOf(observation, spec).map(({ wanted: { name }, seen }) => [name, freshOf(seen?.cpuP99)] as const);
  const known = each.flatMap(([, cpu]) => cpu ?? []);
  const highest = known.length === 0 ? null : Math.max(...known);
  const isTold = highest !== null && (known.length === each.length || highest >= spec.improvement.goals.connectorSaturation);
  return {
    connectorSaturation: isTold ? highest : null,
    ...(each.length > 1 ? { connectors: Object.fromEntries(each) } : {}),
  };
}

/** Of the services whose requests are measured; null: nobody was. */
function turnedAwayIn(requests: readonly (ServiceObservation['requests'] | undefined)[]): TurnedAwayCount | null {
  const measured = requests.flatMap((one) => {
    const stats = freshOf(one);
    return stats === null ? [] : [{ ...stats, untilAt: stats.untilAt ?? one?.measuredAt ?? stats.sinceAt }];
  });
  const count = measured.reduce((sum, { turnedAway = 0 }) => sum + turnedAway, 0);
  if (count === 0) return null;
  return {
    count,
    of: measured.reduce((sum, { total }) => sum + total, 0),
    sinceAt: Math.min(...measured.map(({ sinceAt }) => sinceAt)),
    untilAt: Math.max(...measured.map(({ untilAt }) => untilAt)),
  };
}

function upBy(gate: Verdict | undefined): boolean | null {
  if (gate?.outcome === 'pass') return true;
  return gate?.outcome === 'fail' ? false : null;
}

export type Goals = 'met' | 'missed' | 'unknown';

/**
 * Whether this look meets every goal. A goal is missed only where that was measured, on requests enough to tell; what nobody
 * asks for cannot fail, so a service without any request counts by its gate alone.
 */
export function goalsOf(observation: Observation, spec: RemediationSpec, gates: Gates): Goals {
  const parts = [
    ...spec.services.map(({ name }) => goalOf(upBy(gates[`healthy:${name}`]))),
    errorGoal(observation, spec),
    latencyGoal(observation, spec),
    ...connectorsOf(observation, spec).map(({ seen }) => saturationGoal(freshOf(seen?.cpuP99), spec)),
  ];
  if (parts.includes('missed')) return 'missed';
  return parts.includes('unknown') ? 'unknown' : 'met';
}

function goalOf(is: boolean | null): Goals {
  if (is === null) return 'unknown';
  return is ? 'met' : 'missed';
}

function errorGoal(observation: Observation, spec: RemediationSpec): Goals {
  const stats = spec.services.map(({ name }) => observation.services[name]?.requests);
  if (stats.some((one) => freshOf(one) === null && !isUncalled(one))) return 'unknown';
  const [total, failed] = stats.reduce(([n, e], one) => [n + (freshOf(one)?.total ?? 0), e + (freshOf(one)?.serverErrors ?? 0)] as const, [
    0, 0,
  ] as readonly [number, number]);
  const goal = spec.improvement.goals.errorRate;
  if (total === 0 || failed / total <= goal) return 'met';
  return wilson(failed, total).lower > goal ? 'missed' : 'unknown';
}

function latencyGoal(observation: Observation, spec: RemediationSpec): Goals {
  const { goals, minSamples } = spec.improvement;
  const parts = spec.services.map(({ name }): Goals => {
    const service = observation.services[name];
    const p95 = freshOf(service?.p95Ms);
    if (p95 === null) return isUncalled(service?.p95Ms) ? 'met' : 'unknown';
    if (p95 <= goals.p95Ms) return 'met';
    return (freshOf(service?.requests)?.total ?? 0) >= minSamples ? 'missed' : 'unknown';
  });
  return parts.find((part) => part === 'missed') ?? parts.find((part) => part === 'unknown') ?? 'met';
}

function saturationGoal(cpu: number | null, spec: RemediationSpec): Goals {
  return goalOf(cpu === null ? null : cpu < spec.improvement.goals.connectorSaturation);
}

/** Monitoring answered, and knows of no request. */
function isUncalled(measured: Measured<unknown> | undefined): boolean {
  return measured?.freshness === 'absent' && /^no (?:series|points)/.test(measured.problem ?? '');
}

/** What this look adds to the trend. */
export function trendSample(observation: Observation, spec: RemediationSpec, gates: Gates, indicators: Indicators): TrendSample {
  const { at, servicesUp, servicesTotal, connectorSaturation, p95Ms, samples } = indicators;
  const windows = spec.services.map(({ name }) => freshOf(observation.services[name]?.requests)?.sinceAt ?? Number.POSITIVE_INFINITY);
  const sinceAt = Math.min(...windows);
  const isEnough = p95Ms !== null && Number.isFinite(sinceAt) && samples >= spec.improvement.minSamples;
  return {
    at,
    minutes: minutesOf(spec.services.map(({ name }) => observation.services[name]).filter((service) => service !== undefined)),
    p95: isEnough ? { ms: p95Ms, sinceAt, samples } : null,
    connectorSaturation,
    servicesUp,
    servicesTotal,
    goals: goalsOf(observation, spec, gates),
  };
}

function minutesOf(services: readonly ServiceObservation[]): readonly MinuteCounts[] {
  const minutes = new Map<number, Record<string, { total: number; failed: number }>>();
  for (const { name, requests } of services)
    for (const { at, total, serverErrors } of freshOf(requests)?.minutes ?? []) {
      const by = minutes.get(at) ?? {};
      minutes.set(at, by);
      by[name] = { total, failed: serverErrors };
    }
  return [...minutes].map(([at, by]) => ({ at, by })).sort((a, b) => a.at - b.at);
}

function freshOf<T>(measured: Measured<T> | undefined): T | null {
  return measured?.freshness === 'fresh' ? measured.value : null;
}

function allOf<T>(parts: readonly (T | null | undefined)[]): readonly T[] | null {
  const present = parts.filter((part): part is T => part !== null && part !== undefined);
  return present.length === parts.length ? present : null;
}
