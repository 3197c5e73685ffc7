import { hostname } from 'node:os';
import { startIncidentRun } from '../controller/incident-run.ts';
import type { Run, SavedStep } from '../controller/run-options.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { LeaseOwner, RunStatus, RunStore } from '../ports/store.ts';
import type { Live } from './live.ts';

export interface LiveRunOptions {
  readonly spec: RemediationSpec;
  readonly specHash: string;
  readonly store: RunStore;
  readonly live: Live;
  readonly owner: LeaseOwner;
  /** Makes a new run's name unique. */
  readonly newId: () => string;
  readonly onStep: (saved: SavedStep, status: RunStatus) => void;
  readonly onWarning: (message: string, cause: unknown) => void;
}

export interface LiveRun {
  readonly run: Run;
  readonly runId: string;
  readonly resumed: boolean;
}

/** Goes on with the target's unfinished run, or begins a new one. */
export async function startLiveRun(options: LiveRunOptions): Promise<LiveRun> {
  const { spec, store, live } = options;
  const unfinished = await store.load();
  const resumed = unfinished !== null && unfinished.ended === null;
  const now = live.clock.now();
  const runId = resumed ? unfinished.runId : nameOf(spec, now, options.newId());
  const { cloud, probes, notifiers, clock } = live;
  const run = startIncidentRun({
    runId,
    spec,
    specHash: options.specHash,
    startedAt: now,
    cloud,
    probes,
    notifiers,
    clock,
    store,
    owner: options.owner,
    onStep: options.onStep,
    onWarning: options.onWarning,
  });
  return { run, runId, resumed };
}

/** `issue-1278-20250915T191500Z-3fa9`: sortable, and unique among runs begun in the same second. */
function nameOf({ name }: RemediationSpec, now: number, id: string): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${name}-${stamp}-${id.slice(0, 4)}`;
}

/** Who holds the lease, in words a colleague can look up: the Cloud Run execution, or the person at a terminal. */
export function leaseOwner(facts: { readonly token: string; readonly user: string; readonly execution: string | undefined }): LeaseOwner {
  const { pid } = process;
  const described = facts.execution === undefined ? `${facts.user} (process ${pid})` : `Cloud Run execution ${facts.execution}`;
  return { token: facts.token, host: hostname(), pid, described };
}
