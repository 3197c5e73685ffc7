import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { InvariantError, UserError } from '../core/errors.ts';
import type { RunRecord } from '../ports/store.ts';
import { revive } from './interpret.ts';
import { shapeOf } from './shape.ts';

export type MachineStamp = RunRecord['machine'];

/** What a record must match to be resumed. */
export interface RecordExpectation {
  readonly machine: AnyStateMachine;
  readonly stamp: MachineStamp;
  readonly specHash: string;
  readonly activities: Readonly<Record<string, unknown>>;
  readonly upgrade?: ((record: RunRecord) => RunRecord | null) | undefined;
}

export function stampOf(machine: AnyStateMachine, version: string): MachineStamp {
  return { id: machine.id, version, shape: shapeOf(machine) };
}

/**
 * The record as this machine can go on from it, lifted by `upgrade` when it was written by another version.
 * Errors: `UserError` when it does not fit (other document, other machine and no upgrade); nothing is written.
 */
export function fitRecord(
  loaded: RunRecord,
  expected: RecordExpectation,
): { readonly record: RunRecord; readonly snapshot: AnyMachineSnapshot } {
  assertSameDocument(loaded, expected.specHash);
  const record = isSameMachine(loaded.machine, expected.stamp) ? loaded : upgraded(loaded, expected);
  for (const timer of record.timers) {
    if (!knowsEvent(expected.machine, timer.event.type)) throw new InvariantError(`the timer ${timer.id} of the record leads nowhere`);
  }
  for (const activity of record.activities) {
    if (!Object.hasOwn(expected.activities, activity.src))
      throw new InvariantError(`no activity is called ${activity.src}, as the record wants`);
  }
  return { record, snapshot: revive(expected.machine, record.snapshot) };
}

function assertSameDocument(record: RunRecord, specHash: string): void {
  if (record.specHash === specHash) return;
  throw new UserError(
    'spec-changed',
    `run ${record.runId} was started with another version of the document`,
    'resume it with the document it was started with, or abort that run and start a new one',
  );
}

function upgraded(loaded: RunRecord, { stamp, upgrade }: RecordExpectation): RunRecord {
  const lifted = upgrade?.(loaded) ?? null;
  if (lifted !== null && isSameMachine(lifted.machine, stamp)) return lifted;
  const { id, version, shape } = loaded.machine;
  throw new UserError(
    'machine-changed',
    `run ${loaded.runId} was saved by ${id} ${version} (${shape}) and does not fit ${stamp.id} ${stamp.version} (${stamp.shape})`,
    `finish it with the version that started it (${version}), or abort it and start a new run`,
  );
}

function isSameMachine(one: MachineStamp, other: MachineStamp): boolean {
  return one.id === other.id && one.version === other.version && one.shape === other.shape;
}

function knowsEvent(machine: AnyStateMachine, type: string): boolean {
  return (machine.events as readonly string[]).includes(type);
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
