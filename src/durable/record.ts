import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { InvariantError, UserError } from '../core/errors.ts';
import type { RunRecord } from '../ports/store.ts';
import { missingFor } from './fit.ts';
import { revive } from './interpret.ts';
import { fingerprintOf } from './chart-fingerprint.ts';

export type MachineStamp = RunRecord['machine'];

/** What a record must match to be resumed where it stands. */
export interface RecordExpectation {
  readonly machine: AnyStateMachine;
  readonly stamp: MachineStamp;
  readonly specHash: string;
  readonly activities: Readonly<Record<string, unknown>>;
}

export function stampOf(machine: AnyStateMachine, version: string): MachineStamp {
  return { id: machine.id, version, shape: fingerprintOf(machine) };
}

/** The machine where the record left it; or why this one cannot go on from there, in words. */
export type Fit = { readonly fits: true; readonly snapshot: AnyMachineSnapshot } | Unfit;
export interface Unfit {
  readonly fits: false;
  /** What has changed since: the document, or the machine. */
  readonly because: 'document' | 'machine';
  readonly missing: readonly string[];
}

/**
 * Whether this machine can go on where the record was saved. Saved by the very same machine, it can. Another shape of the same
 * version can where all that the record stands on is still there (`missingFor`). A version says that what its context means has
 * changed: never by itself. Nor under another document.
 */
export function fitRecord(record: RunRecord, { machine, stamp, specHash, activities }: RecordExpectation): Fit {
  const { id, version } = record.machine;
  const isSameVersion = id === stamp.id && version === stamp.version;
  // Programs that did not note themselves hashed what they made of the document, which tells nothing here: see `takeOver`.
  const isComparable = record.program !== undefined || isSameVersion;
  if (isComparable && record.specHash !== specHash)
    return { fits: false, because: 'document', missing: ['it was started with another version of the document'] };
  if (!isSameVersion)
    return {
      fits: false,
      because: 'machine',
      missing: [`it was saved by chart ${id} ${version}, and this is ${stamp.id} ${stamp.version}`],
    };
  const unknown = record.activities.filter(({ src }) => !Object.hasOwn(activities, src)).map(({ src }) => `no activity is called ${src}`);
  const missing = record.ended === null ? [...missingFor(record, machine), ...unknown] : [];
  return missing.length > 0 ? { fits: false, because: 'machine', missing } : { fits: true, snapshot: revive(machine, record.snapshot) };
}

/**
 * A finished machine's outcome: its output when that is a text, or the `outcome` in it.
 * Throws `InvariantError` when it has none: a run must say how it ended.
 */
export function outcomeOf(snapshot: AnyMachineSnapshot): string {
  const output: unknown = snapshot.output;
  if (typeof output === 'string') return output;
  if (typeof output === 'object' && output !== null && 'outcome' in output && typeof output.outcome === 'string') return output.outcome;
  throw new InvariantError(`${snapshot.machine.id} ended without an outcome`);
}

/** The refusal to begin a run while another one of the target has not ended. */
export function unfinished(record: RunRecord): UserError {
  return new UserError(
    'run-unfinished',
    `run ${record.runId} of this target has not ended (saved ${new Date(record.savedAt).toISOString()})`,
    'resume it, or abort it first: two runs must not act on one target',
  );
}
