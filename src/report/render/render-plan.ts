import { sayDuration } from '../../core/duration.ts';
import type { Plan, PlanStep, StepDecision } from '../../core/model/plan.ts';
import { firstClause, instant } from '../formatting.ts';

const DECISIONS: Readonly<Record<StepDecision, string>> = { apply: 'APPLY', skip: 'skip ', veto: 'VETO ' };

/** The plan as a reader at the terminal needs it: every step with its reason; for those to be applied also diff, reach and commands. */
export function renderPlan(plan: Plan): string {
  const lines = [
    `Plan ${plan.hash.slice(0, 8)}, made ${instant(plan.madeAt)} on a look of ${instant(plan.observedAt)}`,
    '',
    ...plan.steps.flatMap((step, index) => [...stepLines(step, index + 1), '']),
    ...(plan.notes.length === 0 ? [] : ['Notes', ...plan.notes.map((note) => `  ${note}`), '']),
    ...(plan.question === null
      ? []
      : ['A human is asked', `  ${plan.question.text}`, ...plan.question.evidence.map((line) => `    ${line.text}`), '']),
    totalLine(plan),
  ];
  return `${lines.join('\n')}\n`;
}

/** Every step in a line or two: what is done, what is not and why not. */
export function planSteps({ steps, notes, question }: Plan): readonly string[] {
  return [
    ...steps.flatMap(({ decision, title, class: its, reason }, index) => [
      `${index + 1}. ${DECISIONS[decision]}  ${title}${decision === 'apply' && its === 'irreversible' ? '  CANNOT BE UNDONE' : ''}`,
      `   why: ${firstClause(reason)}`,
    ]),
    ...notes.map((note) => `Note: ${note}`),
    ...(question === null ? [] : [`A human is asked: ${question.text}`]),
  ];
}

function stepLines(step: PlanStep, number: number): readonly string[] {
  const head = [`${number}. ${DECISIONS[step.decision]}  ${step.title}  [${step.class}]`, `   why:      ${step.reason}`];
  const evidence = step.evidence.map((line) => `   evidence: ${line.text} (${line.source})`);
  if (step.decision !== 'apply') return [...head, ...evidence];
  return [
    ...head,
    ...evidence,
    ...step.diff.map((line) => `   ${line}`),
    `   reach:    ${step.blastRadius}`,
    `   takes:    about ${sayDuration(step.expectedMs)}`,
    `   undo:     ${step.rollback}`,
    ...step.commands.map((command) => `   $ ${command}`),
  ];
}

function totalLine({ steps }: Plan): string {
  const applied = steps.filter((step) => step.decision === 'apply');
  if (applied.length === 0) return 'Nothing would be changed.';
  const takes = applied.reduce((sum, step) => sum + step.expectedMs, 0);
  const oneWay = applied.filter((step) => step.class === 'irreversible').length;
  const irreversible = oneWay === 0 ? 'all of them can be undone' : `${oneWay} of them cannot be undone`;
  return `${applied.length} of ${steps.length} steps would be applied, about ${sayDuration(takes)} in all; ${irreversible}.`;
}
