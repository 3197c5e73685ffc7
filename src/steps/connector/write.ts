import type { OperationEnd } from '../../../machines/incident/activities.ts';
import { MINUTE } from '../../core/duration.ts';
import { ConflictError } from '../../core/errors.ts';
import type { ConnectorState } from '../../core/model/observation.ts';
import type { ConnectorConfig } from '../../core/model/plan.ts';
import { shortIn } from '../../core/region.ts';
import type { CallOptions, OperationState } from '../../ports/cloud.ts';
import type { Hand, InPlace, Requested, StepOf } from '../writing.ts';
import { failureOf } from './failure.ts';
import { checkConnector } from './check.ts';
import { sameConfig } from './limits.ts';

type ConnectorStep = StepOf<'connector'>;

/**
 * Sends the connector update once. The resource has no etag (gcp-facts 1.1), so all parts of the fence are asked right before
 * the send: the connector is read, then plan, budget, look and freeze are checked, then lease and inbox are read, and the next
 * thing that happens is the request. The gap that remains: from the answer of that last read of the store to the arrival of the
 * request at Google, a change or a takeover cannot be seen (a process stopped exactly there sends when it wakes). What it can do
 * is bounded: the write is absolute, the same for every holder of the plan, refused by Google where a bound would fall or another
 * update runs, and verified after by `inForce`.
 * Where an earlier try may have been sent (a crash, a lost answer, a conflict that may be with itself), finding it in force counts
 * it as ours; so does an operation on this connector that began since the plan was made (`isOurs`): it is not sent a second time.
 * Throws `ConflictError` `busy` or `busy-maybe-ours` (an update runs), FOREIGN (somebody else has changed it since we last knew
 * it) or `stale` (it is not what the plan was made for).
 */
async function request(hand: Hand, step: ConnectorStep): Promise<Requested> {
  const { cloud, signal, maybeSent, plannedAt } = hand;
  const found = await cloud.vpcAccess.getConnector(step.change.connector, { signal });
  const check = checkConnector(step.change, found);
  const trace = maybeSent && check.kind !== 'already' ? await operationSince(hand, step, plannedAt) : null;
  if (trace !== null && isOurs(trace, sameConfig(found, step.change.from)))
    return made(step.change.from, step.change.to, trace.name, 'applied');
  if (check.kind === 'busy') throw new ConflictError(maybeSent ? 'busy-maybe-ours' : 'busy', check.why);
  // More than we wanted is not what we sent.
  const isAsSent = maybeSent && sameConfig(found, step.change.to);
  requireKnown(hand, found, isAsSent);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  if (check.kind === 'already')
    return isAsSent ? made(step.change.from, step.change.to, null, 'applied') : made(found, found, null, 'already');
  const { operation } = await hand.fenced(
    (lastCheck) => updateUnlessBusy(hand, step, { signal, lastCheck }),
    (thrown) => findUpdate(hand, step, thrown),
  );
  return made(found, step.change.to, operation, 'applied');
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
function requireKnown({ expected, foreign }: Hand, found: ConnectorState, isOurs: boolean): void {
  const known = expected?.connectors[found.name];
  if (known === undefined || isOurs || sameConfig(known, found)) return;
  throw foreign(`${found.name} is ${configWords(found)}, known is ${configWords(known)}: somebody else has changed it`);
}

function configWords({ minInstances, maxInstances, machineType }: ConnectorConfig): string {
  return `${minInstances}–${maxInstances} × ${machineType}`;
}

/** Google's clock and ours may differ by so much. */
const CLOCKS_DIFFER = MINUTE;

/** The newest operation on the connector that began after the plan was made, running or ended: after a crash, the trace of our own write. */
async function operationSince({ cloud, signal }: Hand, { change }: ConnectorStep, plannedAt: number): Promise<OperationState | null> {
  const operations = await cloud.vpcAccess.listOperations(change.connector, { signal });
  const found = operations.find(
    ({ target, createdAt = 0 }) => target.endsWith(`/${shortIn(change.connector)}`) && createdAt >= plannedAt - CLOCKS_DIFFER,
  );
  return found ?? null;
}

async function updateUnlessBusy(
  { cloud }: Hand,
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
  { cloud, signal }: Hand,
  { change }: ConnectorStep,
  thrown: Error,
): Promise<{ readonly operation: string | null } | null> {
  const found = await cloud.vpcAccess.getConnector(change.connector, { signal });
  if (sameConfig(found, change.to) && found.lifecycle === 'READY') return { operation: null };
  if (found.lifecycle !== 'UPDATING') return null;
  throw new ConflictError('busy-maybe-ours', `${change.connector} is being changed: ${thrown.message}`, { cause: thrown });
}

function made(before: ConnectorConfig, after: ConnectorConfig, operation: string | null, outcome: Requested['outcome']): Requested {
  return {
    before: { kind: 'connector', config: configOf(before) },
    after: { kind: 'connector', config: configOf(after) },
    operation,
    outcome,
  };
}

function configOf({ minInstances, maxInstances, machineType }: ConnectorConfig): ConnectorConfig {
  return { minInstances, maxInstances, machineType };
}

/** Waits for the operation, then for the connector itself: accepted is not applied, and a done operation is read back. */
async function inForce(hand: Hand, step: ConnectorStep, awaited: Parameters<InPlace<'connector'>['inForce']>[2]): Promise<OperationEnd> {
  const operation = awaited.operation === null ? null : await operationEnd(hand, awaited.operation, awaited.deadlineAt);
  const error = operation?.error ?? null;
  const found = await hand.until(awaited.deadlineAt, async () => {
    const connector = await hand.cloud.vpcAccess.getConnector(step.change.connector, { signal: hand.signal });
    if (connector.lifecycle === 'UPDATING') return null;
    return error !== null || connector.lifecycle === 'ERROR' || isAsAsked(step, connector) ? connector : null;
  });
  // What the connector has become decides; the operation's word is its reason where it is not what was asked for.
  if (error !== null && (found === null || !isAsAsked(step, found))) return ended(false, failureOf(error), error.message);
  if (found === null) return ended(false, 'overdue', `connector ${step.change.connector} was not as asked for by the deadline`);
  if (found.lifecycle === 'ERROR') return ended(false, 'internal', `connector ${step.change.connector} is in state ERROR`);
  return ended(true, null, null);
}

function isAsAsked({ change }: ConnectorStep, connector: ConnectorState): boolean {
  return connector.lifecycle === 'READY' && checkConnector(change, connector).kind === 'already';
}

function operationEnd({ cloud, signal, until }: Hand, name: string, deadlineAt: number): Promise<OperationState | null> {
  return until(deadlineAt, async () => {
    const operation = await cloud.vpcAccess.getOperation(name, { signal });
    return operation.done ? operation : null;
  });
}

function ended(ok: boolean, reason: string | null, message: string | null): OperationEnd {
  return { ok, reason, message, revision: null, generation: null };
}

export const scaling: InPlace<'connector'> = { way: 'in-place', request, inForce };
