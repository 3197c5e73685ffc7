import { defined } from '../../../core/defined.ts';
import { ApiError } from '../../surface/api-error.ts';
import { listed, page, pageSize } from '../../surface/paging.ts';
import type { Call, Route } from '../../surface/router.ts';
import { locationPath, type Surface } from '../../surface/surface.ts';
import { timestamp, type Fields } from '../../surface/wire.ts';
import type { JobDescription, WorkerPoolDescription } from '../../world/description/description.ts';
import { placed } from '../../world/place.ts';

const HOST = 'run.googleapis.com';
const REGION = '/v2/projects/{project}/locations/{location}';
/** Google keeps a thousand of each job; a day of them is as much as anybody here asks about. */
const KEPT = 24 * 3_600_000;

/** Jobs, their executions, and worker pools of Cloud Run Admin v2, read-only: they are functions of the time alone. */
export function workloadRoutes(surface: Surface): readonly Route[] {
  const read = { host: HOST, method: 'GET', writes: false } as const;
  return [
    {
      ...read,
      id: 'run.projects.locations.jobs.get',
      path: `${REGION}/jobs/{job}`,
      permission: 'run.jobs.get',
      answer: (call) => job(surface, jobNamed(surface, call), call.now),
    },
    {
      ...read,
      id: 'run.projects.locations.jobs.list',
      path: `${REGION}/jobs`,
      permission: 'run.jobs.list',
      answer: (call) =>
        paged(
          call,
          'jobs',
          surface.scenario.world.jobs.filter((one) => isHere(surface, one, call)).map((one) => job(surface, one, call.now)),
        ),
    },
    {
      ...read,
      id: 'run.projects.locations.jobs.executions.list',
      path: `${REGION}/jobs/{job}/executions`,
      permission: 'run.executions.list',
      answer: (call) => paged(call, 'executions', executions(surface, jobNamed(surface, call), call.now)),
    },
    {
      ...read,
      id: 'run.projects.locations.workerPools.get',
      path: `${REGION}/workerPools/{workerPool}`,
      permission: 'run.workerpools.get',
      answer: (call) => workerPool(surface, poolNamed(surface, call), call.now),
    },
    {
      ...read,
      id: 'run.projects.locations.workerPools.list',
      path: `${REGION}/workerPools`,
      permission: 'run.workerpools.list',
      answer: (call) =>
        paged(
          call,
          'workerPools',
          surface.scenario.world.workerPools.filter((one) => isHere(surface, one, call)).map((one) => workerPool(surface, one, call.now)),
        ),
    },
  ];
}

function paged({ query }: Call, field: string, all: readonly Fields[]): Fields {
  const { items, nextPageToken } = page(all, pageSize(query.get('pageSize'), 100, 1_000), query.get('pageToken'));
  return listed(field, items, nextPageToken);
}

function isHere(surface: Surface, { name }: { readonly name: string }, { params }: Call): boolean {
  return placed(name, surface.region).region === params['location'];
}

function jobNamed(surface: Surface, call: Call): JobDescription {
  const found = surface.scenario.world.jobs.find((one) => isHere(surface, one, call) && shortOf(surface, one) === params(call, 'job'));
  return found ?? missing(surface, call, `jobs/${params(call, 'job')}`);
}

function poolNamed(surface: Surface, call: Call): WorkerPoolDescription {
  const wanted = params(call, 'workerPool');
  const found = surface.scenario.world.workerPools.find((one) => isHere(surface, one, call) && shortOf(surface, one) === wanted);
  return found ?? missing(surface, call, `workerPools/${wanted}`);
}

function params(call: Call, name: string): string {
  return defined(call.params[name]);
}

function shortOf(surface: Surface, { name }: { readonly name: string }): string {
  return placed(name, surface.region).name;
}

function missing(surface: Surface, call: Call, what: string): never {
  const path = `${locationPath(surface, params(call, 'location'))}/${what}`;
  throw new ApiError('NOT_FOUND', `Resource '${path}' was not found.`);
}

function pathOf(surface: Surface, kind: 'jobs' | 'workerPools', { name }: { readonly name: string }): string {
  const { name: short, region } = placed(name, surface.region);
  return `${locationPath(surface, region)}/${kind}/${short}`;
}

