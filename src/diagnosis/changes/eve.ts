import { MINUTE } from '../../core/duration.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { Counted, Eve, Trial } from '../../core/model/trial.ts';
import { NOTHING, plus } from '../witnesses/turned-away.ts';

/** One minute decides nothing. */
const MINUTES = 2;

/**
 * What was written down before a change is older than the change, for figures come late: what was growing by itself until the first write is
 * seen in the last minutes before it, by the figures of later looks. Nothing from after that write counts, which may be its own doing.
 */
export function eveAfter(trial: Trial, { services }: Pick<Observation, 'services'>): Pick<Trial, 'eve'> {
  const { notedAt, eve } = trial;
  if (notedAt === undefined) return {};
  const told = trial.services.flatMap((name): [string, Eve][] => {
    const minutes = services[name]?.byMinute?.value ?? [];
    const last = minutes.filter(({ untilAt }) => untilAt !== undefined && untilAt <= notedAt).slice(-MINUTES);
    const untilAt = last.at(-1)?.untilAt ?? 0;
    const areLast = last.length === MINUTES && untilAt > notedAt - MINUTE && (last[0]?.sinceAt ?? 0) >= untilAt - MINUTES * MINUTE;
    if (!areLast) return [];
    const counts = last.map(({ total, serverErrors, turnedAway = 0 }): Counted => ({ total, failed: serverErrors, turnedAway }));
    return [[name, { requests: counts.reduce(plus, NOTHING), untilAt }]];
  });
  return told.length === 0 ? {} : { eve: { ...eve, ...Object.fromEntries(told) } };
}
