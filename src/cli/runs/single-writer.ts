import { commandLine } from '../../core/commands.ts';
import { UserError } from '../../core/errors.ts';
import { locatedOf } from '../../core/region.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Lease, RunStatus } from '../../ports/store.ts';
import { regionIn, targetOf } from '../../spec/target.ts';
import { writesOf } from '../../steps/index.ts';
import type { StoreReach, VerbDeps } from '../deps.ts';
import { printable } from '../process/exit.ts';
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
  /** null: it has said nothing yet. */
  readonly status: RunStatus | null;
  readonly lease: Lease;
  readonly both: readonly string[];
}

/**
 * One hand on a thing: no run begins, or goes on, while a run of another document of the same state that somebody drives may write
 * the same connector or service. A lease claims what its run may write, so that the claim is there before the run has done anything
 * and ends with the lease, also of a run that died. `ours`: our own lease once it is held. Of two that began side by side on one
 * machine the later one yields; on two machines, whose clocks cannot order them, whoever sees the other does. Runs of another cloud
 * (another simulator's clock) are none of its business.
 * @throws UserError `one-hand` (exit code 75): who, since when, how to look and to stop.
 */
export async function requireSingleWriter(
  spec: RemediationSpec,
  options: SingleWriterOptions,
  deps: Pick<VerbDeps, 'listTargets' | 'openStore' | 'clock' | 'followClock'>,
  ours: Lease | null = null,
): Promise<void> {
  const own = targetOf(spec);
  const place = `${spec.project}/`;
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
  if (lease === null) return null;
  if ((lease.owner.clock ?? null) !== (options.clock ?? null)) return null;
  const { now } = await timeOfRun({}, { lease, status }, deps);
  const theirs = writtenBy(lease, status).map((resource) => inPlace(resource, regionIn(target)));
  const both = writesOf(spec).filter((resource) => theirs.includes(inPlace(resource, spec.region)));
  // Without its clock it cannot be told whether it is driven: unknown is no permission.
  return both.length === 0 || isDriven({ lease }, now) === false ? null : { target, status, lease, both };
}

/** `service:NAME` of a document as `service:NAME in REGION`: two documents may call it by different regions of their own. */
function inPlace(resource: string, home: string): string {
  const { name, region } = locatedOf(resource, home);
  return `${name} in ${region}`;
}

/** As its lease claims; a run of an older version by its status, or by the steps of its plan. An ended one of that kind writes nothing. */
function writtenBy({ owner }: Lease, status: RunStatus | null): readonly string[] {
  if (owner.writes !== undefined) return owner.writes;
  if (status === null || status.outcome !== null) return [];
  return status.writes ?? status.plan?.steps.map(({ id }) => id.replace(/^(?:pin|deploy):/, 'service:')) ?? [];
}

/** Whether it is before us, as far as two clocks can tell: nobody is behind whoever cannot be ordered. */
function wasFirst({ target, lease }: Rival, ours: Lease, own: string): boolean {
  if (lease.owner.host !== ours.owner.host) return true;
  if (lease.acquiredAt !== ours.acquiredAt) return lease.acquiredAt < ours.acquiredAt;
  return target < own;
}

function refused({ target, status, lease, both }: Rival, state: string): UserError {
  const things = both.map((resource) => resource.replace(/^\w+:/, '')).join(', ');
  // Of a run that has only begun, what stands there may still be of the one before.
  const isTold = status !== null && status.outcome === null;
  const run = isTold ? `run ${status.runId}` : 'a run that has just begun';
  const since = isTold ? status.startedAt : new Date(lease.acquiredAt).toISOString();
  const by = printable(`${lease.owner.described} on ${lease.owner.host}`);
  return new UserError(
    OTHER_WRITER,
    `${things} ${both.length === 1 ? 'is' : 'are'} in the hands of ${run} (${target}) since ${since}, driven by ${by}`,
    `look: ${commandLine('status', { state, target })} · end it: ${commandLine('abort --reason WHY', { state, target })}`,
    { exitCode: 75 },
  );
}
