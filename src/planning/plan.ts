import type { LookTestimony } from '../core/model/testimony.ts';
import type { PlannedBefore, OperatorOverrides } from '../../machines/incident/activities.ts';
import type { Diagnosis } from '../core/model/diagnosis.ts';
import type { Observation } from '../core/model/observation.ts';
import type { Plan, PlanQuestion, PlanStep } from '../core/model/plan.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { JudgeInput } from '../diagnosis/witnesses/judge-input.ts';
import { illAlone } from '../diagnosis/changes/ill-alone.ts';
import { updatingIn } from '../diagnosis/infrastructure/connectors.ts';
import { agreements } from '../diagnosis/witnesses/service-health.ts';
import { timesToKnow } from '../diagnosis/witnesses/time-to-know.ts';
import { recordOf } from '../diagnosis/changes/track-record.ts';
import { judgeGates } from '../diagnosis/verdicts.ts';
import { openApart } from './independent-steps.ts';
import { behindConnector } from './connector-contention.ts';
import { agreedFor } from './evidence-asked.ts';
import { behindFullDatabase } from './full-database.ts';
import { keepDecided } from './present.ts';
import { KINDS, nameIn, STEPS, wayOf, writesOfStep } from '../steps/index.ts';
import { kindOf } from '../steps/kinds.ts';
import { besideOtherRegions } from './other-regions.ts';
import { planHash } from './plan-hash.ts';
import { releaseFirst } from './release-first.ts';
import { calleesFirst } from './released-together.ts';
import { ofConnector } from '../steps/subjects.ts';
import { leaveOut } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';
import { scopeWithoutText, vetoUnproven } from './sources.ts';
import { isNoRemedy, noRemedyQuestion } from './no-remedy.ts';
import { troubleWords } from './trouble.ts';
import { withOverrides } from './operator-overrides.ts';

export interface PlanInput {
  readonly diagnosis: Diagnosis;
  readonly observation: Observation;
  readonly spec: RemediationSpec;
  readonly now: number;
  /** Changes that policy still allows. */
  readonly budgetLeft: number;
  /** What the looks before have said; absent: this look is the only one. */
  readonly facts?: Omit<JudgeInput, 'intended'>;
  /** What people want beside the document; absent: nothing. */
  readonly wishes?: OperatorOverrides;
  /** The plan that this one follows; absent: none does. */
  readonly before?: PlannedBefore;
  /** When the last change of ours came into force; absent: none has. */
  readonly changedAt?: number;
}

/**
 * For every step of the runbook apply, skip or veto, with the reason, the evidence and everything a reader needs to do it by
 * hand. Pure; never throws. What could not be observed is never applied: it becomes a question. The question is the first one
 * that arose; its text and its id (words apart) hold the others too.
 */
export function makePlan(input: PlanInput): Plan {
  const { diagnosis, observation, spec } = input;
  const facts: JudgeInput = { servingSince: {}, ...input.facts, intended: {} };
  const scope: PlanScope = {
    diagnosis,
    observation,
    spec,
    gates: judgeGates(observation, spec, facts),
    agreed: agreedFor((asked) => agreements(observation, spec, facts, asked)),
    revisions: facts.revisions ?? recordOf(observation),
    illAlone: illAlone(observation, facts),
    connectorCpu: input.facts?.witnessed?.filter(({ at }) => at < observation.at).map(cpuThen) ?? null,
    ...(input.facts?.witnessed === undefined ? {} : { busyUntil: busyByOthers(input.facts.witnessed, observation, input.facts.unseen) }),
    changedAt: input.changedAt ?? 0,
    leftOut: [...Object.keys(input.wishes?.skipped ?? {}), ...Object.keys(input.wishes?.undone ?? {})],
  };
  const decided = withOverrides(keepDecided(decideBySources(scope), input.before), input.wishes);
  const steps = decided.map(({ step }) => step);
  const open = openApart(
    decided.filter(({ step }) => input.before?.done.includes(step.id) !== true),
    spec,
  );
  const pressing = decided.filter((each) => !open.includes(each));
  const toDo = steps.filter(({ id }) => input.before?.done.includes(id) !== true);
  const questions = [
    ...pressing.flatMap(({ question }) => (question === null ? [] : [question])),
    ...(input.wishes?.allowed.includes('budget') === true ? [] : budgetQuestion(toDo, input.budgetLeft)),
  ];
  // What this run has tried and undone is answered by the run itself: it puts the rest back and says so.
  const hasUndone = Object.keys(input.wishes?.undone ?? {}).length > 0;
  if (questions.length === 0 && !hasUndone)
    questions.push(
      ...noRemedyQuestion(
        scope,
        decided.filter(({ step }) => toDo.includes(step)),
      ),
    );
  return {
    hash: planHash(steps),
    madeAt: input.now,
    observedAt: observation.at,
    steps,
    notes: [...new Set([...decided.flatMap(({ notes }) => notes), ...open.map(openWords), ...timesToKnow(observation, spec)])],
    question: combined(questions, troubleWords(scope)),
    ...awaited(pressing),
    ...(open.length === 0 ? {} : { open: open.map(({ step }) => step.id) }),
  };
}

