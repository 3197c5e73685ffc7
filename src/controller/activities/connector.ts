import type { ActivityContext, Awaited, ChangeStarted, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { MINUTE } from '../../core/duration.ts';
import { FOREIGN } from '../../../machines/incident/assigns.ts';
import { ConflictError } from '../../core/errors.ts';
import type { ConnectorState } from '../../core/model/observation.ts';
import type { ConnectorConfig, PlanStep, StepChange } from '../../core/model/plan.ts';
import type { CallOptions, OperationState } from '../../ports/cloud.ts';
import { checkConnector } from '../../steps/connector/check.ts';
import { sameConfig } from '../../planning/limits.ts';
import { changeKey, fencedWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

type ConnectorStep = PlanStep & { readonly change: Extract<StepChange, { kind: 'connector' }> };

/**
 * Sends the connector update once. The resource has no etag (gcp-facts 1.1), so all parts of the fence are asked right before
 * the send: the connector is read, then plan, budget, look and freeze are checked, then lease and inbox are read, and the next
 * thing that happens is the request. The gap that remains: from the answer of that last read of the store to the arrival of the
 * request at Google, a change or a takeover cannot be seen (a process stopped exactly there sends when it wakes). What it can do
 * is bounded: the write is absolute, the same for every holder of the plan, refused by Google where a bound would fall or another
 * update runs, and verified after by `awaitConnector`.
 * Where an earlier try may have been sent (a crash, a lost answer, a conflict that may be with itself), finding it in force counts
 * it as ours; so does an operation on this connector that began since the plan was made (`isOurs`): it is not sent a second time.
 * Throws `ConflictError` `busy` or `busy-maybe-ours` (an update runs), FOREIGN (somebody else has changed it since we last knew
 * it) or `stale` (it is not what the plan was made for).
 */
export async function scaleConnector(
  options: ActivityOptions,
  input: StepInput,
  { signal, repeated }: ActivityContext,
): Promise<ChangeStarted> {
  const step = stepOf(input, 'connector');
  const found = await options.cloud.vpcAccess.getConnector(step.change.connector, { signal });
  const check = checkConnector(step.change, found);
  const maybeOurs = repeated || input.maybeSent;
  const trace = maybeOurs && check.kind !== 'already' ? await operationSince(options, step, input.plan.madeAt, signal) : null;
  if (trace !== null && isOurs(trace, sameConfig(found, step.change.from)))
    return changed(options, input, step, { before: step.change.from, after: step.change.to, operation: trace.name, outcome: 'applied' });
  if (check.kind === 'busy') throw new ConflictError(maybeOurs ? 'busy-maybe-ours' : 'busy', check.why);
  // More than we wanted is not what we sent.
  const isAsSent = maybeOurs && sameConfig(found, step.change.to);
  requireKnown(input, found, isAsSent);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  if (check.kind === 'already')
    return isAsSent
      ? changed(options, input, step, { before: step.change.from, after: step.change.to, operation: null, outcome: 'applied' })
      : changed(options, input, step, { before: found, after: found, operation: null, outcome: 'already' });
  const { operation } = await fencedWrite(
    options,
    input,
    (lastCheck) => updateUnlessBusy(options, step, { signal, lastCheck }),
    (thrown) => findUpdate(options, step, thrown, signal),
  );
  return changed(options, input, step, { before: found, after: step.change.to, operation, outcome: 'applied' });
}

/**
 * Whether an operation that began since the plan was made is taken for the trace of our own send: a failed one is, and one that
 * is over without a visible effect. One that still runs may be anybody's: its end is waited for, and what it has made of the
 * connector decides. One that made it something else was not ours.
 */
function isOurs({ done, error }: OperationState, isAsBefore: boolean): boolean {
  return done && (error !== null || isAsBefore);
}

/** The connector is as the run knows it, or it is what we wanted and may have sent. */
function requireKnown({ expected }: StepInput, found: ConnectorState, isOurs: boolean): void {
  const known = expected?.connector ?? null;
  if (known === null || isOurs || sameConfig(known, found)) return;
  throw new ConflictError(FOREIGN, `${found.name} is ${configWords(found)}, known is ${configWords(known)}: somebody else has changed it`);
}

function configWords({ minInstances, maxInstances, machineType }: ConnectorConfig): string {
  return `${minInstances}–${maxInstances} × ${machineType}`;
}

/** Google's clock and ours may differ by so much. */
const CLOCKS_DIFFER = MINUTE;

/** The newest operation on the connector that began after the plan was made, running or ended: after a crash, the trace of our own write. */
async function operationSince(
  { cloud }: ActivityOptions,
  { change }: ConnectorStep,
  plannedAt: number,
  signal: AbortSignal,
): Promise<OperationState | null> {
  const operations = await cloud.vpcAccess.listOperations({ signal });
  const found = operations.find(
    ({ target, createdAt = 0 }) => target.endsWith(`/${change.connector}`) && createdAt >= plannedAt - CLOCKS_DIFFER,
  );
  return found ?? null;
}

async function updateUnlessBusy(
  { cloud }: ActivityOptions,
  { change }: ConnectorStep,
  call: CallOptions,
): Promise<{ readonly operation: string | null }> {
  try {
    return await cloud.vpcAccess.updateConnector(change.connector, change.to, call);
  } catch (thrown) {
    if (!(thrown instanceof ConflictError)) throw thrown;
    throw new ConflictError('busy', `connector ${change.connector} is being changed: ${thrown.message}`, { cause: thrown });
  }
}

/**
 * After a lost answer, or a conflict that may be with itself: is it already as wanted? An update under way may be ours or
 * somebody else's, and only its end can tell: `busy-maybe-ours`.
 */
async function findUpdate(
  { cloud }: ActivityOptions,
  { change }: ConnectorStep,
  thrown: Error,
  signal: AbortSignal,
): Promise<{ readonly operation: string | null } | null> {
  const found = await cloud.vpcAccess.getConnector(change.connector, { signal });
  if (sameConfig(found, change.to) && found.lifecycle === 'READY') return { operation: null };
  if (found.lifecycle !== 'UPDATING') return null;
  throw new ConflictError('busy-maybe-ours', `${change.connector} is being changed: ${thrown.message}`, { cause: thrown });
}

interface Made {
  readonly before: ConnectorConfig;
  readonly after: ConnectorConfig;
  readonly operation: string | null;
  readonly outcome: 'applied' | 'already';
}

function changed(options: ActivityOptions, input: StepInput, step: ConnectorStep, made: Made): ChangeStarted {
  const { operation, outcome } = made;
  return {
    operation,
    mutation: {
      key: changeKey(options, input),
      stepId: step.id,
      title: step.title,
      class: step.class,
      at: options.clock.now(),
      outcome,
      before: { kind: 'connector', config: configOf(made.before) },
      after: { kind: 'connector', config: configOf(made.after) },
      operation,
      undo: step.rollback,
    },
  };
}

function configOf({ minInstances, maxInstances, machineType }: ConnectorConfig): ConnectorConfig {
  return { minInstances, maxInstances, machineType };
}

/** Waits for the operation, then for the connector itself: accepted is not applied, and a done operation is read back. */
export async function awaitConnector(
  options: ActivityOptions,
  input: StepInput & Awaited,
  { signal }: ActivityContext,
): Promise<OperationEnd> {
  const step = stepOf(input, 'connector');
  const operation = input.operation === null ? null : await operationEnd(options, input.operation, input.deadlineAt, signal);
  const error = operation?.error ?? null;
  const found = await poll(options.clock, input.deadlineAt, signal, async () => {
    const connector = await options.cloud.vpcAccess.getConnector(step.change.connector, { signal });
    if (connector.lifecycle === 'UPDATING') return null;
    return error !== null || connector.lifecycle === 'ERROR' || isAsAsked(step, connector) ? connector : null;
  });
  // What the connector has become decides; the operation's word is its reason where it is not what was asked for.
  if (error !== null && (found === null || !isAsAsked(step, found))) return ended(false, shortageReason(error), error.message);
  if (found === null) return ended(false, 'overdue', `connector ${step.change.connector} was not as asked for by the deadline`);
  if (found.lifecycle === 'ERROR') return ended(false, 'internal', `connector ${step.change.connector} is in state ERROR`);
  return ended(true, null, null);
}

function isAsAsked({ change }: ConnectorStep, connector: ConnectorState): boolean {
  return connector.lifecycle === 'READY' && checkConnector(change, connector).kind === 'already';
}

async function operationEnd(
  { cloud, clock }: ActivityOptions,
  name: string,
  deadlineAt: number,
  signal: AbortSignal,
): Promise<OperationState | null> {
  return poll(clock, deadlineAt, signal, async () => {
    const operation = await cloud.vpcAccess.getOperation(name, { signal });
    return operation.done ? operation : null;
  });
}

/** What a failed operation means to the runbook (gcp-facts 1.6; gRPC codes 3, 7, 8, 13). */
function shortageReason({ code, message }: { readonly code: number; readonly message: string }): string {
  if (/RESOURCE_POOL_EXHAUSTED|does not have enough resources|stock-?out/i.test(message)) return 'stockout';
  if (code === 8 || /quota/i.test(message)) return 'quota';
  if (code === 3) return 'invalid';
  return code === 7 ? 'permission' : 'internal';
}

function ended(ok: boolean, reason: string | null, message: string | null): OperationEnd {
  return { ok, reason, message, revision: null, generation: null };
}
