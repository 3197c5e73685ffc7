import { nextGeneration } from '../../core/service/generation.ts';
import type { ActivityContext, Awaited, ChangeStarted, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { ConflictError, TransientError } from '../../core/errors.ts';
import type { Mutation } from '../../core/model/mutation.ts';
import type { ServiceBounds, ServiceState } from '../../core/model/observation.ts';
import { isBoundedBy } from '../../core/service/bounds.ts';
import { changeKey, fencedWrite, requireUnchanged, serviceToWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

/**
 * Bounds the instances of a service as the plan says, under the etag of the read right before; its revisions and its traffic stay.
 * Found in force where an earlier try may have been sent (a crash, a lost answer), it is counted as ours.
 */
export async function boundInstances(
  options: ActivityOptions,
  input: StepInput,
  { signal, repeated }: ActivityContext,
): Promise<ChangeStarted> {
  const { step, change, writing } = stepOf(input, 'bounds');
  const { from, to } = writing.bounds(step.change);
  const state = await options.cloud.run.getService(serviceToWrite(change), { signal });
  const check = writing.check(step.change, state);
  const ours = repeated || input.maybeSent;
  requireUnchanged(input.expected, state, ours && check.kind === 'already');
  if (check.kind === 'busy') throw new TransientError('busy', check.why);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  if (check.kind === 'already')
    return started(options, input, state, {
      from: ours ? from : to,
      outcome: ours ? 'applied' : 'already',
      operation: null,
      generation: state.generation,
    });
  const { operation } = await fencedWrite(
    options,
    input,
    (lastCheck): Promise<{ readonly operation: string | null }> =>
      options.cloud.run.setBounds(state.name, state.etag, { bounds: to, traffic: null }, { signal, lastCheck }),
    () => readBack(options, state.name, to, signal),
  );
  // Ours raises the generation by one; what is further than that is not ours.
  return started(options, input, state, { from, outcome: 'applied', operation, generation: nextGeneration(state.generation) });
}

async function readBack(
  { cloud }: ActivityOptions,
  service: string,
  to: ServiceBounds,
  signal: AbortSignal,
): Promise<{ readonly operation: null } | null> {
  return isBoundedBy(await cloud.run.getService(service, { signal }), to) ? { operation: null } : null;
}

interface Made {
  readonly from: ServiceBounds;
  readonly outcome: Mutation['outcome'];
  readonly operation: string | null;
  readonly generation: string;
}

function started(
  options: ActivityOptions,
  input: StepInput,
  found: ServiceState,
  { from, outcome, operation, generation }: Made,
): ChangeStarted {
  const { step, writing } = stepOf(input, 'bounds');
  const { id, title, class: stepClass, rollback } = step;
  const { to } = writing.bounds(step.change);
  const { name: service, traffic } = found;
  return {
    operation,
    mutation: {
      key: changeKey(options, input),
      stepId: id,
      title,
      class: stepClass,
      at: options.clock.now(),
      outcome,
      before: { kind: 'traffic', service, traffic, generation: found.generation, bounds: from },
      after: { kind: 'traffic', service, traffic, generation, bounds: to },
      operation,
      undo: rollback,
    },
  };
}

/** Waits until the service is settled with the bounds. Throws `ConflictError` FOREIGN when somebody else changes it meanwhile. */
export async function awaitBounds(
  options: ActivityOptions,
  input: StepInput & Awaited,
  { signal }: ActivityContext,
): Promise<OperationEnd> {
  const { step, change, writing } = stepOf(input, 'bounds');
  const service = serviceToWrite(change);
  const { to } = writing.bounds(step.change);
  const state = await poll(options.clock, input.deadlineAt, signal, async () => {
    const now = await options.cloud.run.getService(service, { signal });
    requireUnchanged(input.expected, now, false);
    return !now.reconciling && isBoundedBy(now, to) ? now : null;
  });
  if (state !== null) return { ok: true, reason: null, message: null, revision: null, generation: state.generation };
  const message = `the bounds of ${service} were not in force by the deadline`;
  return { ok: false, reason: 'overdue', message, revision: null, generation: null };
}
