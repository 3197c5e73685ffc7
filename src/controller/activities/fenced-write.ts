import { FOREIGN, FROZEN } from '../../core/error-codes.ts';
import { nextGeneration } from '../../core/service/generation.ts';
import { changeKeyOf } from '../../core/change-key.ts';
import type { Expected, StepInput } from '../../../machines/incident/activities.ts';

import { EVIDENCE_ASKED } from '../../core/evidence-asked.ts';
import type { ChangeClass } from '../../core/evidence-asked.ts';
import { ConflictError, HumanNeededError, InvariantError, OutcomeUnknownError, TerminalError, TransientError } from '../../core/errors.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { StepChange } from '../../core/model/plan.ts';
import { contentOf } from '../../core/service/content.ts';
import { sameTraffic } from '../../planning/traffic-split.ts';
import { planHash } from '../../planning/plan-hash.ts';
import { serviceOf, STEPS, wayOf } from '../../steps/index.ts';
import { kindOf } from '../../steps/kinds.ts';
import type { Way } from '../../steps/ways.ts';
import type { StepOf, Writing } from '../../steps/writing.ts';
import type { ActivityOptions } from './options.ts';
import { frozenBy } from './preflight/policy.ts';

/** The row of the table of evidence that a write falls under. A step that the plan does not know asks for most. */
function changeClassOf({ plan, stepId, share }: StepInput & { readonly share?: number }): Exclude<ChangeClass, 'restore'> {
  const kind = plan.steps.find(({ id }) => id === stepId)?.kind;
  if (kind === undefined) return 'scale-connector';
  if (!wayOf(kind).startsRevision || share === undefined) return STEPS[kind].evidence;
  return share < 100 ? 'canary' : 'shift';
}

/** The step an activity was asked to carry out, of the way it can carry out, and what its kind knows of writing it. */
export function stepOf<Its extends Way>(input: StepInput, way: Its): StepToWrite<Its> {
  const step = input.plan.steps.find(({ id }) => id === input.stepId);
  const writing = step === undefined ? undefined : kindOf(step.kind).writing;
  if (step?.change == null || writing?.way !== way)
    throw new InvariantError(`step ${input.stepId} is no step of the plan by way of ${way}`);
  // A kind is given steps of its own alone, which the compiler cannot follow through a union.
  return { step, change: step.change, writing } as unknown as StepToWrite<Its>;
}

interface StepToWrite<Its extends Way> {
  readonly step: StepOf<never>;
  readonly change: StepChange;
  readonly writing: Extract<Writing<never>, { way: Its }>;
}

/** The change that an activity was asked to carry out, by whatever way. */
export function changeOf({ plan, stepId }: StepInput): StepChange {
  const change = plan.steps.find(({ id }) => id === stepId)?.change ?? null;
  if (change === null) throw new InvariantError(`step ${stepId} is no step of the plan`);
  return change;
}

/** The service whose traffic or revision a step changes. */
export function serviceToWrite(change: StepChange): string {
  const service = serviceOf(change);
  if (service === null) throw new InvariantError(`a ${change.kind} step changes no service`);
  return service;
}

/** The name of the step's change as it would be sent now (`changeKeyOf`). */
export function changeKey({ runId }: ActivityOptions, { stepId, plan, round = 0 }: StepInput): string {
  return changeKeyOf({ runId, stepId, planHash: plan.hash, round });
}

/** Every name under which this step's change may stand on the resource: as sent now, and as sent without an answer before. */
export function changeKeys(options: ActivityOptions, input: StepInput): readonly string[] {
  return [changeKey(options, input), ...(input.sentKeys ?? [])];
}

/**
 * The re-read part of the fence: the service is at the generation that the run knows, or one further by a write of ours
 * (`isOurs`: its content says so). Otherwise somebody else has changed it since: `ConflictError` with the code FOREIGN, and the
 * next look holds the run. What is not known cannot differ. Labels, annotations and descriptions raise the generation and change
 * nothing that a write of ours stands on: the content decides.
 */
export function requireUnchanged(expected: Expected | null | undefined, state: ServiceState, isOurs: boolean): void {
  const known = expected?.services[state.name] ?? null;
  if (known === null || state.generation === known || isSameContent(expected, state)) return;
  if (isOurs && state.generation === nextGeneration(known)) return;
  if (nextGeneration(state.generation) === known)
    throw new TransientError('behind', `the read of ${state.name} does not show our last change yet`);
  throw new ConflictError(FOREIGN, `${state.name} is at generation ${state.generation}, known is ${known}: somebody else has changed it`);
}

