import { sayDuration, sayMinute } from '../../core/duration.ts';
import type { Gain, IndicatorName, Level, Trend } from '../../core/model/trend.ts';
import { percent } from '../observation-queries.ts';
import type { Bounds } from './bounds.ts';
import { endOf } from './cells.ts';
import { ratioInterval, totalOf } from './proportions.ts';
import type { LayerShares } from './error-rate.ts';

/** The arithmetic of an improvement, with its figures, their times and their uncertainty. */

export function gainWords({ indicator, before, after }: Gain, servicesTotal: number): string {
  return moveWords(indicator, { before, after }, servicesTotal);
}

export function lossWords({ indicator, before, after, at }: Gain, servicesTotal: number): string {
  return `${moveWords(indicator, { before, after }, servicesTotal)}, stated at ${sayMinute(at)}, holds no more`;
}

export function moveWords(indicator: IndicatorName, { before, after }: LayerShares, servicesTotal: number): string {
  const interval = before.counts === undefined || after.counts === undefined ? null : ratioInterval(before.counts, after.counts);
  const said = interval === null ? '' : `, 95 % interval of the ratio ${interval.map((bound) => bound.toFixed(2)).join('–')}`;
  return `${indicator} ${levelWords(indicator, before, servicesTotal)} → ${levelWords(indicator, after, servicesTotal)}${said}`;
}

function levelWords(indicator: IndicatorName, level: Level, servicesTotal: number): string {
  const during = `${sayMinute(level.fromAt)}–${sayMinute(level.untilAt)}`;
  const [total, failed] = totalOf(level.counts ?? []);
  const value = {
    'services up': () => `${servicesTotal - level.value} of ${servicesTotal}`,
    'error rate': () => percent(level.value),
    p95: () => sayDuration(level.value),
    'connector cpu': () => percent(level.value),
  }[indicator]();
  return `${value} (${level.counts === undefined ? '' : `${failed}/${total}, `}${during})`;
}

/** Nothing has moved, or it cannot be told yet, and why. */
export function unknownWords({ requests, gauges }: Trend, { margin, minSamples }: Bounds): string {
  const [total, failed] = requests.map(({ counts }) => totalOf(counts)).reduce(([n, e], [t, f]) => [n + t, e + f], [0, 0]);
  const counted =
    requests.length === 0
      ? 'no requests counted'
      : `${failed} of ${total} requests failed, ${sayMinute(requests[0]?.at ?? 0)}–${sayMinute(endOf(requests))}`;
  const missing = [
    gauges['services up'].length === 0 ? 'services up' : null,
    gauges.p95.length === 0 ? 'p95' : null,
    gauges['connector cpu'].length === 0 ? 'connector cpu' : null,
  ].filter((name) => name !== null);
  const unmeasured = missing.length === 0 ? '' : `; not measured: ${missing.join(', ')}`;
  if (total < 3 * minSamples) return `it cannot be told yet whether it gets better: ${counted}${unmeasured}`;
  return `nothing is better or worse by ${percent(margin)} beyond noise: ${counted}${unmeasured}`;
}
