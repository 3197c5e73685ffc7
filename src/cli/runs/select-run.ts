import { defined } from '../../core/defined.ts';
import { UserError } from '../../core/errors.ts';
import { rehearsalsIn } from '../../core/rehearsals.ts';
import type { Lease, RunRecord, RunStatus, RunStore } from '../../ports/store.ts';
import type { VerbDeps } from '../deps.ts';
import { EXIT } from '../process/exit.ts';
import type { SelectOptions } from '../options.ts';
import { placeIn } from '../place.ts';

export interface SelectedRun {
  readonly target: string;
  readonly store: RunStore;
  readonly record: RunRecord | null;
  readonly status: RunStatus | null;
  readonly lease: Lease | null;
}

/** The same target, whether it has a run or not: for what is said to runs to come. Named by -f, or by its whole name. */
export async function selectTarget(
  options: SelectOptions,
  deps: Pick<VerbDeps, 'readFile' | 'openStore' | 'listTargets'>,
): Promise<SelectedRun> {
  const known = await deps.listTargets(options.state, options);
  const target = await targetMeant(options, known, deps, true);
  const store = await deps.openStore(options.state, target, options);
  const [record, status, lease] = await Promise.all([store.load(), store.readStatus(), store.readLease()]);
  return { target, store, record, status, lease };
}

/**
 * The run that is meant: by --target, else by the document of -f, else the only one there is.
 * Throws `UserError` when there is none or the choice is open; then it lists what there is.
 */
export async function selectRun(
  options: SelectOptions,
  deps: Pick<VerbDeps, 'readFile' | 'openStore' | 'listTargets' | 'meant'>,
): Promise<SelectedRun> {
  const known = await deps.listTargets(options.state, options);
  if (known.length === 0) await pointToRehearsals(options, deps);
  const target = await targetMeant(options, known, deps);
  const store = await deps.openStore(options.state, target, options);
  const [record, status, lease] = await Promise.all([store.load(), store.readStatus(), store.readLease()]);
  deps.meant?.find({ ...placeIn({}, record), target: known.length > 1 && options.file === undefined ? target : undefined });
  if (record === null && status === null) throw noRun(`${target} has no run in ${options.state}`, known);
  return { target, store, record, status, lease };
}

/** The present by the clock that the run follows; `now` null: that clock cannot be asked from here, and `note` says so. */
export interface RunTime {
  readonly now: number | null;
  /** The run's clock as it is recorded: a simulator's URL, null for real time, undefined where it is not known. */
  readonly clock: string | null | undefined;
  readonly note: string | null;
}

/**
 * A run's lease and deadlines are instants of its own clock. Where that is a simulator's, it is asked; --clock is needed only where
 * the run has not recorded its own. `UserError` `clock-mismatch` when --clock is given for a run in real time, `clock-down`.
 */
export async function timeOfRun(
  options: Pick<SelectOptions, 'clock'>,
  run: Pick<SelectedRun, 'status' | 'lease'>,
  deps: Pick<VerbDeps, 'clock' | 'followClock'>,
): Promise<RunTime> {
  const { followClock } = deps;
  const clock = recordedClock(run);
  if (followClock === undefined) return { now: deps.clock.now(), clock, note: null };
  if (options.clock !== undefined) {
    if (clock === null) throw wrongClock(options.clock);
    return { now: (await followClock(options.clock)).now(), clock, note: null };
  }
  if (typeof clock !== 'string') return { now: deps.clock.now(), clock, note: null };
  const followed = await followClock(clock).catch(ignoreUserError);
  if (followed !== null) return { now: followed.now(), clock, note: `times are those of the clock at ${clock}` };
  const note = `this run follows the clock at ${clock}, which does not answer: its times cannot be compared with the present; give its clock with --clock URL`;
  return { now: null, clock, note };
}

/** Of its driver, else of its last word. */
export function recordedClock({ lease, status }: Pick<SelectedRun, 'status' | 'lease'>): string | null | undefined {
  return lease?.owner.clock === undefined ? status?.clock : lease.owner.clock;
}

