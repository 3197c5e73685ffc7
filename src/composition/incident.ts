import { hostname } from 'node:os';
import type { Reach } from '../controller/message.ts';
import { startIncidentRun } from '../controller/incident-run.ts';
import { caseEvidence } from './case-evidence.ts';
import { historyLines, judgeHistory, rememberRuns } from '../controller/loop-breaker.ts';
import type { Broken } from '../controller/loop-breaker.ts';
import type { Run, SavedStep } from '../durable/run-options.ts';
import { UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { Begun, LeaseOwner, RunStatus, RunStore } from '../ports/store.ts';
import type { Live } from './live.ts';
import { writesOf } from '../steps/index.ts';

export interface LiveRunOptions {
  readonly spec: RemediationSpec;
  readonly specHash: string;
  readonly store: RunStore;
  readonly live: Live;
  readonly owner: LeaseOwner;
  /** Version and build of the program. */
  readonly program: string;
  /** How it was begun, for the record. */
  readonly begun?: Begun;
  /** Makes a new run's name unique. */
  readonly newId: () => string;
  /** A human wants to begin at this step. */
  readonly from?: { readonly step: string; readonly by: string };
  /** Who wants another run whatever the loop breaker says. */
  readonly again?: string;
  /** Where people look at the run and steer it. */
  readonly reach?: Reach;
  readonly onStep: (saved: SavedStep, status: RunStatus) => void;
  readonly onWarning: (message: string, cause: unknown) => void;
}

export interface LiveRun {
  readonly run: Run;
  readonly runId: string;
  readonly resumed: boolean;
}

/**
 * Goes on with the target's unfinished run, or begins a new one. Throws `UserError` `loop-breaker` when the earlier ones went in
 * circles and nobody wants it `again`, `run-unfinished` when a run that is to begin at a step would have to be resumed,
 * `clock-mismatch` when the target's lease or its unfinished run is in the time of another clock.
 */
export async function startLiveRun(options: LiveRunOptions): Promise<LiveRun> {
  const { spec, store, live, from } = options;
  const unfinished = await store.load();
  const resumed = unfinished !== null && unfinished.ended === null;
  await requireSameClock(store, resumed ? unfinished.runId : null, options.owner);
  const now = live.clock.now();
  if (resumed && from !== undefined) throw cannotStartFrom(unfinished.runId);
  const broken = resumed || unfinished === null ? null : judgeHistory(rememberRuns(unfinished), now);
  if (broken !== null && options.again === undefined) throw loopBroken(broken);
  const runId = resumed ? unfinished.runId : nameOf(spec, now, options.newId());
  const { cloud, probes, channels, clock } = live;
  const run = startIncidentRun({
    runId,
    spec,
    specHash: options.specHash,
    startedAt: now,
    cloud,
    probes,
    channels,
    ...(options.reach === undefined ? {} : { reach: options.reach }),
    clock,
    store,
    owner: options.owner,
    program: options.program,
    ...(options.begun === undefined ? {} : { begun: options.begun }),
    evidence: caseEvidence(store, runId),
    ...(from === undefined ? {} : { from }),
    ...(broken === null || options.again === undefined ? {} : { despite: { why: broken.why, by: options.again } }),
    onStep: options.onStep,
    onWarning: options.onWarning,
  });
  return { run, runId, resumed };
}

/**
 * Instants of two clocks cannot be compared: a lease of another clock would look long over while its holder is alive, and every
 * deadline of its run overdue at once. Throws `UserError` `clock-mismatch`; where a run recorded no clock, nothing is refused.
 */
async function requireSameClock(store: RunStore, unfinished: string | null, { clock: ours = null }: LeaseOwner): Promise<void> {
  const [lease, status] = await Promise.all([store.readLease(), store.readStatus()]);
  const theirs = lease?.owner.clock;
  if (lease !== null && theirs !== undefined && theirs !== ours)
    throw otherClock(`the lease of ${store.described}, held by ${lease.owner.described} on ${lease.owner.host},`, theirs);
  // Given back: another simulator may have been started for it since, but real time and a simulator's are never the same.
  const last = status?.runId === unfinished ? status?.clock : undefined;
  if (last !== undefined && (last === null) !== (ours === null)) throw otherClock(`run ${unfinished}, which has not ended,`, last);
}

function otherClock(what: string, clock: string | null): UserError {
  const anew = 'or choose another --state to begin anew';
  if (clock === null) return new UserError('clock-mismatch', `${what} is in real time`, `leave out --clock, ${anew}`);
  const message = `${what} follows the clock at ${clock}, whose times say nothing by this one`;
  return new UserError('clock-mismatch', message, `give --endpoint and --clock ${clock}, ${anew}`);
}

function cannotStartFrom(runId: string): UserError {
  const fix = 'go on with it without --from and use `firebreak skip STEP`, or abort it first';
  return new UserError('run-unfinished', `run ${runId} of this target has not ended, so none can begin at a step`, fix);
}

function loopBroken(broken: Broken): UserError {
  const fix = 'find out why it does not last; then, as a person who knows better: firebreak run --again';
  return new UserError('loop-breaker', [`not begun: ${broken.why}`, ...historyLines(broken)].join('\n'), fix);
}

/** `issue-1278-20250915T191500Z-3fa9`: sortable, and unique among runs begun in the same second. */
function nameOf({ name }: RemediationSpec, now: number, id: string): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${name}-${stamp}-${id.slice(0, 4)}`;
}

/** Who holds the lease, in words a colleague can look up: the Cloud Run execution, or the person at a terminal. */
export function leaseOwner(facts: {
  readonly token: string;
  readonly user: string;
  readonly execution: string | undefined;
  /** The URL of the simulator whose time it follows; missing: real time. */
  readonly clock?: string | undefined;
  /** What its run may change; missing: it is nobody's business (a rehearsal). */
  readonly spec?: RemediationSpec;
}): LeaseOwner {
  const { pid } = process;
  const claim = facts.spec === undefined ? {} : { writes: writesOf(facts.spec) };
  const described = facts.execution === undefined ? `${facts.user} (process ${pid})` : `Cloud Run execution ${facts.execution}`;
  return { token: facts.token, host: hostname(), pid, described, clock: facts.clock ?? null, ...claim };
}
