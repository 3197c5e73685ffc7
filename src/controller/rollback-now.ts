import type { IncidentContext } from '../../machines/incident/context.ts';
import { restoreList } from '../../machines/incident/steps.ts';
import { rollbackWarnings } from '../../machines/incident/trial/weigh-restore.ts';
import { sayTarget } from '../diagnosis/changes/drift.ts';
import type { TrafficTarget } from '../core/model/observation.ts';
import type { Rollback } from '../ports/store.ts';

/**
 * What a rollback said at this instant would put back, by the very rule that the run goes by, and what it would leave because a
 * human has changed it since. A change that holds the run is theirs as soon as a rollback ends the hold.
 */
export function rollbackNow(context: IncidentContext, now: number): Rollback {
  const moved = new Set(
    context.mutations.flatMap(({ before, outcome }) => (before.kind === 'traffic' && outcome === 'applied' ? [before.service] : [])),
  );
  const { held, adopted } = context;
  const theirs = { ...adopted, ...Object.fromEntries((held?.change?.touches ?? []).map((what) => [what, now])) };
  const wish = { by: '', reason: '', begun: false };
  const back = restoreList({ ...context, adopted: theirs, rollback: context.rollback ?? wish });
  const left = [...moved].filter((service) => theirs[`traffic:${service}`] !== undefined && !back.some((item) => item.service === service));
  const mind = rollbackWarnings({ ...context, restoreQueue: back });
  return {
    back: back.map(({ service, traffic }) => ({ service, traffic: traffic.map(targetWords).join(', ') || 'LATEST 100 %' })),
    left: left.map((service) => ({ service, why: 'a human has changed its traffic since, and that stands' })),
    ...(mind.length === 0 ? {} : { mind }),
  };
}

/** A deploy of ours has moved LATEST on: then what it stood for is put back by its name. */
function targetWords(target: TrafficTarget): string {
  if (!target.latest || target.revision === null) return sayTarget(target);
  return `${sayTarget({ ...target, latest: false })} (as LATEST where that still stands for it)`;
}
