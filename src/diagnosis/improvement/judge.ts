import type { Gain, GaugeName, IndicatorName, Progress, Trend } from '../../core/model/trend.ts';
import type { Bounds } from './bounds.ts';
import { withFigure, withGoals, withMinutes, withWhole, WINDOW } from './cells.ts';
import type { MinuteCounts } from './cells.ts';
import { betterSince, isLost, isRegained, mayBeWorse, worseSince } from './error-rate.ts';
import type { LayerShares } from './error-rate.ts';
import { gaugeBetterSince, gaugeIsLost, gaugeIsRegained, gaugeMayBeWorse, gaugeWorseSince } from './gauges.ts';
import type { Gauge } from './gauges.ts';
import { Stretches } from './stretches.ts';
import { gainWords, lossWords, moveWords, unknownWords } from './words.ts';

/** What one look adds. null: not measured, or it cannot be told; it then says nothing in either direction. */
export interface TrendSample {
  readonly at: number;
  readonly minutes: readonly MinuteCounts[];
  /** Of the requests of the window that began at `sinceAt`. */
  readonly p95: { readonly ms: number; readonly sinceAt: number; readonly samples: number } | null;
  readonly connectorSaturation: number | null;
  readonly servicesUp: number | null;
  readonly servicesTotal: number;
  readonly goals: 'met' | 'missed' | 'unknown';
}

export interface Judged {
  readonly trend: Trend;
  readonly progress: Progress;
}

export function emptyTrend(services: readonly string[]): Trend {
  return { services, requests: [], gauges: { p95: [], 'connector cpu': [], 'services up': [] }, gains: [], goals: [], rests: false };
}

/**
 * DESIGN section 8, improvement: a statement about a trend with its uncertainty. An indicator has improved when what came after
 * some instant is better by the margin than everything before it, since the run began or since its last improvement, beyond
 * noise and in two windows that do not overlap; and nothing else may have become worse meanwhile. It counts as long as it holds.
 */
export function judgeTrend(before: Trend, sample: TrendSample, bounds: Bounds): Judged {
  const seen = withSample(before, sample);
  const indicators = indicatorsIn(seen, bounds);
  const kept = seen.gains.map((gain) => heldOrNot(gain, indicators));
  const lost = kept.filter((gain, index) => !gain.holds && seen.gains[index]?.holds === true);
  const again = kept.filter((gain, index) => gain.holds && seen.gains[index]?.holds === false);
  const found = gainsIn(seen, indicators, sample.at);
  const trend = { ...seen, gains: [...kept, ...found].slice(-MOST_GAINS) };
  const windowFrom = trend.gains.filter(({ holds }) => holds).reduce<number | null>((newest, { at }) => Math.max(newest ?? at, at), null);
  const because = say(seen, indicators, { news: { found, lost, again }, sample, bounds });
  const goalsMet = sample.goals === 'met';
  return { trend, progress: { improved: found.length > 0, lost: lost.length > 0, because, goalsMet, rests: trend.rests, windowFrom } };
}

const MOST_GAINS = 24;

function withSample(trend: Trend, sample: TrendSample): Trend {
  const { at, p95, connectorSaturation: cpu, servicesUp: up, servicesTotal } = sample;
  const { gauges } = trend;
  const goals = withGoals(trend.goals, at, sample.goals);
  const down = up === null ? null : servicesTotal - up;
  return {
    ...trend,
    requests: withMinutes(trend.requests, trend.services, sample.minutes),
    gauges: {
      p95: p95 === null ? gauges.p95 : withWhole(gauges.p95, { at: p95.sinceAt, forMs: WINDOW, value: p95.ms, samples: p95.samples }),
      'connector cpu':
        cpu === null
          ? gauges['connector cpu']
          : withFigure(gauges['connector cpu'], at, cpu, ({ value, samples }) => (value * samples + cpu) / (samples + 1)),
      'services up':
        down === null ? gauges['services up'] : withFigure(gauges['services up'], at, down, ({ value }) => Math.max(value, down)),
    },
    goals,
    rests: restsAfter(trend.rests, goals),
  };
}

/** Two whole windows agree: each look of them that could tell met every goal; or a third of them and more missed one. */
function restsAfter(rests: boolean, goals: Trend['goals']): boolean {
  const whole = goals.slice(-3, -1);
  if (whole.length < 2) return rests;
  if (whole.every(({ met, missed }) => met > 0 && missed === 0)) return true;
  return rests && !whole.every(({ met, missed }) => missed * 2 >= met && missed > 0);
}