/** Another generation by labels and the like alone: settings and traffic are those that the run knows. Unknown is not the same. */
function isSameContent(expected: Expected | null | undefined, state: ServiceState): boolean {
  const [content, traffic] = [expected?.content?.[state.name], expected?.traffic?.[state.name]];
  return content !== undefined && traffic !== undefined && content === contentOf(state.settings) && sameTraffic(traffic, state.traffic);
}

/**
 * The fence around every write of a step (DESIGN section 7): the plan is the one that was decided, the look behind it is
 * fresh, the newest look still agrees with its reason, the budget is not spent, no freeze window is open, the lease is still ours, and nobody has held or ended the run. Asked now, and once more by the adapter
 * immediately before the send (`lastCheck`), after the reads that the write itself needs. The resource's own etag or re-read is
 * the caller's part. `readBack` decides what became of a write that may have been done (`sendOnce`).
 */
export async function fencedWrite<T>(
  options: ActivityOptions,
  input: StepInput,
  write: (lastCheck: () => Promise<void>) => Promise<T>,
  readBack: ReadBack<T>,
): Promise<T> {
  const check = async (): Promise<void> => {
    checkPlan(input);
    checkFreshness(options, input);
    checkBudget(options, input);
    checkFreeze(options, input.stepId);
    checkEvidence(options, input);
    await options.fence.assertMayChange('step');
  };
  await check();
  return sendOnce(check, write, readBack, input.maybeSent);
}

/** What became of a write that ended with `thrown`; null means that it left no trace. */
export type ReadBack<T> = (thrown: OutcomeUnknownError | ConflictError) => Promise<T | null>;

/**
 * Sends, and reads back where it may have been done all the same: the answer was lost, or it was refused as a conflict, and what
 * it met may be itself, sent by an earlier try or delivered twice on its way. Without a trace the error goes on: nothing is ever
 * resent without a look in between. `OutcomeUnknownError` where it cannot be read back either.
 */
export async function sendOnce<T>(
  check: () => Promise<void>,
  write: (lastCheck: () => Promise<void>) => Promise<T>,
  readBack: ReadBack<T>,
  maybeSentBefore: boolean,
): Promise<T> {
  let maybeSent = maybeSentBefore;
  const lastCheck = async (): Promise<void> => {
    await check();
    maybeSent = true;
  };
  try {
    return await write(lastCheck);
  } catch (thrown) {
    const inDoubt = thrown instanceof OutcomeUnknownError || (thrown instanceof ConflictError && maybeSent);
    const found = inDoubt ? await readBack(thrown).catch((unread: unknown) => stillInDoubt(unread)) : null;
    if (found === null) throw thrown;
    return found;
  }
}

/** What could not be read back may have been done: that must not be taken for a write that was never sent. */
function stillInDoubt(unread: unknown): never {
  if (!(unread instanceof TransientError || unread instanceof TerminalError)) throw unread;
  throw new OutcomeUnknownError('unread', `what became of the write could not be read: ${unread.message}`, { cause: unread });
}

function checkPlan({ plan, stepId }: StepInput): void {
  const step = plan.steps.find(({ id }) => id === stepId);
  if (planHash(plan.steps) !== plan.hash || step?.decision !== 'apply')
    throw new ConflictError('stale', `${stepId} is not part of the plan as it was decided`);
}

function checkFreshness({ clock }: ActivityOptions, input: StepInput): void {
  const { lookedAt, stepId } = input;
  if (clock.now() - lookedAt > EVIDENCE_ASKED[changeClassOf(input)].freshMs)
    throw new ConflictError('stale', `the look behind ${stepId} is too old to write on`);
}

/** The evidence again, at the instant of the write: a newer look than the plan's may say that the reason is gone. */
function checkEvidence({ fence }: ActivityOptions, { stepId }: StepInput): void {
  const why = fence.disagrees?.(stepId) ?? null;
  if (why !== null) throw new ConflictError('stale', `${stepId} has lost its reason: ${why}`);
}

function checkBudget({ spec }: ActivityOptions, { mutationsMade, stepId, budgetLifted = false }: StepInput): void {
  const { mutations } = spec.policy.budget;
  if (mutationsMade >= mutations && !budgetLifted)
    throw new HumanNeededError('budget', `the budget of ${mutations} changes is spent; ${stepId} would be one more`);
}

/** Freeze windows at the instant of a write; the code is the chart's word for waiting until the window ends. */
export function checkFreeze({ spec, clock }: Pick<ActivityOptions, 'spec' | 'clock'>, stepId: string): void {
  const window = frozenBy(spec, clock.now());
  if (window === null) return;
  const until = new Date(window.untilAt).toISOString();
  throw new HumanNeededError(FROZEN, `nothing may be changed until ${until} (${window.reason}); ${stepId} would be a change`);
}
