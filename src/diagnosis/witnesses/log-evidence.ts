import { MINUTE } from '../../core/duration.ts';
import type { LogGroup, Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Statement } from '../../core/model/testimony.ts';
import { evidenceOf, failuresIn, groupsOf, isFailure } from '../observation-queries.ts';
import { LEAST_FAILURES } from './request-evidence.ts';
import { wilson } from '../figures/wilson-interval.ts';

/** A death, a failed request's line and a probe speak about now this long. */
export const SPEAKS_MS = 2 * MINUTE;

/**
 * Cloud Run's own lines about requests that failed: the users' side again, by another way than the metrics. So many failures of
 * about so many requests, where the metrics tell how many arrive: a busy service has failing lines in every look.
 */
export function logStatement(
  observation: Observation,
  spec: RemediationSpec,
  { service, serving, since }: { readonly service: ServiceObservation; readonly serving: readonly string[]; readonly since: number | null },
): Statement {
  const unread = unreadLogs(observation);
  if (unread !== null) return silentLines(unread);
  const from = Math.max(since ?? 0, observation.at - SPEAKS_MS);
  const all = serving.flatMap((revision) => groupsOf(observation, service.name, revision));
  const dated = datedLines(all, { now: observation.at, since });
  const groups = all.filter(({ lastAt }) => lastAt >= from);
  const failing = groups.filter(({ signature }) => isFailure(signature));
  const failed = failuresIn(groups);
  if (failed < LEAST_FAILURES) return { ...silentLines(`${failed} failed requests logged lately`), ...dated };
  const arrived = arrivedSince(observation.at, service, Math.min(...failing.map(({ firstAt }) => firstAt)));
  if (arrived !== null && arrived > failed && wilson(failed, arrived).lower <= spec.improvement.goals.errorRate)
    return { ...silentLines(`${failed} failed requests logged of about ${Math.round(arrived)} that arrived`), ...dated };
  const [worst] = evidenceOf(failing, 1);
  return { word: 'ill', because: worst?.text ?? `${failed} failed requests logged`, samples: failed, ...dated };
}

/** At its pace so many failed requests would have been logged by now: that it was none is no chance (e^-5 < 1 %). */
const MISSED_LINES = 5;

/** The newest failed request that is logged, and whether the log is quiet since. */
function datedLines(
  groups: readonly LogGroup[],
  { now, since }: { readonly now: number; readonly since: number | null },
): Pick<Statement, 'failedAt' | 'quietSince'> {
  const failing = groups.filter(({ signature, lastAt }) => isFailure(signature) && lastAt >= (since ?? 0));
  if (failing.length === 0) return {};
  const failedAt = Math.max(...failing.map(({ lastAt }) => lastAt));
  const overMs = Math.max(MINUTE, failedAt - Math.min(...failing.map(({ firstAt }) => firstAt)));
  const missed = (failuresIn(failing) / overMs) * (now - failedAt);
  return { failedAt, ...(now - failedAt >= SPEAKS_MS && missed >= MISSED_LINES ? { quietSince: failedAt } : {}) };
}

/** Requests since then, by the rate of the metrics' last minutes; null: not measured. */
function arrivedSince(now: number, { requests }: ServiceObservation, sinceAt: number): number | null {
  const stats = requests.freshness === 'fresh' ? requests.value : null;
  if (stats === null) return null;
  const windowMs = (stats.untilAt ?? requests.measuredAt ?? now) - stats.sinceAt;
  return windowMs <= 0 ? null : (stats.total * Math.max(MINUTE, now - sinceAt)) / windowMs;
}

/** Why the log tells nothing; null: it was read. */
export function unreadLogs({ logs }: Observation): string | null {
  if (logs.value === null) return `log lines could not be read${logs.problem === undefined ? '' : ` (${logs.problem})`}`;
  return logs.freshness === 'late' ? 'log lines are late' : null;
}

function silentLines(because: string): Statement {
  return { word: 'silent', because, samples: 0, silence: 'unread' };
}
