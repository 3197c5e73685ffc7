import { absent, fresh } from '../core/model/measured.ts';
import type { Measured } from '../core/model/measured.ts';
import type { ConnectorObservation, Observation, ServiceObservation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { boundsOf } from '../core/service/bounds.ts';
import type { Verdict } from '../core/model/verdict.ts';
import type { ConnectionBudget } from '../diagnosis/infrastructure/connection-budget.ts';
import { certificateLimits } from './certificates.ts';
import { limitOf, worstOf } from './limits.ts';
import type { CapacityLimit } from './limits.ts';

/** Cloud Run's own upper bound where the service states none (gcp-facts 2.5). */
const DEFAULT_MAX_INSTANCES = 100;

export interface CapacityReport {
  readonly at: number;
  /** Of every limit that decides. `pass` is green; anything else is not. */
  readonly verdict: Verdict;
  readonly limits: readonly CapacityLimit[];
}

/**
 * Headroom against the document's thresholds: connector, connections now and at most, instances, errors, latency,
 * certificates. Pure. Nothing passes on no data, late data or zero traffic. The worst case of the connections is told and
 * decides nothing: pools are rarely full on every instance at once. Forecasts will stand beside the limits, as further rows.
 */
export function judgeCapacity(observation: Observation, spec: RemediationSpec, budgets: readonly ConnectionBudget[]): CapacityReport {
  const limits = [
    ...spec.connectors.flatMap(({ name }) => connectorLimits(name, observation.connectors[name], spec)),
    ...budgets.flatMap((budget) => connectionLimits(observation, spec, budget)),
    ...spec.services.map(({ name }) => instanceLimit(observation.services[name], name, spec)),
    errorLimit(observation, spec),
    latencyLimit(observation, spec),
    ...certificateLimits(observation, spec),
  ];
  return { at: observation.at, verdict: worstOf(limits), limits };
}

function connectorLimits(subject: string, connector: ConnectorObservation | undefined, spec: RemediationSpec): readonly CapacityLimit[] {
  const { connector: threshold } = spec.capacity.thresholds;
  const none = absent<number>('vpcaccess.googleapis.com', 'the connector was not looked at');
  const cpu = limitOf({ name: 'connector cpu', subject, unit: 'share', threshold }, connector?.cpuP99 ?? none);
  const state = connector?.state.value ?? null;
  const instances = connector?.instances ?? none;
  const share = state === null ? without(instances, connector?.state.problem) : scaled(instances, 1 / state.maxInstances);
  const counts = state === null || instances.value === null ? null : { used: instances.value, of: state.maxInstances };
  return [cpu, limitOf({ name: 'connector instances', subject, unit: 'share', threshold, counts }, share)];
}

function connectionLimits({ at, databases }: Observation, spec: RemediationSpec, budget: ConnectionBudget): readonly CapacityLimit[] {
  const { instance: subject } = budget;
  const { connections: threshold } = spec.capacity.thresholds;
  const used = databases[subject]?.connections ?? absent<number>('cloudsql.googleapis.com', 'not looked at');
  const { maxConnections, allowance, possibleAtMax } = budget;
  const unknown = 'max_connections is not known';
  const now = maxConnections === null ? without(used, unknown) : scaled(used, 1 / maxConnections);
  const counts = used.value === null || maxConnections === null ? null : { used: used.value, of: maxConnections };
  const source = 'instances at most × (pool + overflow), against max_connections less reserved';
  const most = possibleAtMax === null || !allowance ? absent<number>(source, unknown) : fresh(possibleAtMax / allowance, at, source);
  return [
    limitOf({ name: 'connections now', subject, unit: 'share', threshold, counts }, now),
    limitOf(
      {
        name: 'connections at max instances',
        subject,
        unit: 'share',
        threshold,
        counts: possibleAtMax === null || allowance === null ? null : { used: possibleAtMax, of: allowance },
        decides: false,
        note: 'a worst case',
      },
      most,
    ),
  ];
}

/** The fullest revision, which has its bound to itself; or all of them, where the service's own bound is nearer. */
function instanceLimit(service: ServiceObservation | undefined, subject: string, spec: RemediationSpec): CapacityLimit {
  const { instances: threshold } = spec.capacity.thresholds;
  const counted = service?.instances ?? absent<Readonly<Record<string, number>>>('run.googleapis.com', 'not looked at');
  const state = service?.state.value ?? null;
  const counts = counted.value === null ? [] : Object.values(counted.value);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const own = { used: Math.max(0, ...counts), of: state?.template.maxInstances ?? DEFAULT_MAX_INSTANCES };
  const together = { used: all, of: (state === null ? null : boundsOf(state)?.maxInstances) ?? Infinity };
  const { used, of } = together.used / together.of > own.used / own.of ? together : own;
  const warm = counts.filter((count) => count > 0).length;
  const reading = { name: 'instances', subject, unit: 'share', threshold } as const;
  if (counted.value === null || state === null)
    return limitOf(reading, without(counted, counted.problem ?? 'the upper bound is not known'));
  const note = warm > 1 ? { note: `${all} over ${warm} revisions` } : {};
  return limitOf({ ...reading, counts: { used, of }, ...note }, { ...counted, value: used / of });
}

/** 5xx over all services together. Some services without figures leave a failure standing, and a pass open. */
function errorLimit({ services }: Observation, spec: RemediationSpec): CapacityLimit {
  const seen = spec.services.map(({ name }) => services[name]?.requests);
  const known = seen.flatMap((requests) => (requests?.freshness === 'fresh' && requests.value !== null ? [requests] : []));
  const total = known.reduce((sum, { value }) => sum + (value?.total ?? 0), 0);
  const errors = known.reduce((sum, { value }) => sum + (value?.serverErrors ?? 0), 0);
  const { errorRate: threshold } = spec.capacity.thresholds;
  const reading = { name: 'error rate', subject: 'all services', unit: 'share', threshold } as const;
  const source = seen.find((requests) => requests !== undefined)?.source ?? 'run.googleapis.com/request_count';
  const least = Math.max(1, spec.improvement.minSamples);
  if (total < least) return limitOf(reading, absent(source, `${total} requests in the window, ${least} are needed`));
  const measuredAt = Math.min(...known.map((requests) => requests.measuredAt ?? 0));
  const limit = limitOf({ ...reading, counts: { used: errors, of: total } }, fresh(errors / total, measuredAt, source));
  return openWhere(limit, known.length < seen.length, 'not every service is measured');
}

function latencyLimit({ services }: Observation, spec: RemediationSpec): CapacityLimit {
  const seen = spec.services.map(({ name }) => ({ name, p95: services[name]?.p95Ms }));
  const known = seen.flatMap(({ name, p95 }) => (p95?.freshness === 'fresh' && p95.value !== null ? [{ name, p95, ms: p95.value }] : []));
  const [slowest] = known.toSorted((a, b) => b.ms - a.ms);
  const reading = {
    name: 'p95 latency',
    subject: slowest?.name ?? 'all services',
    unit: 'ms',
    threshold: spec.capacity.thresholds.p95Ms,
  } as const;
  if (slowest === undefined) return limitOf(reading, absent('run.googleapis.com/request_latencies', 'no service is measured'));
  return openWhere(limitOf(reading, slowest.p95), known.length < seen.length, 'not every service is measured');
}

/** A pass on a part of the data is not known to be one. */
function openWhere(limit: CapacityLimit, open: boolean, why: string): CapacityLimit {
  if (!open || limit.verdict.outcome !== 'pass') return limit;
  return { ...limit, verdict: { outcome: 'inconclusive', because: `${limit.verdict.because}; ${why}` } };
}

function scaled(measured: Measured<number>, factor: number): Measured<number> {
  return measured.value === null ? measured : { ...measured, value: measured.value * factor };
}

function without<T>({ source, problem }: Measured<T>, why: string | undefined): Measured<number> {
  return absent(source, why ?? problem);
}
