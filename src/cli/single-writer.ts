import { commandLine } from '../core/commands.ts';
import { UserError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { Lease, RunStatus } from '../ports/store.ts';
import { targetOf } from '../spec/target.ts';
import { writesOf } from '../steps/index.ts';
import type { StoreReach, VerbDeps } from './deps.ts';
import { printable } from './exit.ts';
import { isDriven, timeOfRun } from './select-run.ts';

/** Code of the refusal. */
export const OTHER_WRITER = 'one-hand';

/** Where runs are kept, and whose time ours is in. */
export interface SingleWriterOptions extends StoreReach {
  readonly state: string;
}

/** A run of another document that somebody drives, and what both would write. */
interface Rival {
  readonly target: string;
  readonly status: RunStatus;
  readonly lease: Lease;
  readonly both: readonly string[];
}

/**
 * One hand on a thing: no run begins, or goes on, while a run of another document of the same state that somebody drives may write
 * the same connector or service. `ours`: our own lease once it is held; of two runs that began side by side the later one
 * yields. Runs of another cloud (another simulator's clock) are none of its business.
 * @throws UserError `one-hand` (exit code 75): who, since when, how to look and to stop.
 */
export async function requireSingleWriter(
  spec: RemediationSpec,
  options: SingleWriterOptions,
  deps: Pick<VerbDeps, 'listTargets' | 'openStore' | 'clock' | 'followClock'>,
  ours: Lease | null = null,
): Promise<void> {
  const own = targetOf(spec);
  const place = `${spec.project}/${spec.region}/`;
  const others = (await deps.listTargets(options.state, options)).filter((target) => target !== own && target.startsWith(place));
  for (const target of others) {
    const rival = await rivalIn(target, spec, options, deps);
    if (rival !== null && (ours === null || wasFirst(rival, ours, own))) throw refused(rival, options.state);
  }
}

async function rivalIn(
  target: string,
  spec: RemediationSpec,
  options: SingleWriterOptions,
  deps: Parameters<typeof requireSingleWriter>[2],
): Promise<Rival | null> {
  const store = await deps.openStore(options.state, target, options);
  const [lease, status] = await Promise.all([store.readLease(), store.readStatus()]);
  if (lease === null || status === null || status.outcome !== null) return null;
  if ((lease.owner.clock ?? null) !== (options.clock ?? null)) return null;
  const { now } = await timeOfRun({}, { lease, status }, deps);
  const both = writesOf(spec).filter((resource) => writtenBy(status).includes(resource));
  // Without its clock it cannot be told whether it is driven: unknown is no permission.
  return both.length === 0 || isDriven({ lease }, now) === false ? null : { target, status, lease, both };
}

/** As the run says itself; a run of an older version by the steps of its plan. */
function writtenBy({ writes, plan }: RunStatus): readonly string[] {
  return writes ?? plan?.steps.map(({ id }) => id.replace(/^(?:pin|deploy):/, 'service:')) ?? [];
}

function wasFirst({ target, lease }: Rival, ours: Lease, own: string): boolean {
  if (lease.acquiredAt !== ours.acquiredAt) return lease.acquiredAt < ours.acquiredAt;
  return target < own;
}

function refused({ target, status, lease, both }: Rival, state: string): UserError {
  const things = both.map((resource) => resource.replace(/^\w+:/, '')).join(', ');
  const by = printable(`${lease.owner.described} on ${lease.owner.host}`);
  return new UserError(
    OTHER_WRITER,
    `${things} is in the hands of run ${status.runId} (${target}) since ${status.startedAt}, driven by ${by}`,
    `look: ${commandLine('status', { state, target })} · end it: ${commandLine('abort --reason WHY', { state, target })}`,
    { exitCode: 75 },
  );
}
