import type { StepInput } from '../../../machines/incident/activities.ts';
import { MINUTE } from '../../core/duration.ts';
import { ConflictError, HumanNeededError, InvariantError, OutcomeUnknownError } from '../../core/errors.ts';
import type { PlanStep, StepChange } from '../../core/model/plan.ts';
import { planHash } from '../../planning/plan-hash.ts';
import type { ActivityOptions } from './options.ts';

/** A look older than this is no ground for a write. */
const LOOK_MAY_BE_OLD = 5 * MINUTE;

/** The step an activity was asked to carry out, of the kind it can carry out. */
export function stepOf<Kind extends StepChange['kind']>(
  input: StepInput,
  ...kinds: readonly Kind[]
): PlanStep & { readonly change: Extract<StepChange, { kind: Kind }> } {
  const step = input.plan.steps.find(({ id }) => id === input.stepId);
  const change = step?.change;
  if (step === undefined || !change || !kinds.some((kind) => kind === change.kind)) {
    throw new InvariantError(`step ${input.stepId} is not a ${kinds.join(' or ')} step of the plan`);
  }
  return { ...step, change: change as Extract<StepChange, { kind: Kind }> };
}

/**
 * Names one change of one plan: the same at every repetition, also after a crash, so that a change that was already sent is
 * recognised wherever the resource can carry the name.
 */
export function changeKey({ runId }: ActivityOptions, input: StepInput): string {
  return `${runId}/${input.stepId}/${input.plan.hash.slice(0, 8)}`;
}

/**
 * The fence around every write of a step (DESIGN section 7): the plan is the one that was decided, the look behind it is
 * fresh, the budget is not spent, and the lease is still ours, asked last, right before the send. The resource's own etag or
 * re-read is the caller's part. `readBack` decides what became of a write whose answer was lost; null means that it shows no
 * trace, and the error goes on: nothing is ever resent without a look in between.
 */
export async function fencedWrite<T>(
  options: ActivityOptions,
  input: StepInput,
  write: () => Promise<T>,
  readBack: () => Promise<T | null>,
): Promise<T> {
  checkPlan(input);
  checkFreshness(options, input);
  checkBudget(options, input);
  await options.fence.assertHeld();
  try {
    return await write();
  } catch (thrown) {
    if (!(thrown instanceof OutcomeUnknownError)) throw thrown;
    const found = await readBack();
    if (found === null) throw thrown;
    return found;
  }
}

function checkPlan({ plan, stepId }: StepInput): void {
  const step = plan.steps.find(({ id }) => id === stepId);
  if (planHash(plan.steps) !== plan.hash || step?.decision !== 'apply')
    throw new ConflictError('stale', `${stepId} is not part of the plan as it was decided`);
}

function checkFreshness({ clock }: ActivityOptions, { lookedAt, stepId }: StepInput): void {
  if (clock.now() - lookedAt > LOOK_MAY_BE_OLD) throw new ConflictError('stale', `the look behind ${stepId} is too old to write on`);
}

function checkBudget({ spec }: ActivityOptions, { mutationsMade, stepId }: StepInput): void {
  const { mutations } = spec.policy.budget;
  if (mutationsMade >= mutations)
    throw new HumanNeededError('budget', `the budget of ${mutations} changes is spent; ${stepId} would be one more`);
}
