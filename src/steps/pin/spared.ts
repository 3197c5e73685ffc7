import type { Cause, CauseKind } from '../../core/model/diagnosis.ts';
import type { AdminChange, ServiceState } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { Counted } from '../../core/model/trial.ts';
import { usedBy } from '../../diagnosis/infrastructure/databases.ts';
import { effectiveShares } from '../../diagnosis/observation-queries.ts';
import { wilson } from '../../diagnosis/figures/wilson-interval.ts';
import { separatedRevisions } from '../../diagnosis/witnesses/separated.ts';
import { lost, together } from '../../diagnosis/witnesses/served.ts';
import { rate } from '../../diagnosis/witnesses/turned-away.ts';
import type { PlanScope } from '../../planning/step-decisions.ts';

/** What lines alone may name; every other kind stands on a figure or a state of what all revisions share. */
const NAMED_BY_LINES: readonly CauseKind[] = ['configuration', 'database-unreachable', 'name-resolution'];
/** What fails from its first requests on has failed nearly as much of its first step as it fails lately: a container may answer a few before it dies. */
const FROM_THE_START = 0.85;
/** Programs keep a secret or a token from their start on: what was changed of them long ago is met by the next start. */
const KEPT = /IamPolicy|Secret|ServiceAccount|Role/i;

/**
 * Whether `target` is seen to be spared of what its cause's lines name (a permission, a database, a name): those are words of the
 * revision that fails. It serves well beside it in the same minutes; or it served well until the traffic went to what has failed from its
 * first requests on, while nothing outside has changed since, no other service is ill, Google has published nothing and each
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
function servedUntil(
  { observation, spec }: PlanScope,
  service: string,
  { target, left }: { readonly target: string; readonly left: readonly string[] },
): number | null {
  const { hour, day, requests } = observation.services[service] ?? {};
  const of = (names: readonly string[]) => (step: RequestStats) => countedOf(step, names).total > 0;
  const near = hour?.value ?? [];
  // The steps of the hour are short; where they do not reach back to it, those of the day are all there is.
  const steps = near.some(of([target])) && near.some(of(left)) ? near : (day?.value ?? []);
  const [last, first] = [steps.findLast(of([target])), steps.find(of(left))];
  if (last === undefined || first === undefined || requests?.freshness !== 'fresh' || requests.value === null) return null;
  const [own, began, lately] = [countedOf(last, [target]), countedOf(first, left), countedOf(requests.value, left)];
  const isNext = (last.untilAt ?? last.sinceAt) >= first.sinceAt;
  const isWell = wilson(own.failed, own.total).lower <= spec.improvement.goals.errorRate;
  const isIll = lately.failed > 0 && wilson(began.failed, began.total).upper >= FROM_THE_START * rate(lately);
  return isNext && isWell && isIll ? first.sinceAt : null;
}

function isQuietOutside({ observation, spec, agreed }: PlanScope, service: string, since: number): boolean {
  const { changes, incidents } = observation;
  if (changes.value === null || (incidents.value ?? []).length > 0) return false;
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

function countedOf({ byRevision }: RequestStats, names: readonly string[]): Counted {
  const parts = names.flatMap((name): readonly Counted[] => {
    const seen = byRevision[name];
    return seen === undefined ? [] : [{ total: seen.total, failed: seen.serverErrors, turnedAway: seen.turnedAway ?? 0 }];
  });
  return lost(together(parts));
}
