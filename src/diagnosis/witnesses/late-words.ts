import { sayDuration } from '../../core/duration.ts';
import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { lateFrom, lateSince } from './served.ts';
import { usersP95 } from './users-p95.ts';

/**
 * `answers of shop come late (p95 5.6s, goal 2s): shop-00002 312 of 1440 took longer than 4s, shop-00001 0 of 160`: of the services whose
 * users wait and do not fail; null: none of them is one.
 */
export function sayLateAnswers({ services }: Observation, spec: RemediationSpec, names: readonly string[]): string | null {
  const late = names.flatMap((name) => {
    const service = services[name];
    const p95 = service === undefined ? null : usersP95(service);
    const { total = 0, serverErrors = 0 } = service?.requests.value ?? {};
    const doFail = serverErrors > spec.improvement.goals.errorRate * total;
    if (service === undefined || p95 === null || p95 <= lateFrom(spec) || doFail) return [];
    const revisions = byRevision(service);
    const goal = sayDuration(spec.improvement.goals.p95Ms);
    const each = revisions.length === 0 ? '' : `; longer than ${sayDuration(lateFrom(spec))}: ${revisions.join(', ')}`;
    return [`answers of ${name} come late (p95 ${sayDuration(p95)}, goal ${goal}${each})`];
  });
  return late.length === 0 || late.length < names.length ? null : late.join('; ');
}

function byRevision({ requests }: ServiceObservation): readonly string[] {
  return Object.entries(requests.value?.byRevision ?? {}).flatMap(([revision, { total, late }]) => {
    const count = lateSince(late);
    return count === undefined ? [] : [`${revision} ${count} of ${total}`];
  });
}
