import type { Measured } from '../../core/model/measured.ts';
import type { RequestStats, RevisionStats } from '../../core/model/request-stats.ts';

/** Minutes put together in steps of `stepMs` that end at the instant of the reading, as Monitoring aligns them; one without a request is missing. */
export function inSteps(minutes: Measured<readonly RequestStats[]>, stepMs: number): Measured<readonly RequestStats[]> {
  const { value, measuredAt } = minutes;
  if (value === null || measuredAt === null) return minutes;
  const byEnd = Map.groupBy(value, ({ untilAt = measuredAt }) => measuredAt - Math.floor((measuredAt - untilAt) / stepMs) * stepMs);
  const steps = [...byEnd].toSorted(([one], [other]) => one - other).map(([end, parts]) => together(parts, end - stepMs, end));
  return { ...minutes, value: steps };
}

function together(parts: readonly RequestStats[], sinceAt: number, untilAt: number): RequestStats {
  const names = new Set(parts.flatMap(({ byRevision }) => Object.keys(byRevision)));
  const byRevision = [...names].map((name) => [name, sumOf(parts.flatMap((part) => part.byRevision[name] ?? []))] as const);
  return {
    sinceAt,
    untilAt,
    ...sumOf(parts),
    byRevision: Object.fromEntries(byRevision),
    minutes: parts.flatMap((part) => part.minutes ?? []),
  };
}

function sumOf(parts: readonly RevisionStats[]): Required<Omit<RevisionStats, 'late'>> {
  const sum = (of: (part: RevisionStats) => number): number => parts.reduce((all, part) => all + of(part), 0);
  return {
    total: sum(({ total }) => total),
    serverErrors: sum(({ serverErrors }) => serverErrors),
    turnedAway: sum(({ turnedAway = 0 }) => turnedAway),
  };
}
