import { SECOND, sayDuration } from '../core/duration.ts';
import { UserError } from '../core/errors.ts';
import type { Command, RunStatus } from '../ports/store.ts';
import type { VerbDeps } from './deps.ts';
import { EXIT, exitOfSignal, printable } from './exit.ts';
import { interruptible } from './interrupts.ts';
import type { CommonOptions, SelectOptions } from './options.ts';
import { printResult } from './output.ts';
import { isDriven, nowOfRun, outcomeOf, selectRun } from './select-run.ts';
import type { SelectedRun } from './select-run.ts';

export interface SteerOptions extends CommonOptions, SelectOptions {
  readonly wait?: number;
}

export interface Order {
  /** Its words; where they depend on the run (the plan that is approved), on what the run shows. */
  readonly event: Command['event'] | ((status: RunStatus | null) => Command['event']);
  /** Said before the order is left: what it will do. */
  readonly notice?: (status: RunStatus | null) => readonly string[];
  /** Why this order makes no sense in the state the run is in; null when it does. `status` null: the run has said nothing yet. */
  readonly refuse: (status: RunStatus | null) => { readonly what: string; readonly fix: string } | null;
}

type Taking = 'taken' | 'ended' | 'waiting';

const LOOK_EVERY_MS = SECOND / 4;

/**
 * Leaves an order of a human for a run, durably; the run takes it at its next look into the store, also when nobody drives it
 * now. With `wait`, exits 75 when it has not been taken by then. Refuses what the run, by its own status, cannot use: an
 * approval that lay in wait could approve what nobody has seen.
 */
export async function steer(order: Order, options: SteerOptions, deps: VerbDeps): Promise<void> {
  const run = await selectRun(options, deps);
  refuse(order, run);
  const event = typeof order.event === 'function' ? order.event(run.status) : order.event;
  const notice = order.notice?.(run.status) ?? [];
  for (const line of notice) deps.stderr.write(`firebreak: ${printable(line)}\n`);
  const command: Command = { id: deps.newId(), at: await nowOfRun(options, deps), by: deps.user, event };
  await run.store.sendCommand(command);
  const words = { stopping: 'no longer waiting; the order stays', resume: null };
  const waited = await interruptible(deps, words, (signal) => awaitTaking(run, command, options.wait ?? 0, deps, signal));
  const taking = waited.value ?? 'waiting';
  const [status, lease, now] = await Promise.all([run.store.readStatus(), run.store.readLease(), nowOfRun(options, deps)]);
  const left = { ...run, status, lease };
  const driven = isDriven(left, now);
  const result = {
    target: run.target,
    runId: runIdOf(run),
    command: { id: command.id, ...event },
    ...(notice.length === 0 ? {} : { notice }),
    taken: taking === 'taken',
    driven,
    status,
  };
  printResult(deps.stdout, options.json === true, result, [said(event.type, left, taking, driven, options.wait)]);
  if (waited.stoppedBy !== null) deps.finish(exitOfSignal(waited.stoppedBy));
  else if (taking === 'ended') deps.finish(EXIT.failed);
  else if (taking === 'waiting' && options.wait !== undefined) deps.finish(EXIT.tryAgain);
}

/** A reason in one printable line of bounded length. */
export function oneLine(text: string | undefined, otherwise: string): string {
  const line = printable(text ?? '')
    .trim()
    .slice(0, 500);
  return line === '' ? otherwise : line;
}

/** Whether one of the machine's states has this name. */
export function isIn(status: RunStatus, state: string): boolean {
  return status.states.some((path) => path.split('.').includes(state));
}

function refuse(order: Order, run: SelectedRun): void {
  const outcome = outcomeOf(run);
  if (outcome !== null)
    throw new UserError('run-ended', `the run of ${run.target} has ended: ${outcome}`, '`firebreak run` starts a new one');
  const fault = order.refuse(run.status);
  if (fault !== null) throw new UserError('order-refused', `${run.target}: ${fault.what}`, fault.fix);
}

async function awaitTaking(run: SelectedRun, command: Command, seconds: number, deps: VerbDeps, signal: AbortSignal): Promise<Taking> {
  const until = deps.clock.now() + seconds * SECOND;
  for (;;) {
    const record = await run.store.load();
    if (record?.commandsTaken.includes(command.id) === true) return 'taken';
    if (record?.ended != null) return 'ended';
    if (deps.clock.now() >= until) return 'waiting';
    await deps.clock.sleepUntil(Math.min(until, deps.clock.now() + LOOK_EVERY_MS), signal);
  }
}

function said(type: string, { target, status, record }: SelectedRun, taking: Taking, driven: boolean, wait: number | undefined): string {
  const name = `${type} for ${target}`;
  if (taking === 'taken')
    return status === null ? `${name}: taken` : `${name}: taken\nphase ${printable(status.phase)}: ${printable(status.why)}`;
  if (taking === 'ended')
    return `${name}: the run ended before it was taken (${outcomeOf({ record, status }) ?? 'see `firebreak status`'})`;
  if (!driven) return `${name}: saved. No process drives this run now; it is taken when \`firebreak run\` goes on with it`;
  if (wait === undefined) return `${name}: saved; the run takes it at its next look`;
  return `${name}: saved, but not taken within ${sayDuration(wait * SECOND)}; it stays for the run`;
}

function runIdOf(run: SelectedRun): string | null {
  return run.record?.runId ?? run.status?.runId ?? null;
}
