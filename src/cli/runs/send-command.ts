import { redact } from '../../core/outside/redact.ts';
import { SECOND, sayDuration } from '../../core/duration.ts';
import { UserError } from '../../core/errors.ts';
import type { Command, RunStatus } from '../../ports/store.ts';
import type { VerbDeps } from '../deps.ts';
import { EXIT, exitOfSignal, printable } from '../process/exit.ts';
import type { ExitCode } from '../process/exit.ts';
import { interruptible } from '../process/interrupts.ts';
import type { CommonOptions, SelectOptions } from '../options.ts';
import { printResult, sayInstant } from '../process/output.ts';
import { isDriven, outcomeOf, selectRun, timeOfRun } from './select-run.ts';
import type { SelectedRun } from './select-run.ts';
import { awaitReceipt } from './command-receipt.ts';
import type { ReceiptState } from './command-receipt.ts';

export interface SendCommandOptions extends CommonOptions, SelectOptions {
  readonly wait?: number;
}

/** Why an order makes no sense in the state that the run is in. */
export interface Refusal {
  readonly what: string;
  readonly fix: string;
}

export interface OperatorCommand {
  /** Its words; where they depend on the run (the plan that is approved), on what the run shows. */
  readonly event: Command['event'] | ((status: RunStatus | null) => Command['event']);
  /** Said before the order is left: what it will do. */
  readonly notice?: (status: RunStatus | null) => readonly string[];
  /** null: the order makes sense. `status` null: the run has said nothing yet. */
  readonly refuse: (status: RunStatus | null) => Refusal | null;
  /** Before the order is left: may ask the person, and throws when it is not to be left. */
  readonly confirm?: (run: SelectedRun, now: number | null) => Promise<void>;
}

/**
 * Leaves an order of a human for a run, durably; the run takes it at its next look into the store, also when nobody drives it
 * now. With `wait`, exits 75 when it has not been taken by then, and 2 when the run took it and refused it. Refuses what the run,
 * by its own status, cannot use: an approval that lay in wait could approve what nobody has seen.
 */
export async function sendCommand(order: OperatorCommand, options: SendCommandOptions, deps: VerbDeps): Promise<void> {
  const run = await selectRun(options, deps);
  refuse(order, run);
  const { now } = await timeOfRun(options, run, deps);
  await order.confirm?.(run, now);
  const notice = order.notice?.(run.status) ?? [];
  for (const line of notice) deps.stderr.write(`firebreak: ${printable(line)}\n`);
  const command = await leave(order, run, { id: deps.newId(), at: now ?? deps.clock.now(), by: deps.user });
  const { event } = command;
  const words = { stopping: 'no longer waiting; the order stays', resume: null };
  const waited = await interruptible(deps, words, (signal) =>
    awaitReceipt(run.store, command.id, { seconds: options.wait ?? 0, pick: deps, signal }),
  );
  const taking: ReceiptState = waited.value ?? { kind: 'waiting' };
  const [status, lease] = await Promise.all([run.store.readStatus(), run.store.readLease()]);
  const after = { ...run, status, lease };
  const driven = isDriven(after, (await timeOfRun(options, after, deps)).now);
  const result = {
    target: run.target,
    runId: runIdOf(run),
    command: { id: command.id, ...event },
    ...(notice.length === 0 ? {} : { notice }),
    taken: taking.kind === 'taken',
    ...(taking.kind === 'refused' ? { refused: taking.why } : {}),
    driven,
    status,
  };
  printResult(deps.stdout, options.json === true, result, [said(event.type, after, { taking, driven, wait: options.wait })]);
  const code = waited.stoppedBy === null ? exitOf(taking, options.wait) : exitOfSignal(waited.stoppedBy);
  if (code !== EXIT.ok) deps.finish(code);
}

function exitOf({ kind }: ReceiptState, wait: number | undefined): ExitCode {
  if (kind === 'refused') return EXIT.usage;
  if (kind === 'ended') return EXIT.failed;
  return kind === 'waiting' && wait !== undefined ? EXIT.tryAgain : EXIT.ok;
}

/** A reason in one printable line of bounded length, without what opens something: it stays in the inbox, the record and the report. */
export function oneLine(text: string | undefined, otherwise: string): string {
  const line = redact(printable(text ?? ''))
    .trim()
    .slice(0, 500);
  return line === '' ? otherwise : line;
}

/** The run says that it would not take this order as it stands; a run of a version that does not say so is asked. */
export function refuses(status: RunStatus | null, order: string): boolean {
  return status?.accepts?.includes(order) === false;
}

/** By its own condition, which every version tells. */
export function isHeld({ conditions }: RunStatus): boolean {
  return conditions.some(({ type, status }) => type === 'Held' && status === 'True');
}

/** Puts an order into the inbox of a run, durably; the same `id` again leaves nothing more. Ask `refuse` first. */
export async function leave(order: OperatorCommand, run: SelectedRun, signed: Omit<Command, 'event'>): Promise<Command> {
  const event = typeof order.event === 'function' ? order.event(run.status) : order.event;
  const command: Command = { ...signed, event };
  await run.store.sendCommand(command);
  return command;
}

/** Throws `UserError` `run-ended` or `order-refused` where the run, by what it shows of itself, cannot use the order. */
export function refuse(order: OperatorCommand, run: SelectedRun): void {
  const outcome = outcomeOf(run);
  if (outcome !== null)
    throw new UserError('run-ended', `the run of ${run.target} has ended: ${outcome}`, '`firebreak run` starts a new one');
  const fault = order.refuse(run.status);
  if (fault !== null) throw new UserError('order-refused', `${run.target}: ${fault.what}`, fault.fix);
}

/** What became of an order, in words. `wait`: seconds that it was waited for. */
export function said(
  type: string,
  run: SelectedRun,
  { taking, driven, wait }: { readonly taking: ReceiptState; readonly driven: boolean | null; readonly wait: number | undefined },
): string {
  const { target, status, record } = run;
  const name = `${type} for ${target}`;
  if (taking.kind === 'taken')
    return `${name}: ${takenWords(taking.at)}${status === null ? '' : `\nphase ${printable(status.phase)}: ${printable(status.why)}`}`;
  if (taking.kind === 'refused') return `${name}: NOT taken: ${printable(taking.why)}; \`firebreak why\` says what is asked now`;
  if (taking.kind === 'ended')
    return `${name}: the run ended before it was taken (${outcomeOf({ record, status }) ?? 'see `firebreak status`'})`;
  if (driven === null) return `${name}: saved. Whether a process drives this run cannot be told without its clock`;
  if (!driven) return `${name}: saved. No process drives this run now; it is taken when \`firebreak run\` goes on with it`;
  if (wait === undefined) return `${name}: saved; the run takes it at its next look`;
  return `${name}: saved, but not taken within ${sayDuration(wait * SECOND)}; it stays for the run`;
}

/** `taken by the run at 2025-09-16 20:31:07Z`. */
function takenWords(at: number | null): string {
  return at === null ? 'taken' : `taken by the run at ${sayInstant(at, null)}`;
}

function runIdOf(run: SelectedRun): string | null {
  return run.record?.runId ?? run.status?.runId ?? null;
}
