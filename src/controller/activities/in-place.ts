import { FOREIGN } from '../../core/error-codes.ts';
import type { ActivityContext, Awaited, ChangeStarted, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { ConflictError } from '../../core/errors.ts';
import type { Hand } from '../../steps/writing.ts';
import { changeKey, fencedWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

/** Sends the update of a resource that is changed in place, as its kind does it, once. */
export async function updateInPlace(options: ActivityOptions, input: StepInput, context: ActivityContext): Promise<ChangeStarted> {
  const { step, writing } = stepOf(input, 'in-place');
  const { before, after, operation, outcome } = await writing.request(handOf(options, input, context), step);
  const mutation = { key: changeKey(options, input), stepId: step.id, title: step.title, class: step.class, at: options.clock.now() };
  return { operation, mutation: { ...mutation, outcome, before, after, operation, undo: step.rollback } };
}

/** Waits until it is as asked, or known not to become so. */
export async function awaitInPlace(options: ActivityOptions, input: StepInput & Awaited, context: ActivityContext): Promise<OperationEnd> {
  const { step, writing } = stepOf(input, 'in-place');
  return writing.inForce(handOf(options, input, context), step, input);
}

function handOf(options: ActivityOptions, input: StepInput, { signal, repeated }: ActivityContext): Hand {
  const { cloud, clock } = options;
  return {
    cloud,
    clock,
    signal,
    maybeSent: repeated || input.maybeSent,
    plannedAt: input.plan.madeAt,
    expected: input.expected ?? null,
    fenced: (write, readBack) => fencedWrite(options, input, write, readBack),
    foreign: (why) => new ConflictError(FOREIGN, why),
    until: (deadlineAt, ask) => poll(clock, deadlineAt, signal, ask),
  };
}
