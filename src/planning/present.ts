import type { PlannedBefore, Present, StepNow } from '../../machines/incident/activities.ts';
import type { Observation } from '../core/model/observation.ts';
import type { Plan, PlanStep } from '../core/model/plan.ts';
import { isOnService, nameIn } from '../steps/index.ts';
import type { Decided } from './step-decisions.ts';

/** The plan of one look, in short. `changedAt`: errors from before our last change are no word on what it left to do. */
export function presentOf(plan: Plan, observation: Observation, changedAt: number): Present {
  const steps = plan.steps.map((step): [string, StepNow] => [step.id, nowOf(plan, step, observation, changedAt)]);
  return {
    question: plan.question === null ? null : { id: plan.question.id, text: plan.question.text },
    steps: Object.fromEntries(steps),
  };
}

function nowOf(plan: Plan, step: PlanStep, observation: Observation, changedAt: number): StepNow {
  const { decision, reason } = step;
  if (decision === 'apply') return { word: 'needed', because: reason };
  // Waiting for more looks, or for a human, is no word on the step itself.
  if (
    plan.open?.includes(step.id) === true ||
    plan.awaits?.includes(reason) === true ||
    plan.question?.id.split(' ').includes(`${step.id}:evidence`) === true
  )
    return { word: 'unknown', because: reason };
  if (decision === 'veto') return { word: 'vetoed', because: reason };
  const before = isOnService(step.kind) ? errorsOfBefore(observation, nameIn(step.id), changedAt) : null;
  return before === null ? { word: 'gone', because: reason } : { word: 'unknown', because: before };
}

/** Users failed in a window that reaches back before our last change: whether they still do is seen when the window has moved on. */
function errorsOfBefore({ services }: Observation, name: string, changedAt: number): string | null {
  const requests = services[name]?.requests;
  if (requests?.freshness !== 'fresh' || requests.value === null || requests.value.serverErrors === 0) return null;
  const { sinceAt, serverErrors, total } = requests.value;
  return sinceAt >= changedAt
    ? null
    : `${name}: ${serverErrors} of ${total} requests failed in a window that reaches back before the last change`;
}

/**
 * A plan made again beside the one before. What is done stays as it was decided; what was to be applied stays so while its reason
 * is only unknown; it is left out when looks in a row no longer asked for it, and at once when the evidence vetoes it.
 */
export function keepDecided(decided: readonly Decided[], before: PlannedBefore | undefined): readonly Decided[] {
  if (before === undefined) return decided;
  return decided.map((each) => {
    const { step, question, awaits } = each;
    const was = before.plan.steps.find(({ id }) => id === step.id);
    if (was === undefined) return each;
    if (before.done.includes(step.id)) return { step: was, notes: [], question: null };
    if (was.notNeededSince !== undefined && step.decision === 'skip' && awaits === undefined) return { ...each, step: was };
    if (was.decision !== 'apply') return each;
    if (question !== null || awaits !== undefined) return { step: was, notes: [], question: null };
    if (step.decision !== 'skip') return each;
    const gone = before.gone[step.id];
    return gone === undefined ? { step: was, notes: [], question: null } : { ...each, step: leftOut(step, gone) };
  });
}

function leftOut(step: PlanStep, { since, because }: { readonly since: number; readonly because: string }): PlanStep {
  return { ...step, reason: `no longer needed since ${new Date(since).toISOString()}: ${because}`, notNeededSince: since };
}
