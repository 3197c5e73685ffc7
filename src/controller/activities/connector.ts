import type { ActivityContext, Awaited, ChangeStarted, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { ConflictError } from '../../core/errors.ts';
import type { ConnectorConfig, PlanStep, StepChange } from '../../core/model/plan.ts';
import type { OperationState } from '../../ports/cloud.ts';
import { checkConnector } from '../../planning/check-step.ts';
import { changeKey, fencedWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

type ConnectorStep = PlanStep & { readonly change: Extract<StepChange, { kind: 'connector' }> };

/**
 * Sends the connector update once. The resource has no etag (gcp-facts 1.1): it is read immediately before, the write is
 * absolute, and `awaitConnector` verifies it after. A change that lands between that read and the send cannot be seen; bounds
 * that would fall are refused by Google itself.
 * Where an earlier try may have been sent (a crash, a lost answer), finding it in force counts it as ours.
 * Throws `ConflictError` `busy` or `busy-maybe-ours` (an update runs) or `stale` (the connector is not what the plan was made for).
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
  if (check.kind === 'busy') throw new ConflictError(maybeOurs ? 'busy-maybe-ours' : 'busy', check.why);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  if (check.kind === 'already')
    return changed(options, input, step, maybeOurs ? step.change.from : found, null, maybeOurs ? 'applied' : 'already');
  const { operation } = await fencedWrite(
    options,
    input,
    () => updateUnlessBusy(options, step, signal),
    () => findUpdate(options, step, signal),
  );
  return changed(options, input, step, found, operation, 'applied');
}

async function updateUnlessBusy(
  { cloud }: ActivityOptions,
  { change }: ConnectorStep,
  signal: AbortSignal,
): Promise<{ readonly operation: string | null }> {
  try {
    return await cloud.vpcAccess.updateConnector(change.connector, change.to, { signal });
  } catch (thrown) {
    if (!(thrown instanceof ConflictError)) throw thrown;
    throw new ConflictError('busy', `connector ${change.connector} is being changed: ${thrown.message}`, { cause: thrown });
  }
}

/** After a lost answer: is an update of this connector under way, or is it already as wanted? */
async function findUpdate(
  { cloud }: ActivityOptions,
  { change }: ConnectorStep,
  signal: AbortSignal,
): Promise<{ readonly operation: string | null } | null> {
  const found = await cloud.vpcAccess.getConnector(change.connector, { signal });
  if (checkConnector(change, found).kind === 'already') return { operation: null };
  if (found.lifecycle !== 'UPDATING') return null;
  const operations = await cloud.vpcAccess.listOperations({ signal });
  const running = operations.find(({ done, target }) => !done && target.endsWith(`/${change.connector}`));
  return running === undefined ? null : { operation: running.name };
}

function changed(
  options: ActivityOptions,
  input: StepInput,
  step: ConnectorStep,
  before: ConnectorConfig,
  operation: string | null,
  outcome: 'applied' | 'already',
): ChangeStarted {
  const { minInstances, maxInstances, machineType } = before;
  return {
    operation,
    mutation: {
      key: changeKey(options, input),
      stepId: step.id,
      title: step.title,
      class: step.class,
      at: options.clock.now(),
      outcome,
      before: { kind: 'connector', config: { minInstances, maxInstances, machineType } },
      after: { kind: 'connector', config: step.change.to },
      operation,
      undo: step.rollback,
    },
  };
}

/** Waits for the operation, then for the connector itself: accepted is not applied, and a done operation is read back. */
export async function awaitConnector(
  options: ActivityOptions,
  input: StepInput & Awaited,
  { signal }: ActivityContext,
): Promise<OperationEnd> {
  const step = stepOf(input, 'connector');
  const operation = input.operation === null ? null : await operationEnd(options, input.operation, input.deadlineAt, signal);
  if (operation?.error) return ended(false, shortageReason(operation.error), operation.error.message);
  const found = await poll(options.clock, input.deadlineAt, signal, async () => {
    const connector = await options.cloud.vpcAccess.getConnector(step.change.connector, { signal });
    if (connector.lifecycle === 'ERROR') return connector;
    return connector.lifecycle === 'READY' && checkConnector(step.change, connector).kind === 'already' ? connector : null;
  });
  if (found === null) return ended(false, 'overdue', `connector ${step.change.connector} was not as asked for by the deadline`);
  if (found.lifecycle === 'ERROR') return ended(false, 'internal', `connector ${step.change.connector} is in state ERROR`);
  return ended(true, null, null);
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
