import type { Measured } from '../core/model/measured.ts';
import type { Observation } from '../core/model/observation.ts';
import type { Verdict } from '../core/model/verdict.ts';
import { workloadWords } from '../core/model/workloads.ts';
import type { ExecutionState, JobState, WorkerPoolState, WorkloadObservation } from '../core/model/workloads.ts';

/** So many executions that failed one after the other make a job ill: one may fail by chance, and most jobs come again. */
const FAILED_ON_END = 2;

/** What each job and worker pool of the document is by the platform's own evidence, by `job NAME` and `worker pool NAME`. */
export function judgeWorkloads({ workloads = [] }: Observation): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(workloads.map((seen) => [workloadWords(seen), judgeWorkload(seen)]));
}

export function judgeWorkload(seen: WorkloadObservation): Verdict {
  const words = workloadWords(seen);
  return seen.kind === 'job'
    ? judged(words, seen.state, (job) => judgeJob(words, job))
    : judged(words, seen.state, (pool) => judgeWorkerPool(words, pool));
}

function judged<T>(words: string, { value, freshness, problem }: Measured<T>, judge: (value: T) => Verdict): Verdict {
  if (value === null) return { outcome: 'error', because: `${words} could not be read${problem === undefined ? '' : ` (${problem})`}` };
  return freshness === 'fresh' ? judge(value) : { outcome: 'inconclusive', because: `${words}: what is known of it is late` };
}

function judgeJob(words: string, { condition, executions }: JobState): Verdict {
  if (condition.state === 'CONDITION_FAILED') return { outcome: 'fail', because: `${words} is not ready${reasonOf(condition)}` };
  // Who was cancelled was stopped by somebody: it tells nothing of the job.
  const over = executions.filter(({ outcome }) => outcome === 'succeeded' || outcome === 'failed');
  const [newest] = over;
  if (newest === undefined) return { outcome: 'inconclusive', because: `${words} has no execution that is over` };
  const said = `${newest.name} ${newest.outcome} at ${instantWords(endOf(newest))}`;
  if (newest.outcome === 'succeeded') return { outcome: 'pass', because: `${words}: ${said}` };
  const before = over.findIndex(({ outcome }) => outcome === 'succeeded');
  const failed = before < 0 ? over : over.slice(0, before);
  if (failed.length < FAILED_ON_END)
    return { outcome: 'inconclusive', because: `${words}: ${said}${reasonOf(newest)}; one execution decides nothing` };
  const since = failed.at(-1) ?? newest;
  return {
    outcome: 'fail',
    because: `${words}: its last ${failed.length} executions failed, the first at ${instantWords(endOf(since))}; ${said}${reasonOf(newest)}`,
  };
}

/** The day as well: a job may run once a week. */
function instantWords(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function endOf({ completedAt, createdAt }: ExecutionState): number {
  return completedAt ?? createdAt;
}

function judgeWorkerPool(words: string, { condition, latestReadyRevision, latestCreatedRevision, instances }: WorkerPoolState): Verdict {
  if (condition.state === 'CONDITION_FAILED') {
    const revision = latestCreatedRevision === null ? '' : `: ${latestCreatedRevision}`;
    return { outcome: 'fail', because: `${words} is not ready${revision}${reasonOf(condition)}` };
  }
  if (condition.state !== 'CONDITION_SUCCEEDED')
    return { outcome: 'inconclusive', because: `${words} is being changed (${condition.state})` };
  if (instances === 0) return { outcome: 'inconclusive', because: `${words} is set to keep no instance` };
  const kept = instances === null ? '' : `, ${instances} instance${instances === 1 ? '' : 's'} asked for`;
  return { outcome: 'pass', because: `${words}: ${latestReadyRevision ?? 'its revision'} is ready${kept}` };
}

function reasonOf({ reason, message }: { readonly reason: string | null; readonly message: string | null }): string {
  const said = [reason, message].filter((one) => one !== null).join(': ');
  return said === '' ? '' : ` (${said})`;
}
