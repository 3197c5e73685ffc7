import type { Measured } from './measured.ts';

/** What runs on Cloud Run beside the services: it takes no requests. Looked at and told; no step changes it, and nothing is decided by it. */
type WorkloadKind = 'job' | 'worker-pool';

export interface WorkloadSpec {
  readonly kind: WorkloadKind;
  /** As a run calls it: `NAME@REGION` in another region than the document's own. */
  readonly name: string;
}

/** Google's own word on a resource, with its reason where it gives one. */
interface Condition {
  /** CONDITION_SUCCEEDED, CONDITION_FAILED, … as Google spells it. */
  readonly state: string;
  readonly reason: string | null;
  readonly message: string | null;
}

export interface ExecutionState {
  /** Short name. */
  readonly name: string;
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'running';
  readonly createdAt: number;
  /** null: not over. */
  readonly completedAt: number | null;
  /** Of one that failed, as Google says it. */
  readonly reason: string | null;
  readonly message: string | null;
}

export interface JobState {
  readonly condition: Condition;
  /** Newest first. */
  readonly executions: readonly ExecutionState[];
}

export interface WorkerPoolState {
  readonly condition: Condition;
  readonly latestReadyRevision: string | null;
  readonly latestCreatedRevision: string | null;
  /** How many instances it is set to keep; null: it does not say. */
  readonly instances: number | null;
}

export type WorkloadObservation =
  | { readonly kind: 'job'; readonly name: string; readonly state: Measured<JobState> }
  | { readonly kind: 'worker-pool'; readonly name: string; readonly state: Measured<WorkerPoolState> };

/** `job nightly`, `worker pool consumer`. */
export function workloadWords({ kind, name }: WorkloadSpec): string {
  return `${kind === 'job' ? 'job' : 'worker pool'} ${name}`;
}
