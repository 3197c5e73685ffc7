import type { CapacityReport } from '../capacity/thresholds.ts';
import { HOUR } from '../core/duration.ts';
import { UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { RunRecord, RunStore } from '../ports/store.ts';
import type { LoadedSpec } from '../spec/load.ts';
import { targetOf } from '../spec/target.ts';
import type { VerbDeps } from './deps.ts';
import { printable } from './process/exit.ts';
import { OTHER_WRITER, requireSingleWriter } from './runs/single-writer.ts';
import { sayInstant } from './process/output.ts';
import { runHere } from './verbs/run.ts';
import type { RunComposition } from './verbs/run.ts';
import { isDriven } from './runs/select-run.ts';

/** What `capacity.startRun` needs: the check's own process drives the run. */
export interface Starting {
  readonly options: Parameters<typeof runHere>[0];
  readonly loaded: LoadedSpec;
  readonly deps: VerbDeps;
  readonly composition: RunComposition;
  readonly now: () => number;
}

/**
 * Nothing where the document wants no run to be started, or its mode never lets one begin. Otherwise sees to it, by reading only,
 * that a run could be driven from here, before the first look and not in the middle of the night: that the state is a place that
 * others see, and that this account may change what a run changes.
 * @throws UserError `state-not-shared`, `run-not-permitted`, or what the store says of itself; TransientError where it cannot be told now.
 */
export async function requireStartable(
  { options, loaded: { spec }, deps }: Starting,
  { cloud, clock }: { readonly cloud: Cloud; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  if (!spec.capacity.startRun || wrongMode(spec) !== null) return;
  requireSharedState(options.state, deps.env);
  const [{ checkAccess }, store] = await Promise.all([
    import('../controller/activities/preflight/access.ts'),
    openStore(spec, options, deps),
  ]);
  const [{ refusals }] = await Promise.all([checkAccess({ cloud, spec, clock, signal }), store.load()]);
  if (refusals.length === 0) return;
  const lacking = refusals.map(({ check, why, fix }) => printable(`${check} ${why} fix: ${fix}`));
  throw new UserError(
    'run-not-permitted',
    ['capacity.startRun is set, but this account could carry no run:', ...lacking].join('\n'),
    'run the check as the account of the run (deploy/README.md; with Terraform capacity_starts_runs = true), or set capacity.startRun: false',
  );
}

/**
 * Starts a run where a threshold is crossed, and goes on with an unfinished one that nobody drives whether or not one is: a
 * check that was killed in the middle of a run has no other heir. Says what it does. null: none was started.
 */
export async function mayStartRun(starting: Starting, report: CapacityReport, signal: AbortSignal): Promise<string | null> {
  const { loaded, deps, options, composition } = starting;
  const { spec, hash } = loaded;
  if (!spec.capacity.startRun) return null;
  const say = (words: string): void => deps.stderr.write(`firebreak: ${words}\n`);
  const isCrossed = report.verdict.outcome === 'fail';
  const why = runBlockedBecause(spec, starting.now());
  if (why !== null) {
    if (isCrossed) say(`no run is started: ${why}`);
    return null;
  }
  const store = await openStore(spec, options, deps);
  const [record, lease] = await Promise.all([store.load(), store.readLease()]);
  const isUnfinished = record !== null && record.ended === null;
  if (!isCrossed && !isUnfinished) return null;
  if (lease !== null && isDriven({ lease }, starting.now())) {
    say(
      `no run is started: ${printable(lease.owner.described)} drives this target, its lease lasts until ${sayInstant(lease.expiresAt, starting.now())}`,
    );
    return null;
  }
  const left = isUnfinished ? null : leftToPeople(record, starting.now());
  if (left !== null) {
    say(`no run is started: ${left}`);
    return null;
  }
  const inHands = await requireSingleWriter(spec, options, deps).then(() => null, ifInOtherHands);
  if (inHands !== null) {
    say(`no run is started: ${inHands}`);
    return null;
  }
  const cause = isCrossed ? 'a threshold is crossed' : 'a run has not ended and nobody drives it';
  say(`${cause}: ${isUnfinished ? `going on with ${record.runId}` : 'starting a run'} (capacity.startRun)`);
  const outcome = await runHere(options, { spec, specHash: hash, store }, { deps, composition }, signal);
  say(`the run ended: ${outcome}`);
  return outcome;
}

function ifInOtherHands(thrown: unknown): string {
  if (thrown instanceof UserError && thrown.code === OTHER_WRITER) return thrown.message;
  throw thrown;
}

const LEFT_ALONE_FOR = 24 * HOUR;

/**
 * A run that a human has ended or put back, or that has handed over to Google Cloud Support, is not begun anew by a schedule:
 * what comes next is for people to say. Null where nothing of the kind happened within a day.
 */
function leftToPeople(record: RunRecord | null, now: number): string | null {
  const ended = record?.ended ?? null;
  if (record === null || ended === null || now - ended.at >= LEFT_ALONE_FOR) return null;
  if (ended.outcome === 'recovered' || ended.outcome === 'refused') return null;
  return `${record.runId} ended ${ended.outcome} at ${sayInstant(ended.at, now)}, and people have it in hand since; start the next one by hand (firebreak run)`;
}

/** A container's own folder goes with the container: no other execution would see the lease, and none could resume the run. */
function requireSharedState(state: string, env: VerbDeps['env']): void {
  const where =
    env['CLOUD_RUN_JOB'] !== undefined ? 'a Cloud Run job' : env['KUBERNETES_SERVICE_HOST'] !== undefined ? 'a Kubernetes pod' : null;
  if (where === null || state.startsWith('gs://')) return;
  throw new UserError(
    'state-not-shared',
    `capacity.startRun is set, but --state ${state} is a folder of ${where}: nobody else would see the lease, and nothing could resume the run`,
    'give the state of the runs: --state gs://BUCKET/PREFIX, the same as for `firebreak run`; or set capacity.startRun: false',
  );
}

function openStore(spec: RemediationSpec, options: Starting['options'], deps: VerbDeps): Promise<RunStore> {
  return deps.openStore(options.state, targetOf(spec), options);
}

/** Why the policy lets no run begin now; null when it does. */
export function runBlockedBecause(spec: RemediationSpec, now: number): string | null {
  const window = spec.policy.freeze.find(({ fromAt, untilAt }) => fromAt <= now && now < untilAt);
  const frozen = window === undefined ? null : `frozen until ${new Date(window.untilAt).toISOString()} (${window.reason})`;
  return wrongMode(spec) ?? frozen;
}

function wrongMode({ policy: { mode } }: RemediationSpec): string | null {
  return mode === 'auto' || mode === 'approve' ? null : `policy.mode is ${mode}`;
}
