import { MINUTE, SECOND, sayDuration } from '../../core/duration.ts';
import type { ExecutionState, WorkloadObservation } from '../../core/model/workloads.ts';
import type { RawWorld } from '../draw.ts';

/** Jobs and worker pools as a look saw them; one that could not be read is drawn well. */
export function liveWorkloads(seen: readonly WorkloadObservation[], at: number): Pick<RawWorld, 'jobs' | 'workerPools'> {
  const jobs = seen.flatMap((one) => (one.kind === 'job' ? [{ name: one.name, ...rhythmOf(one.state.value?.executions ?? [], at) }] : []));
  const workerPools = seen.flatMap((one) => {
    if (one.kind !== 'worker-pool') return [];
    const { condition, latestCreatedRevision = null, instances = null } = one.state.value ?? {};
    return [
      {
        name: one.name,
        ...(latestCreatedRevision === null ? {} : { revision: latestCreatedRevision }),
        ...(instances === null ? {} : { instances }),
        ...(condition?.state === 'CONDITION_FAILED' ? { failed: condition.message === null ? {} : { message: condition.message } } : {}),
      },
    ];
  });
  return { ...(jobs.length === 0 ? {} : { jobs }), ...(workerPools.length === 0 ? {} : { workerPools }) };
}

type RawJob = NonNullable<RawWorld['jobs']>[number];

/** By its two newest executions, and failing where the newest that is over has failed. */
function rhythmOf(executions: readonly ExecutionState[], at: number): Omit<RawJob, 'name'> {
  const [newest, before] = executions;
  if (newest === undefined) return {};
  const over = executions.find(({ outcome }) => outcome === 'succeeded' || outcome === 'failed');
  const took = over?.completedAt == null ? null : over.completedAt - over.createdAt;
  return {
    ...(before === undefined ? {} : { every: sayWhole(Math.max(MINUTE, newest.createdAt - before.createdAt)) }),
    ...(took === null ? {} : { takes: sayWhole(took) }),
    lastBefore: sayWhole(at - newest.createdAt),
    ...(over?.outcome === 'failed' ? { fails: over.message === null ? {} : { message: over.message } } : {}),
  };
}

function sayWhole(ms: number): string {
  return sayDuration(Math.max(SECOND, Math.round(ms / SECOND) * SECOND)).replaceAll(' ', '');
}
