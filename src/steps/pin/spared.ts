import type { Cause, CauseKind } from '../../core/model/diagnosis.ts';
import type { AdminChange, ServiceState } from '../../core/model/observation.ts';
import { reachesService } from '../../diagnosis/causes/provider-incident.ts';
import { usedBy } from '../../diagnosis/infrastructure/databases.ts';
import { effectiveShares } from '../../diagnosis/observation-queries.ts';
import { releaseOf, FROM_THE_START } from './release.ts';
import type { Sides } from './release.ts';
import { wilson } from '../../diagnosis/figures/wilson-interval.ts';
import { separatedRevisions } from '../../diagnosis/witnesses/separated.ts';
import { rate } from '../../diagnosis/witnesses/turned-away.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** What lines alone may name; every other kind stands on a figure or a state of what all revisions share. */
const NAMED_BY_LINES: readonly CauseKind[] = ['configuration', 'database-unreachable', 'name-resolution'];
/** Programs keep a secret or a token from their start on: what was changed of them long ago is met by the next start. */
const KEPT = /IamPolicy|Secret|ServiceAccount|Role/i;

/**
 * Whether `target` is seen to be spared of what its cause's lines name (a permission, a database, a name): those are words of the
 * revision that fails. It serves well beside it in the same minutes; or it served well until the traffic went to what has failed from its
 * first requests on, while nothing outside has changed since, no other service is ill, Google has published nothing of its region and each
 * database of the service is seen alive. What could not be read spares nobody.
 */
export function isSpared(scope: PlanScope, cause: Cause, state: ServiceState, target: string): boolean {
  const shares = effectiveShares(state);
  const beside = separatedRevisions(scope.observation, state.name);
  if (beside !== null && beside.revision !== target && beside.spared.includes(target)) return true;
  if (shares.has(target) || !NAMED_BY_LINES.includes(cause.kind)) return false;
  const since = servedUntil(scope, state.name, { target, left: [...shares.keys()] });
  return since !== null && isQuietOutside(scope, state.name, since);
}

/** When the traffic went from the target, which served it well, to what has failed since; null: not seen to be so. */
function servedUntil(scope: PlanScope, service: string, sides: Sides): number | null {
  const release = releaseOf(scope, service, sides);
  if (release === null || !release.isWell) return null;
  const { began, lately, since } = release;
  return lately.failed > 0 && wilson(began.failed, began.total).upper >= FROM_THE_START * rate(lately) ? since : null;
}

function isQuietOutside({ observation, spec, agreed }: PlanScope, service: string, since: number): boolean {
  const { changes, incidents } = observation;
  if (changes.value === null || (incidents.value ?? []).some((one) => reachesService(one, service, spec))) return false;
  const isOther = (name: string): boolean => name !== service && ['ill', 'suspected'].includes(agreed.pin[name]?.verdict ?? '');
  if (spec.services.some(({ name }) => isOther(name)) || changes.value.some((change) => isOutside(change, since))) return false;
  return usedBy(observation, spec, [service]).every(({ seen }) => {
    const state = seen?.state.value ?? null;
    const isRunning = state?.lifecycle === 'RUNNABLE' && !state.stopped;
    return isRunning && seen?.connections.freshness === 'fresh' && (seen.connections.value ?? 0) > 0;
  });
}

/** A change of what revisions share. */
function isOutside({ at, method, resource }: AdminChange, since: number): boolean {
  const isOfServices = /^(?:services|revisions)\//.test(resource) && !KEPT.test(method);
  return !isOfServices && (KEPT.test(method) || at >= since);
}