interface Indicator {
  readonly name: IndicatorName;
  readonly better: (since: number) => LayerShares | null;
  readonly worse: (since: number) => LayerShares | null;
  readonly mayBeWorse: (since: number, from: number) => boolean;
  readonly isLost: (gain: Gain) => boolean;
  readonly isRegained: (gain: Gain) => boolean;
}

function indicatorsIn(trend: Trend, bounds: Bounds): readonly Indicator[] {
  const { goals } = bounds;
  const all = new Stretches(trend.requests, trend.services.length);
  const errors: Indicator = {
    name: 'error rate',
    better: (since) => betterSince(all, since, bounds),
    worse: (since) => worseSince(all, since, bounds),
    mayBeWorse: (since, from) => mayBeWorse(all, since, from, bounds),
    isLost: (gain) => isLost(all, gain, bounds),
    isRegained: (gain) => isRegained(all, gain, bounds),
  };
  const goalsOf: Readonly<Record<GaugeName, number>> = { p95: goals.p95Ms, 'connector cpu': goals.connectorSaturation, 'services up': 0 };
  const gauges = (['services up', 'p95', 'connector cpu'] as const).map((name) =>
    indicatorOf({ name, goal: goalsOf[name], cells: trend.gauges[name] }, bounds),
  );
  return [errors, ...gauges];
}

function indicatorOf(gauge: Gauge, bounds: Bounds): Indicator {
  return {
    name: gauge.name,
    better: (since) => gaugeBetterSince(gauge, since, bounds),
    worse: (since) => gaugeWorseSince(gauge, since, bounds),
    mayBeWorse: (since, from) => gaugeMayBeWorse(gauge, since, from, bounds),
    isLost: (gain) => gaugeIsLost(gauge, gain, bounds),
    isRegained: (gain) => gaugeIsRegained(gauge, gain, bounds),
  };
}

function heldOrNot(gain: Gain, indicators: readonly Indicator[]): Gain {
  const of = indicators.find(({ name }) => name === gain.indicator);
  if (of === undefined) return gain;
  if (gain.holds) return of.isLost(gain) ? { ...gain, holds: false } : gain;
  return of.isRegained(gain) ? { ...gain, holds: true } : gain;
}

/** Since the last improvement of this indicator, held or not: what was reached once is the best so far. */
function bestSince(trend: Trend, indicator: IndicatorName): number {
  return trend.gains.findLast((gain) => gain.indicator === indicator)?.after.fromAt ?? 0;
}

function gainsIn(trend: Trend, indicators: readonly Indicator[], at: number): readonly Gain[] {
  return indicators.flatMap((indicator) => {
    const split = indicator.better(bestSince(trend, indicator.name));
    if (split === null) return [];
    const others = indicators.filter(({ name }) => name !== indicator.name);
    if (others.some((other) => other.mayBeWorse(split.after.fromAt, bestSince(trend, other.name)))) return [];
    return [{ indicator: indicator.name, at, ...split, holds: true }];
  });
}

interface News {
  readonly found: readonly Gain[];
  readonly lost: readonly Gain[];
  readonly again: readonly Gain[];
}

function say(
  trend: Trend,
  indicators: readonly Indicator[],
  { news: { found, lost, again }, sample, bounds }: { readonly news: News; readonly sample: TrendSample; readonly bounds: Bounds },
): string {
  const total = sample.servicesTotal;
  const parts = [
    ...(found.length > 0 ? [`better: ${found.map((gain) => gainWords(gain, total)).join(', ')}`] : []),
    ...(again.length > 0 ? [`there again: ${again.map((gain) => gainWords(gain, total)).join(', ')}`] : []),
    ...(lost.length > 0 ? [`lost again: ${lost.map((gain) => lossWords(gain, total)).join(', ')}`] : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  const worse = indicators.flatMap((one) => {
    const split = one.worse(bestSince(trend, one.name));
    return split === null ? [] : [moveWords(one.name, split, total)];
  });
  if (worse.length > 0) return `worse: ${worse.join(', ')}`;
  return sample.goals === 'met' ? 'every goal is met in this look' : unknownWords(trend, bounds);
}