function cpuThen({ connectors, connectorCpu }: LookTestimony): (connector: string) => number | null {
  return (connector) => (connectors === undefined ? connectorCpu : connectors[connector]) ?? null;
}

/** Until when somebody else's update was seen under way on each connector; what this run has sent, or may have, is none of theirs. */
function busyByOthers(
  before: readonly LookTestimony[],
  observation: Observation,
  { inDoubt = [], wroteAt = {} }: NonNullable<JudgeInput['unseen']> = NOTHING_SENT,
): Readonly<Record<string, number>> {
  const isOurs = (name: string): boolean => inDoubt.includes(ofConnector(name)) || Object.hasOwn(wroteAt, ofConnector(name));
  const looks = [...before, { at: observation.at, updating: updatingIn(observation) }];
  return Object.fromEntries(
    looks.flatMap(({ at, updating = [] }) => updating.filter((name) => !isOurs(name)).map((name) => [name, at] as const)),
  );
}

const NOTHING_SENT = { since: 0, sentTo: [] };

/** As the whole look says, and nothing of it because of words alone that somebody outside may have written. */
function decideBySources(scope: PlanScope): readonly Decided[] {
  const decided = decideSteps(scope);
  if (!decided.some(({ step }) => STEPS[step.kind].twoSources && step.decision !== 'skip')) return decided;
  const bare = scopeWithoutText(scope);
  if (bare === null) return decided;
  return vetoUnproven(decided, decideSteps(bare), bare);
}

/** In the order of the runbook, and in it of the document: each kind is planned on what the kinds before it leave. */
function decideSteps(scope: PlanScope): readonly Decided[] {
  const first = decideInOrder(scope, []);
  const before = releaseFirst(scope, first);
  const all = before.length === 0 ? first : decideInOrder(scope, before);
  const spared = [...sparedIn(scope, all), ...calleesFirst(scope, all)];
  return spared.length === 0 ? all : decideInOrder(scope, [...before, ...spared]);
}

/** What can be undone, and is enough, goes before a step that it spares: that one is decided again on what is left. */
function sparedIn({ leftOut = [] }: PlanScope, all: readonly Decided[]): readonly Decided[] {
  const tried = all.filter(({ step }) => step.decision === 'apply' && !leftOut.includes(step.id));
  return all.flatMap((decided) => {
    const instead = tried.filter((one) => spares(one, decided.step));
    const isWanted = decided.step.decision === 'apply' || decided.awaits !== undefined || decided.question !== null;
    if (instead.length === 0 || !isWanted) return [];
    const names = instead.map(({ step }) => step.id).join(', ');
    const why = `${names} goes first, which can be undone; it is decided again on what that leaves`;
    return [leaveOut(decided, why)];
  });
}

function spares({ step, mayMend = [] }: Decided, other: PlanStep): boolean {
  return STEPS[step.kind].spares === other.kind || (wayOf(other.kind).startsRevision && mayMend.includes(nameIn(other.id)));
}

function decideInOrder(scope: PlanScope, spared: readonly Decided[]): readonly Decided[] {
  return KINDS.reduce<readonly Decided[]>(
    (before, kind) => [
      ...before,
      ...kindOf(kind)
        .plan(scope, before)
        .map(
          (decided) =>
            spared.find(({ step }) => step.id === decided.step.id) ??
            besideOtherRegions(scope, behindFullDatabase(scope, before, behindConnector(scope, before, decided))),
        ),
    ],
    [],
  );
}

/** Each step by the writes it takes (`writes`). */
function budgetQuestion(steps: readonly PlanStep[], budgetLeft: number): readonly PlanQuestion[] {
  const needed = steps.filter((step) => step.decision === 'apply').reduce((sum, step) => sum + writesOfStep(step), 0);
  if (needed <= budgetLeft) return [];
  return [{ id: 'budget', text: `the plan needs ${needed} changes, the budget has ${Math.max(0, budgetLeft)} left: go on?`, evidence: [] }];
}

function openWords({ step }: Decided): string {
  return `${step.title} is open, and decided when the rest is done: ${step.reason}`;
}

/** What only more looks can tell. */
function awaited(decided: readonly Decided[]): Pick<Plan, 'awaits'> {
  const missing = [...new Set(decided.flatMap(({ awaits }) => (awaits === undefined ? [] : [awaits])))];
  return missing.length === 0 ? {} : { awaits: missing.join('; ') };
}

/** What people are asked begins with what it is about: who fails, for how many users, and why. `trouble`: '' where nobody is known to. */
function combined(questions: readonly PlanQuestion[], trouble: string): PlanQuestion | null {
  const [first, ...others] = questions;
  if (first === undefined) return null;
  const asked = [first, ...others].map((question) => question.text).join(' Also: ');
  const id = questions.map((question) => question.id).join(' ');
  const text = trouble === '' || isNoRemedy(first) ? asked : `${trouble}. Asked: ${asked}`;
  return { id, text, evidence: questions.flatMap((question) => question.evidence) };
}
