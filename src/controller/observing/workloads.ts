import type { WorkloadObservation, WorkloadSpec } from '../../core/model/workloads.ts';
import { reaged, RETRY_EVERY, SLOW_DELAY, SLOW_EVERY } from './ages.ts';
import { CachedRead } from './cached-read.ts';
import { measured } from './measure.ts';
import type { ObserverOptions } from './options.ts';

/** Reads the jobs and worker pools of the document every five minutes (after one, where one could not be read); none where it names none. */
export function readWorkloads(options: ObserverOptions): (signal: AbortSignal) => Promise<readonly WorkloadObservation[]> {
  const { clock, spec } = options;
  const { workloads = [] } = spec;
  if (workloads.length === 0) return () => Promise.resolve([]);
  const unread = (seen: readonly WorkloadObservation[]): boolean => seen.some(({ state }) => state.value === null);
  const cached = new CachedRead(clock, { everyMs: SLOW_EVERY, retryMs: RETRY_EVERY, failed: unread }, (signal: AbortSignal) =>
    Promise.all(workloads.map((wanted) => readOne(options, wanted, signal))),
  );
  return async (signal) => {
    const seen = await cached.read(signal);
    return seen.map((one): WorkloadObservation => {
      const now = clock.now();
      return one.kind === 'job'
        ? { ...one, state: reaged(one.state, now, SLOW_DELAY) }
        : { ...one, state: reaged(one.state, now, SLOW_DELAY) };
    });
  };
}

async function readOne({ cloud, clock }: ObserverOptions, { kind, name }: WorkloadSpec, signal: AbortSignal): Promise<WorkloadObservation> {
  if (kind === 'job')
    return { kind, name, state: await measured(`run.googleapis.com/jobs/${name}`, clock, () => cloud.workloads.getJob(name, { signal })) };
  const read = () => cloud.workloads.getWorkerPool(name, { signal });
  return { kind, name, state: await measured(`run.googleapis.com/workerPools/${name}`, clock, read) };
}
