import type { AnyStateNode } from 'xstate';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { isTheirs } from '../../machines/incident/drift.ts';
import { allLeft } from '../../machines/incident/steps.ts';
import { planWords, theirsWords } from '../../machines/incident/words.ts';
import type { PlanStep } from '../core/model/plan.ts';
import type { Asked, AskedStep } from '../ports/store.ts';

/** A state that asks something of a human, of which and with what consequence. */
interface Asking {
  readonly about: NonNullable<Asked['about']>;
  readonly question: (context: IncidentContext) => string | null;
  readonly evidence?: (context: IncidentContext) => readonly string[];
  /** What the chart does at the deadline, in words of the person who is asked. */
  readonly otherwise: string;
}

/** The first that asks is shown: a change by somebody else must be decided before anything that is planned on it. */
const ASKING: Readonly<Record<string, Asking>> = {
  held: {
    about: 'change',
    question: changeWords,
    otherwise: 'the run is aborted: nothing more is changed and nothing is put back',
  },
  awaitingOperator: {
    about: 'question',
    question: ({ question }) => question?.text ?? null,
    evidence: ({ question }) => (question?.evidence ?? []).map(({ text, source }) => `${text} (${source})`),
    otherwise: 'it is handed to people with all evidence, and to Google Cloud Support where Google can mend it: nothing more is changed',
  },
  awaitingApproval: {
    about: 'plan',
    question: (context) => `${planWords(context)}${theirsWords(context)} Apply it?`,
    otherwise:
      'it is handed to people with all evidence: nothing more is changed, and Google Cloud Support is called when the window passes without improvement',
  },
};

/** The question that waits for a human now, or null. `deadlineOf` answers when the wait in a state ends, as an instant (RFC 3339). */
export function askedOf(
  context: IncidentContext,
  nodes: readonly AnyStateNode[],
  deadlineOf: (node: AnyStateNode) => string | null,
): Asked | null {
  for (const [key, { about, question, evidence, otherwise }] of Object.entries(ASKING)) {
    const place = nodes.find((node) => node.type === 'atomic' && node.key === key);
    const words = place === undefined ? null : question(context);
    if (place === undefined || words === null) continue;
    return {
      question: words,
      about,
      plan: context.plan?.hash ?? null,
      ...(about === 'plan' ? { steps: stepsToDo(context).map((step) => askedStep(context, step)) } : {}),
      ...(evidence === undefined ? {} : { evidence: evidence(context) }),
      until: deadlineOf(place),
      otherwise,
    };
  }
  return null;
}

/** Who held it first may not be who changed something since. */
function changeWords({ held, look }: IncidentContext): string | null {
  if (held?.change == null) return null;
  const actor = look?.foreignChange?.actor ?? null;
  const by = actor === null || held.reason.includes(actor) ? '' : ` (by ${actor})`;
  return `${held.reason}${by}: adopt, resume or abort?`;
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
