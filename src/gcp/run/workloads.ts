import { run_v2 } from 'googleapis/build/src/apis/run/v2.js';
import { locatedOf } from '../../core/region.ts';
import type { ExecutionState, JobState, WorkerPoolState } from '../../core/model/workloads.ts';
import type { WorkloadsPort } from '../../ports/cloud.ts';
import { list, object, optionalNumber, optionalObject, optionalText, text, understood } from '../json.ts';
import type { Json } from '../json.ts';
import { allPages, instant, shortName } from '../response-parsing.ts';
import { identityIn, locationPath } from '../scope.ts';
import type { Scope } from '../scope.ts';

const PAGE_SIZE = 500;
/** Of a job 1000 completed executions are kept (gcp-facts 8). Their order is not documented, so that all are read. */
const MAX_PAGES = 4;

/** Cloud Run Admin v2, reads only: jobs with their executions, and worker pools. */
export function createWorkloads(scope: Scope): WorkloadsPort {
  const api = new run_v2.Run(scope.client as run_v2.Options).projects.locations;
  const path = (kind: 'jobs' | 'workerPools', identity: string): string => {
    const { name, region } = locatedOf(identity, scope.region);
    return `${locationPath(scope, region)}/${kind}/${name}`;
  };
  return {
    async getJob(name, options) {
      const get = { api: 'run', method: 'jobs.get', resource: name };
      const body = await scope.calls.read(get, (signal) => api.jobs.get({ name: path('jobs', name) }, { signal }), options);
      const call = { api: 'run', method: 'executions.list', resource: name };
      const pages = await allPages('executions', MAX_PAGES, async (pageToken) => {
        const request = { parent: path('jobs', name), pageSize: PAGE_SIZE, ...(pageToken === undefined ? {} : { pageToken }) };
        const answer = await scope.calls.read(call, (signal) => api.jobs.executions.list(request, { signal }), options);
        return understood(`executions of job ${name}`, answer, (json) => ({
          executions: list(json.executions, 'executions').map(executionState),
          ...pageTokenOf(json),
        }));
      });
      const executions = pages.flatMap((page) => page.executions).toSorted((a, b) => b.createdAt - a.createdAt);
      return understood(`job ${name}`, body, (json): JobState => ({ condition: conditionOf(json), executions }));
    },
    async getWorkerPool(name, options) {
      const call = { api: 'run', method: 'workerPools.get', resource: name };
      const request = { name: path('workerPools', name) };
      const body = await scope.calls.read(call, (signal) => api.workerPools.get(request, { signal }), options);
      return understood(`worker pool ${name}`, body, workerPoolState);
    },
    async listNames(region, options) {
      const parent = locationPath(scope, region);
      const read = async (kind: 'jobs' | 'workerPools'): Promise<readonly string[]> => {
        const call = { api: 'run', method: `${kind}.list`, resource: region };
        const pages = await allPages(kind, MAX_PAGES, async (pageToken) => {
          const request = { parent, pageSize: PAGE_SIZE, ...(pageToken === undefined ? {} : { pageToken }) };
          const answer = await scope.calls.read(
            call,
            (signal) => (kind === 'jobs' ? api.jobs.list(request, { signal }) : api.workerPools.list(request, { signal })),
            options,
          );
          return understood(kind, answer, (json) => ({
            names: list(json[kind], kind).map((one) => identityIn(text(object(one, kind).name, 'name'), scope.region)),
            ...pageTokenOf(json),
          }));
        });
        return pages.flatMap(({ names }) => names).toSorted();
      };
      const [jobs, workerPools] = await Promise.all([read('jobs'), read('workerPools')]);
      return { jobs, workerPools };
    },
  };
}

function pageTokenOf(json: Json): { readonly nextPageToken?: string } {
  const nextPageToken = optionalText(json.nextPageToken, 'nextPageToken');
  return nextPageToken === null ? {} : { nextPageToken };
}

function conditionOf(json: Json): JobState['condition'] {
  const condition = optionalObject(json.terminalCondition, 'terminalCondition');
  return {
    state: optionalText(condition.state, 'terminalCondition.state') ?? 'UNKNOWN',
    reason:
      optionalText(condition.revisionReason, 'terminalCondition.revisionReason') ??
      optionalText(condition.reason, 'terminalCondition.reason'),
    message: optionalText(condition.message, 'terminalCondition.message'),
  };
}

/** `Completed` says how it ended; who was cancelled has no verdict of its own. */
function executionState(value: unknown): ExecutionState {
  const execution = object(value, 'execution');
  const completed = list(execution.conditions, 'execution.conditions')
    .map((condition) => object(condition, 'execution.conditions'))
    .find(({ type }) => type === 'Completed');
  const reason = completed === undefined ? null : optionalText(completed.executionReason, 'executionReason');
  const completedAt = instant(optionalText(execution.completionTime, 'execution.completionTime'));
  const isCancelled =
    reason === 'CANCELLED' || reason === 'CANCELLING' || (optionalNumber(execution.cancelledCount, 'cancelledCount') ?? 0) > 0;
  return {
    name: shortName(text(execution.name, 'execution.name')),
    outcome: outcomeOf(completed?.state, completedAt, isCancelled),
    createdAt: instant(optionalText(execution.createTime, 'execution.createTime')) ?? 0,
    completedAt,
    reason,
    message: completed === undefined ? null : optionalText(completed.message, 'execution.conditions.message'),
  };
}

function outcomeOf(state: unknown, completedAt: number | null, isCancelled: boolean): ExecutionState['outcome'] {
  if (isCancelled) return 'cancelled';
  if (state === 'CONDITION_FAILED') return 'failed';
  return state === 'CONDITION_SUCCEEDED' && completedAt !== null ? 'succeeded' : 'running';
}

function workerPoolState(json: Json): WorkerPoolState {
  const short = (field: string): string | null => {
    const name = optionalText(json[field], field);
    return name === null ? null : shortName(name);
  };
  return {
    condition: conditionOf(json),
    latestReadyRevision: short('latestReadyRevision'),
    latestCreatedRevision: short('latestCreatedRevision'),
    instances: optionalNumber(optionalObject(json.scaling, 'scaling').manualInstanceCount, 'scaling.manualInstanceCount'),
  };
}