function job(surface: Surface, described: JobDescription, now: number): Fields {
  const all = executions(surface, described, now);
  const newest = all[0];
  return {
    ...common(surface, pathOf(surface, 'jobs', described)),
    executionCount: all.length,
    terminalCondition: { type: 'Ready', state: 'CONDITION_SUCCEEDED', lastTransitionTime: timestamp(surface.scenario.startAt - KEPT) },
    ...(newest === undefined
      ? {}
      : { latestCreatedExecution: { name: String(newest['name']).split('/').at(-1), createTime: newest['createTime'] } }),
  };
}

function common(surface: Surface, name: string): Fields {
  const made = timestamp(surface.scenario.startAt - KEPT);
  return { name, generation: '1', observedGeneration: '1', createTime: made, updateTime: made, etag: '"1"' };
}

/** Newest first; those that began in the day before now. */
function executions(surface: Surface, described: JobDescription, now: number): readonly Fields[] {
  const { every, lastBefore } = described;
  const anchor = surface.scenario.startAt - lastBefore;
  const newest = Math.floor((now - anchor) / every);
  const oldest = Math.ceil((now - KEPT - anchor) / every);
  return Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, back) => newest - back).map((nth) =>
    execution(surface, described, { beganAt: anchor + nth * every, now }),
  );
}

function execution(
  surface: Surface,
  described: JobDescription,
  { beganAt, now }: { readonly beganAt: number; readonly now: number },
): Fields {
  const { takes, fails } = described;
  const endsAt = beganAt + takes;
  const isOver = now >= endsAt;
  const hasFailed = fails !== undefined && isWithin(surface, beganAt, fails);
  const parent = pathOf(surface, 'jobs', described);
  const began = timestamp(beganAt);
  const completed = !isOver
    ? { type: 'Completed', state: 'CONDITION_RECONCILING', lastTransitionTime: began }
    : hasFailed
      ? {
          type: 'Completed',
          state: 'CONDITION_FAILED',
          message: fails.message,
          lastTransitionTime: timestamp(endsAt),
          executionReason: 'NON_ZERO_EXIT_CODE',
        }
      : { type: 'Completed', state: 'CONDITION_SUCCEEDED', lastTransitionTime: timestamp(endsAt) };
  return {
    name: `${parent}/executions/${shortOf(surface, described)}-${Math.floor(beganAt / 1_000)
      .toString(36)
      .slice(-5)}`,
    job: shortOf(surface, described),
    createTime: began,
    startTime: began,
    ...(isOver ? { completionTime: timestamp(endsAt) } : { runningCount: 1, reconciling: true }),
    taskCount: 1,
    parallelism: 1,
    ...(isOver ? (hasFailed ? { failedCount: 1 } : { succeededCount: 1 }) : {}),
    conditions: [completed],
  };
}

function isWithin(surface: Surface, at: number, { from, until }: { readonly from: number; readonly until?: number | undefined }): boolean {
  const { startAt } = surface.scenario;
  return at >= startAt + from && (until === undefined || at < startAt + until);
}

function workerPool(surface: Surface, described: WorkerPoolDescription, now: number): Fields {
  const { instances, failed } = described;
  const path = pathOf(surface, 'workerPools', described);
  const revision = `${path}/revisions/${described.revision ?? `${shortOf(surface, described)}-00001-abc`}`;
  const isIll = failed !== undefined && isWithin(surface, now, failed);
  const changedAt = timestamp(surface.scenario.startAt + Math.max(-KEPT, failed?.from ?? -KEPT));
  return {
    ...common(surface, path),
    latestCreatedRevision: revision,
    ...(isIll ? {} : { latestReadyRevision: revision }),
    scaling: { manualInstanceCount: instances },
    terminalCondition: isIll
      ? { type: 'Ready', state: 'CONDITION_FAILED', message: failed.message, revisionReason: failed.reason, lastTransitionTime: changedAt }
      : { type: 'Ready', state: 'CONDITION_SUCCEEDED', lastTransitionTime: changedAt },
  };
}
