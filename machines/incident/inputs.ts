import { subjectOf } from '../../src/steps/index.ts';
import { restoreId } from '../../src/steps/put-back.ts';
import { serviceIn, serviceOfSubject, subjectOfChange } from '../../src/steps/subjects.ts';
import type { Subject } from '../../src/steps/subjects.ts';
import type { InputOf, LookInput, Replanning, RestoreInput, StepInput, OperatorOverrides } from './activities.ts';
import type { IncidentContext } from './context.ts';
import { nextStep, plannedBefore } from './health/present.ts';
import { usersIllStill } from './health/users-ill.ts';

/** What the activities are told: fixed when the decision is saved. */

export function lookInput(context: IncidentContext): LookInput {
  const { expected, servingSince, trend, restored, witnessed, revisions, trial, usersBouts } = context;
  const intended = intendedNow(context);
  const planning = planningOf(context);
  const unseen = { since: context.startedAt, sentTo: sentTo(context), wroteAt: wroteAt(context), inDoubt: inDoubt(context) };
  const usersIll = usersIllStill(context);
  const input = {
    expected,
    intended,
    servingSince,
    trend,
    restored,
    witnessed,
    revisions,
    trial,
    unseen,
    usersIll,
    ...(usersBouts === undefined ? {} : { usersBouts }),
  };
  return planning === null ? input : { ...input, planning };
}

/** Services that this run has changed, or perhaps changed. */
function sentTo(context: IncidentContext): readonly string[] {
  const asked = inDoubt(context).map(serviceOfSubject);
  return [...context.mutations.map(({ after }) => serviceIn(after)), ...asked].filter((name) => name !== null);
}

/** Subjects of what was sent and has no answer yet. */
function inDoubt({ unanswered, runId }: IncidentContext): readonly Subject[] {
  return unanswered.map((key) => subjectOf(key.slice(runId.length + 1).split('/', 1)[0] ?? ''));
}

/** When each thing was changed last by this run. */
function wroteAt({ mutations }: IncidentContext): Readonly<Record<string, number>> {
  return Object.fromEntries(mutations.filter(({ outcome }) => outcome === 'applied').map((one) => [subjectOfChange(one), one.at]));
}

/** What others have changed is not held against what this run wanted there, while it is held for that. */
function intendedNow({ intended, held }: IncidentContext): IncidentContext['intended'] {
  const theirs = held?.change?.touches ?? [];
  return Object.fromEntries(Object.entries(intended).filter(([service]) => !theirs.includes(`traffic:${service}`)));
}

/** Only while a step is left to be made or a question is open does anybody wait for what would be planned now. */
function planningOf(context: IncidentContext): Replanning | null {
  const { plan, escalation, question, changedAt } = context;
  if (plan === null || escalation !== null || (question === null && nextStep(context) === null)) return null;
  return { mutationsMade: changesMade(context), wishes: wishesOf(context), changedAt };
}

/** What the next plan is made with; what was planned before goes with it, so that what is done and what is agreed stays. */
export function planInput(context: IncidentContext): InputOf<'plan'> {
  const { diagnosis, changedAt } = context;
  const before = plannedBefore(context);
  const { planning: _planning, ...facts } = lookInput(context);
  const input = { diagnosis: diagnosis!, mutationsMade: changesMade(context), wishes: wishesOf(context), changedAt, facts };
  return before === null ? input : { ...input, before };
}

export function stepInput(context: IncidentContext): StepInput {
  const { stepId, plan, look, unanswered, expected, round, runId, wishes } = context;
  const sentKeys = unanswered.filter((key) => key.startsWith(`${runId}/${stepId}/`));
  return {
    stepId: stepId ?? '',
    plan: plan!,
    mutationsMade: changesMade(context),
    lookedAt: look?.at ?? 0,
    maybeSent: sentKeys.length > 0,
    sentKeys,
    expected,
    round,
    budgetLifted: wishes.allowed.includes('budget'),
  };
}

export function restoreInput(context: IncidentContext): RestoreInput {
  const { restoreQueue, plan, expected, unanswered, runId } = context;
  const { service = '', traffic = [], bounds, undoes } = restoreQueue[0] ?? {};
  const maybeSent = unanswered.some((key) => key.startsWith(`${runId}/${restoreId(service)}/`));
  const input = { service, traffic, ...(bounds === undefined ? {} : { bounds }), planHash: plan?.hash ?? '', expected, maybeSent };
  return undoes === undefined ? input : { ...input, undoes };
}

/** What people want of the next plan, and what the run itself has tried and undone. */
function wishesOf({ wishes, undone }: IncidentContext): OperatorOverrides {
  return { ...wishes, undone };
}

/** What counts against `policy.budget.mutations`: what was found done already costs nothing. */
function changesMade({ mutations }: IncidentContext): number {
  return mutations.filter(({ outcome }) => outcome === 'applied').length;
}
