import type { LogGroup, ServiceObservation } from '../core/model/observation.ts';
import type { Statement } from '../core/model/testimony.ts';
import { NO_INSTANCE, percent } from './reading.ts';
import { LEAST_FAILURES } from './request-evidence.ts';

interface Users {
  /** Log lines of the serving revisions. */
  readonly groups: readonly LogGroup[];
  readonly service: ServiceObservation;
  readonly serving: readonly string[];
  readonly since: number | null;
}

/**
 * Users whom Cloud Run turns away with 429 are not served well, though none of that is a server error. Only where its own lines say
 * that it had no instance: an application that limits its clients sends 429 all day, and is well. The metric does not tell the two
 * apart, so this is no illness by itself; it only vouches for nothing.
 */
export function lessTurnedAway(said: Statement, { groups, service, serving, since }: Users, goal: number): Statement {
  const stats = service.requests.freshness === 'fresh' ? service.requests.value : null;
  if (stats === null || (said.word !== 'well' && said.silence !== 'late')) return said;
  const from = Math.max(stats.sinceAt, since ?? 0);
  const lines = groups.filter(({ signature, lastAt }) => signature === NO_INSTANCE && lastAt >= from);
  if (lines.reduce((sum, { count }) => sum + count, 0) < LEAST_FAILURES) return said;
  const own = serving.map((revision) => stats.byRevision[revision]).filter((part) => part !== undefined);
  const total = own.reduce((sum, part) => sum + part.total, 0);
  const turnedAway = own.reduce((sum, part) => sum + (part.turnedAway ?? 0), 0);
  const lost = turnedAway + own.reduce((sum, part) => sum + part.serverErrors, 0);
  if (turnedAway < LEAST_FAILURES || lost <= goal * total) return said;
  const because =
    `${turnedAway} of ${total} requests were turned away with 429 (${percent(turnedAway / total)} by request_count), ` +
    "and Cloud Run's log says that no instance was available";
  return { word: 'silent', because, samples: total, silence: 'unsure' };
}
