import type { AnyStateNode } from 'xstate';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { isTheirs } from '../../machines/incident/others/drift.ts';
import { followedWords, holdAnswers } from '../../machines/incident/others/what-followed.ts';
import { askingStates } from '../../machines/incident/places.ts';
import type { AskingMeta } from '../../machines/incident/state-meta.ts';
import { yesAllows } from '../../machines/incident/people/question.ts';
import { allLeft } from '../../machines/incident/steps.ts';
import { planWords, theirsWords } from '../../machines/incident/people/messages.ts';
import type { PlanStep } from '../core/model/plan.ts';
import { sentence } from '../core/sentence.ts';
import type { Asked, AskedStep } from '../ports/store.ts';

type About = AskingMeta['about'];

/** What is asked, in words; null: nothing, although the run stands where it may be. */
const QUESTIONS: Readonly<Record<About, (context: IncidentContext) => string | null>> = {
  change: changeWords,
  question: ({ question }) => question?.text ?? null,
  plan: (context) => `${planWords(context)}${theirsWords(context)} Apply it?`,
};

/** The question that waits for a human now, or null. `deadlineOf` answers when the wait in a state ends, as an instant (RFC 3339). */
export function askedOf(
  context: IncidentContext,
  active: readonly AnyStateNode[],
  deadlineOf: (state: AnyStateNode) => string | null,
): Asked | null {
  for (const { state, asks } of askingStates(active)) {
    const { about, otherwise } = asks;
    const question = QUESTIONS[about](context);
    if (question === null) continue;
    return {
      question,
      about,
      plan: context.plan?.hash ?? null,
      ...(about === 'plan' ? { steps: stepsToDo(context).map((step) => askedStep(context, step)) } : {}),
      ...(about === 'question' ? { evidence: evidenceOf(context), yes: yesAllows(context) } : {}),
      until: deadlineOf(state),
      otherwise,
    };
  }
  return null;
}

function evidenceOf({ question }: IncidentContext): readonly string[] {
  return (question?.evidence ?? []).map(({ text, source }) => `${text} (${source})`);
}

/** Who held it first may not be who changed something since. */
function changeWords(context: IncidentContext): string | null {
  const { held, look } = context;
  if (held?.change == null) return null;
  const actor = look?.foreignChange?.actor ?? null;
  const by = actor === null || held.reason.includes(actor) ? '' : ` (by ${actor})`;
  const followed = followedWords(context);
  return `${held.reason}${by}${followed === '' ? '' : `; ${followed}`}: adopt, resume or abort? ${sentence(holdAnswers(context))}`;
}

/** All that a yes would let happen. */
function stepsToDo(context: IncidentContext): readonly PlanStep[] {
  return allLeft(context);
}

function askedStep({ settings, adopted }: IncidentContext, step: PlanStep): AskedStep {
  const byPolicy = settings.approve.includes(step.class);
  return {
    id: step.id,
    title: step.title,
    reason: step.reason,
    needsYes: isTheirs(step.id, Object.keys(adopted))
      ? 'a human has changed the same during this run'
      : byPolicy
        ? `policy.approve names ${step.class} changes`
        : null,
    irreversible: step.class === 'irreversible',
    diff: step.diff,
    undo: step.rollback,
  };
}
