import { witnessedAfter } from '../../../machines/incident/health/evidence.ts';
import { sayDuration } from '../../core/duration.ts';
import type { CauseKind, Diagnosis } from '../../core/model/diagnosis.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { LookTestimony } from '../../core/model/testimony.ts';
import type { Trend } from '../../core/model/trend.ts';
import type { Indicators, Outcome } from '../../core/model/verdict.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { headline } from '../../diagnosis/headline.ts';
import { emptyTrend, judgeTrend } from '../../diagnosis/improvement/judge.ts';
import type { Judged } from '../../diagnosis/improvement/judge.ts';
import { indicatorsOf, trendSample } from '../../diagnosis/figures/indicators.ts';
import { slowServices, testify } from '../../diagnosis/witnesses/testimony.ts';
import { judgeGates } from '../../diagnosis/verdicts.ts';
import { FIRST_LOOK } from './suite.ts';

type Origin = 'infrastructure' | 'application' | 'configuration' | 'provider' | 'unknown';

/** What one look of `monitor` says. */
export interface MonitorTick {
  readonly at: number;
  /** Of the gate `all`: every service healthy, connector well, no server error in the window. */
  readonly outcome: Outcome;
  /** What is wrong lies here; null when nothing is, or when it is not known what. */
  readonly component: string | null;
  readonly cause: CauseKind | null;
  /** Where most of what is wrong comes from, with its share; null when nothing is wrong. */
  readonly origin: { readonly kind: Origin; readonly share: number } | null;
  readonly headline: string;
  readonly indicators: Indicators;
  /** Against what was counted since the watch began, beyond noise. */
  readonly trend: { readonly direction: 'better' | 'worse' | 'steady' | 'unknown'; readonly because: string };
  readonly unknowns: readonly string[];
}

/** Judges look after look; remembers what was counted, for the trend. */
export class Monitor {
  readonly #spec: RemediationSpec;
  #trend: Trend;
  #witnessed: readonly LookTestimony[] = [];

  constructor(spec: RemediationSpec) {
    this.#spec = spec;
    this.#trend = emptyTrend(spec.services.map(({ name }) => name));
  }

  judge(observation: Observation): MonitorTick {
    const spec = this.#spec;
    const facts = { ...FIRST_LOOK, witnessed: this.#witnessed };
    const gates = judgeGates(observation, spec, facts);
    const indicators = indicatorsOf(observation, spec, gates);
    const diagnosis = diagnose(observation, spec, facts);
    const testimony = testify(observation, spec, facts);
    this.#witnessed = witnessedAfter(this.#witnessed, { at: observation.at, testimony, indicators, slow: slowServices(observation) });
    const isFirst = this.#trend.goals.length === 0;
    const judged = judgeTrend(this.#trend, trendSample(observation, spec, gates, indicators), spec.improvement);
    this.#trend = judged.trend;
    const outcome = gates['all']?.outcome ?? 'error';
    const cause = outcome === 'pass' ? null : (diagnosis.causes[0] ?? null);
    return {
      at: observation.at,
      outcome,
      component: cause?.subject || null,
      cause: cause?.kind ?? null,
      origin: cause === null ? null : originOf(diagnosis),
      headline: headline(observation, gates),
      indicators,
      trend: isFirst ? { direction: 'unknown', because: 'the first look' } : trendOf(judged.progress),
      unknowns: diagnosis.unknowns,
    };
  }
}

const ORIGINS: Readonly<Record<CauseKind, Origin>> = {
  'application-crash': 'application',
  configuration: 'configuration',
  'name-resolution': 'infrastructure',
  'connector-saturation': 'infrastructure',
  'database-unreachable': 'infrastructure',
  'connection-budget': 'infrastructure',
  pool: 'application',
  'revision-contention': 'infrastructure',
  'certificate-or-routing': 'infrastructure',
  'quota-or-regional-shortage': 'provider',
  'provider-incident': 'provider',
  unknown: 'unknown',
};

/** The causes' shares, added up by where they come from; the largest. */
function originOf({ causes }: Diagnosis): MonitorTick['origin'] {
  const shares = new Map<Origin, number>();
  for (const { kind, share } of causes) shares.set(ORIGINS[kind], (shares.get(ORIGINS[kind]) ?? 0) + share);
  const [largest] = [...shares].toSorted((a, b) => b[1] - a[1]);
  return largest === undefined ? null : { kind: largest[0], share: largest[1] };
}

function trendOf({ improved, because }: Judged['progress']): MonitorTick['trend'] {
  if (improved) return { direction: 'better', because };
  if (because.startsWith('worse') || because.startsWith('lost')) return { direction: 'worse', because };
  return { direction: because.startsWith('it cannot be told') ? 'unknown' : 'steady', because };
}

const WORDS: Readonly<Record<Outcome, string>> = { pass: 'healthy', fail: 'UNHEALTHY', error: 'ERROR', inconclusive: 'UNKNOWN' };

/** One line: when, how it is, where it lies and what kind of thing that is, the figures, the trend. `isShort`: where nothing but figures is new. */
export function monitorLine(tick: MonitorTick, isShort = false): string {
  const { origin, component, cause } = tick;
  const where =
    origin === null ? '' : `${origin.kind} ${percent(origin.share)}: ${cause ?? ''}${component === null ? '' : ` (${component})`}`;
  return [
    `${new Date(tick.at).toISOString().slice(11, 19)}Z  ${WORDS[tick.outcome].padEnd(9)}`,
    ...(isShort ? [] : [...(where === '' ? [] : [where]), tick.headline]),
    figures(tick.indicators),
    `trend ${tick.trend.direction}${tick.trend.direction === 'unknown' ? '' : ` (${tick.trend.because})`}`,
  ].join(' | ');
}

function figures({ servicesUp, servicesTotal, errorRate, p95Ms, connectorSaturation }: Indicators): string {
  return [
    `up ${servicesUp ?? '?'}/${servicesTotal}`,
    `5xx ${errorRate === null ? '?' : percent(errorRate)}`,
    `p95 ${p95Ms === null ? '?' : sayDuration(p95Ms)}`,
    `connector ${connectorSaturation === null ? '?' : percent(connectorSaturation)}`,
  ].join(', ');
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(ratio < 0.1 ? 1 : 0))} %`;
}
