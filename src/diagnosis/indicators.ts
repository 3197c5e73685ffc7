import { sayDuration } from '../core/duration.ts';
import type { Observation, ServiceObservation } from '../core/model/observation.ts';
import type { ImprovementSpec, RemediationSpec } from '../core/model/spec.ts';
import type { Indicators } from '../core/model/verdict.ts';
import { percent } from './reading.ts';

/**
 * The figures of one look. null is `not measured`: a rate needs fresh metrics of every service, because a dead service has
 * no series at all (gcp-facts 5.1) and would make the rest look better than it is.
 */
export function indicatorsOf(observation: Observation, spec: RemediationSpec): Indicators {
  const seen = spec.services.map((service) => observation.services[service.name]);
  const ups = seen.map((service) => (service === undefined ? null : isUp(service, spec)));
  const requests = allOf(seen.map((service) => (service?.requests.freshness === 'fresh' ? service.requests.value : null)));
  const latencies = allOf(seen.map((service) => (service?.p95Ms.freshness === 'fresh' ? service.p95Ms.value : null)));
  const samples = requests?.reduce((sum, stats) => sum + stats.total, 0) ?? 0;
  const errors = requests?.reduce((sum, stats) => sum + stats.serverErrors, 0) ?? 0;
  const cpu = observation.connector?.cpuP99;
  return {
    at: observation.at,
    servicesUp: allOf(ups)?.filter((up) => up).length ?? null,
    servicesTotal: spec.services.length,
    errorRate: requests === null || samples === 0 ? null : errors / samples,
    p95Ms: latencies === null || latencies.length === 0 ? null : Math.max(...latencies),
    connectorSaturation: cpu?.freshness === 'fresh' ? cpu.value : null,
    samples,
  };
}

/** Up: its probes get the answer they expect, fast or slow; without probes, its error rate over enough requests. null: cannot be told. */
export function isUp(service: ServiceObservation, spec: RemediationSpec): boolean | null {
  if (service.probes.length > 0) return service.probes.every((probe) => probe.outcome === 'ok' || probe.outcome === 'slow');
  const stats = service.requests.freshness === 'fresh' ? service.requests.value : null;
  if (stats === null || stats.total < Math.max(1, spec.improvement.minSamples)) return null;
  return stats.serverErrors / stats.total <= spec.improvement.goals.errorRate;
}

/** Every indicator was measured and meets its goal. */
export function goalsMetBy(now: Indicators, spec: RemediationSpec): boolean {
  const { goals } = spec.improvement;
  const connectorOk = spec.connector === null || (now.connectorSaturation !== null && now.connectorSaturation < goals.connectorSaturation);
  const ratesOk = now.errorRate !== null && now.errorRate <= goals.errorRate && now.p95Ms !== null && now.p95Ms <= goals.p95Ms;
  return now.servicesUp === now.servicesTotal && ratesOk && connectorOk;
}

export interface Progress {
  readonly improved: boolean;
  readonly because: string;
  readonly goalsMet: boolean;
}

/**
 * DESIGN section 8, improvement: better means that at least one indicator moved by the margin with enough samples and none
 * got worse by it, against the best so far (the baseline until there is one). Not measured is neither better nor worse;
 * inside its goal an indicator can do neither, so noise among good values never moves the window.
 */
export function judgeProgress(baseline: Indicators | null, best: Indicators | null, now: Indicators, spec: RemediationSpec): Progress {
  const goalsMet = goalsMetBy(now, spec);
  const reference = best ?? baseline;
  if (reference === null) return { improved: false, because: 'the first look: there is nothing to compare with', goalsMet };
  const moves = movesBetween(reference, now, spec.improvement);
  const worse = moves.filter((move) => move.direction === 'worse');
  const better = moves.filter((move) => move.direction === 'better');
  if (worse.length > 0) return { improved: false, because: `worse: ${say(worse)}`, goalsMet };
  if (better.length > 0) return { improved: true, because: `better: ${say(better)}`, goalsMet };
  return { improved: false, because: goalsMet ? 'every goal is met' : unmoved(now, spec), goalsMet };
}

interface Move {
  readonly direction: 'better' | 'worse' | 'same' | 'unknown';
  readonly text: string;
}

function movesBetween(reference: Indicators, now: Indicators, improvement: ImprovementSpec): readonly Move[] {
  const { goals, minSamples, margin } = improvement;
  const enough = now.samples >= minSamples && reference.samples >= minSamples;
  return [
    moveOfServices(reference.servicesUp, now.servicesUp),
    moveOf('error rate', reference.errorRate, now.errorRate, goals.errorRate, margin, enough, percent),
    moveOf('p95', reference.p95Ms, now.p95Ms, goals.p95Ms, margin, enough, sayDuration),
    moveOf('connector cpu', reference.connectorSaturation, now.connectorSaturation, goals.connectorSaturation, margin, true, percent),
  ];
}

function moveOfServices(before: number | null, after: number | null): Move {
  if (before === null || after === null) return { direction: 'unknown', text: '' };
  const direction = after > before ? 'better' : after < before ? 'worse' : 'same';
  return { direction, text: `services up ${before} → ${after}` };
}

function moveOf(
  name: string,
  before: number | null,
  after: number | null,
  goal: number,
  margin: number,
  enough: boolean,
  say: (value: number) => string,
): Move {
  if (before === null || after === null || !enough) return { direction: 'unknown', text: '' };
  const text = `${name} ${say(before)} → ${say(after)}`;
  if (before > goal && before - after >= margin * before) return { direction: 'better', text };
  if (after > goal && after - before >= margin * Math.max(before, goal)) return { direction: 'worse', text };
  return { direction: 'same', text };
}

function say(moves: readonly Move[]): string {
  return moves.map((move) => move.text).join(', ');
}

function unmoved(now: Indicators, spec: RemediationSpec): string {
  const unmeasured = [
    now.servicesUp === null ? 'services up' : null,
    now.errorRate === null ? 'error rate' : null,
    now.p95Ms === null ? 'p95' : null,
    now.connectorSaturation === null && spec.connector !== null ? 'connector cpu' : null,
  ].filter((name) => name !== null);
  const margin = `nothing moved by ${percent(spec.improvement.margin)}`;
  return unmeasured.length === 0 ? margin : `${margin}; not measured: ${unmeasured.join(', ')}`;
}

function allOf<T>(parts: readonly (T | null | undefined)[]): readonly T[] | null {
  const present = parts.filter((part): part is T => part !== null && part !== undefined);
  return present.length === parts.length ? present : null;
}