function wrongClock(given: string): UserError {
  return new UserError('clock-mismatch', `this run is in real time, not in that of ${given}`, 'leave out --clock');
}

function ignoreUserError(thrown: unknown): null {
  if (thrown instanceof UserError) return null;
  throw thrown;
}

/** How the run has ended; null while it has not. */
export function outcomeOf(run: Pick<SelectedRun, 'record' | 'status'>): string | null {
  return run.record?.ended?.outcome ?? run.status?.outcome ?? null;
}

/** Whether a process holds the run at `now`, as far as its lease tells; null: without its clock that cannot be told. */
export function isDriven({ lease }: Pick<SelectedRun, 'lease'>, now: number | null): boolean | null {
  if (lease === null) return false;
  return now === null ? null : lease.expiresAt > now;
}

async function targetMeant(
  options: SelectOptions,
  known: readonly string[],
  deps: Pick<VerbDeps, 'readFile'>,
  mayBeNew = false,
): Promise<string> {
  if (options.target !== undefined && options.file !== undefined) {
    throw new UserError('usage-conflict', '--target and -f both say which run is meant', 'give one of them', { exitCode: EXIT.usage });
  }
  if (options.target !== undefined)
    return mayBeNew && isWhole(options.target) ? options.target : byName(options.target, options.state, known);
  if (options.file !== undefined) return byDocument(options.file, options.state, { known, deps, mayBeNew });
  if (known.length === 1) return defined(known[0]);
  if (known.length === 0) throw noRun(`no run is kept in ${options.state}`, known);
  throw new UserError(
    'run-ambiguous',
    [`${options.state} keeps several runs`, ...known].join('\n'),
    `say which with --target, such as --target ${defined(known[0])}`,
  );
}

function byName(wanted: string, state: string, known: readonly string[]): string {
  const matching = known.filter((target) => target === wanted || target.endsWith(`/${wanted}`));
  if (matching.length === 1) return defined(matching[0]);
  if (matching.length === 0) throw noRun(`${wanted} is not a run kept in ${state}`, known);
  throw new UserError(
    'run-ambiguous',
    [`${wanted} may be any of these runs`, ...matching].join('\n'),
    'give the whole PROJECT/REGION/NAME',
  );
}

/** PROJECT/REGION/NAME. */
function isWhole(target: string): boolean {
  return target.split('/').length === 3;
}

async function byDocument(
  file: string,
  state: string,
  { known, deps, mayBeNew }: { readonly known: readonly string[]; readonly deps: Pick<VerbDeps, 'readFile'>; readonly mayBeNew: boolean },
): Promise<string> {
  const [{ readText }, { readTarget }] = await Promise.all([import('../../spec/read.ts'), import('../../spec/read-target.ts')]);
  const target = readTarget(await readText(file, deps.readFile), file);
  if (!mayBeNew && !known.includes(target)) throw noRun(`the run of ${file} (${target}) is not kept in ${state}`, known);
  return target;
}

/** Who has only rehearsed so far is told where that lies. */
async function pointToRehearsals(options: SelectOptions, deps: Pick<VerbDeps, 'listTargets'>): Promise<void> {
  const place = rehearsalsIn(options.state);
  if (place === null || options.target !== undefined || options.file !== undefined) return;
  if ((await deps.listTargets(place, options)).length === 0) return;
  throw new UserError(
    'run-missing',
    `no run is kept in ${options.state}, only rehearsals`,
    `look at them with --state ${place}, or start a run with \`firebreak run\``,
  );
}

function noRun(what: string, known: readonly string[]): UserError {
  const fix =
    known.length === 0
      ? 'start one with `firebreak run`, or say with --state where runs are kept'
      : 'name one of these with --target, or say with --state where the other is kept';
  return new UserError('run-missing', known.length === 0 ? what : [what, 'kept there:', ...known].join('\n'), fix);
}
