import type { ServiceState } from '../../core/model/observation.ts';
import type { Counted } from '../../core/model/trial.ts';
import { wilson } from '../../diagnosis/figures/wilson-interval.ts';
import { effectiveShares, percent } from '../../diagnosis/observation-queries.ts';
import { lost } from '../../diagnosis/witnesses/served.ts';
import { rate } from '../../diagnosis/witnesses/turned-away.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';
import { servedBy, sayLast } from './last-healthy.ts';

/** One that lost its users half as often as what serves now is a choice that somebody may make. */
const AS_ILL = 0.5;

/**
 * No revision is a way out: each of the others is known to have lost users beyond the goal, and about as often as what serves. null:
 * one of them may be better, or is not known.
 */
export function allIllWords({ spec, revisions }: Pick<PlanScope, 'spec' | 'revisions'>, state: ServiceState): string | null {
  const records = revisions[state.name] ?? {};
  const serving = effectiveShares(state);
  const others = state.revisions.filter(({ name }) => !serving.has(name));
  const now = lost(servedBy([...serving.keys()], records));
  const said = others.flatMap(({ name }) => {
    const record = records[name];
    if (record === undefined || !isAsIll(lost(record), now, spec.improvement.goals.errorRate)) return [];
    return [`${name} ${percent(rate(lost(record)))} of ${record.total}${sayLast(record)}`];
  });
  if (others.length === 0 || said.length < others.length) return null;
  return `every other revision of ${state.name} has lost its users too: ${said.join('; ')} (what serves now: ${percent(rate(now))} of ${now.total}): none is a way out`;
}

function isAsIll(own: Counted, now: Counted, goal: number): boolean {
  return wilson(own.failed, own.total).lower > goal && rate(own) >= AS_ILL * rate(now);
}
