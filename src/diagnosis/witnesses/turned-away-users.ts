import { MINUTE } from '../../core/duration.ts';
import type { LogGroup, ServiceObservation } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { Statement } from '../../core/model/testimony.ts';
import { NO_INSTANCE, percent } from '../observation-queries.ts';
import { limitsAlone } from './limits-alone.ts';
import { judgeRate, LEAST_FAILURES } from './request-evidence.ts';

interface Users {
  readonly at: number;
  /** Log lines of the serving revisions. */
  readonly groups: readonly LogGroup[];
  readonly service: ServiceObservation;
  readonly serving: readonly string[];
  readonly since: number | null;
  /** Cloud Run's lines of now were read: what they do not say, it did not do. */
  readonly linesRead: boolean;
}

/** Cloud Run's lines tell whose the answers of 429 are that come now; older ones tell it of then. */
const SPEAKS_MS = 2 * MINUTE;

/**
 * Users whom Cloud Run turns away with 429 have failed like those who got an error: ill by the same figures. Only where its own lines
 * say that it had no instance, or where the revision before turned hardly anybody away under the same load: an application that limits
 * its clients sends 429 all day, whichever revision serves, and is well. Where those lines are not of
 * now, or the window reaches back before the present revision served, it is no illness; it only vouches for nothing.
 */
export function lessTurnedAway(said: Statement, users: Users, goal: number): Statement {
  const { at, groups, service, serving, since, linesRead } = users;
  const stats = service.requests.freshness === 'fresh' ? service.requests.value : null;
  if (stats === null || said.word === 'ill' || said.silence === 'unread' || said.silence === 'none') return said;
  const lines = groups.filter(({ signature, lastAt }) => signature === NO_INSTANCE && lastAt >= Math.max(stats.sinceAt, since ?? 0));
  const isPlatforms = lines.reduce((sum, { count }) => sum + count, 0) >= LEAST_FAILURES;
  const alone = isPlatforms || !linesRead ? null : limitsAlone(service, serving, goal);
  if (!isPlatforms && alone === null) return said;
  const own = serving.map((revision) => stats.byRevision[revision]).filter((part) => part !== undefined);
  const total = own.reduce((sum, part) => sum + part.total, 0);
  const turnedAway = own.reduce((sum, part) => sum + (part.turnedAway ?? 0), 0);
  const lost = turnedAway + own.reduce((sum, part) => sum + part.serverErrors, 0);
  if (turnedAway < LEAST_FAILURES || lost <= goal * total) return said;
  const because =
    alone ??
    `${turnedAway} of ${total} requests were turned away with 429 (${percent(turnedAway / total)} by request_count), ` +
      "and Cloud Run's log says that no instance was available";
  const isNow = (alone !== null || lines.some(({ lastAt }) => at - lastAt <= SPEAKS_MS)) && stats.sinceAt >= (since ?? 0);
  const judged = isNow ? judgeRate({ total, failed: lost, sinceAt: stats.sinceAt, ...lastLost(stats) }, goal, at) : null;
  if (judged?.word === 'ill') return { ...judged, because };
  return { word: 'silent', because, samples: total, silence: judged?.silence === 'falling' ? 'falling' : 'unsure' };
}

/** The minutes of the window, and when the last of them was in which users got an error or were turned away. */
function lastLost({ minutes, untilAt }: RequestStats): Pick<Parameters<typeof judgeRate>[0], 'lastFailedAt' | 'wellSince' | 'minutes'> {
  if (minutes === undefined) return { lastFailedAt: untilAt ?? null, wellSince: 0 };
  const lost = minutes.map(({ at, total, serverErrors, turnedAway = 0 }) => ({ at, total, serverErrors: serverErrors + turnedAway }));
  const index = lost.findLastIndex(({ serverErrors }) => serverErrors > 0);
  const wellSince = lost.slice(index + 1).reduce((sum, { total }) => sum + total, 0);
  const last = lost[index];
  return { lastFailedAt: last === undefined ? null : last.at + MINUTE, wellSince, minutes: lost };
}
