import type { PlanStep } from '../../../src/core/model/plan.ts';
import type { Look, PlannedBefore } from '../activities.ts';
import type { IncidentContext, Standing } from '../context.ts';
import { allLeft } from '../steps.ts';

/** What later looks say of the plan in hand: whether the reason of its next step still stands, and of its question. Pure. */

/** Looks in a row that must agree before a reason, or a question, counts as gone: one sample decides nothing. */
const AGREED_LOOKS = 2;
/** Five minutes at the usual tick: figures that come late have come by then. */
const PATIENT_LOOKS = 10;

export function standingsAfter(context: IncidentContext, { at, present }: Look): IncidentContext['standings'] {
  if (present === undefined) return {};
  return Object.fromEntries(
    Object.entries(present.steps).map(([id, now]): [string, Standing] => {
      const before = context.standings[id];
      return [
        id,
        before?.word === now.word && before.looks > 0
          ? { ...now, since: before.since, at, looks: before.looks + 1 }
          : { ...now, since: at, at, looks: 1 },
      ];
    }),
  );
}

/** No look of before counts towards an agreement any more; what the newest one spoke against is not allowed by that. */
export function uncounted(standings: IncidentContext['standings']): IncidentContext['standings'] {
  return Object.fromEntries(Object.entries(standings).map(([id, standing]) => [id, { ...standing, looks: 0 }]));
}

/** In the order of the runbook. */
export function nextStep(context: IncidentContext): PlanStep | null {
  return allLeft(context)[0] ?? null;
}

/** The looks that began after the plan's own and after our last change was in force; older ones say nothing new. */
function newsOf({ standings, plan, changedAt }: IncidentContext, step: PlanStep): Standing | null {
  const standing = standings[step.id];
  return standing === undefined || standing.at <= changedAt || standing.at <= (plan?.observedAt ?? 0) ? null : standing;
}

function isGone(context: IncidentContext, step: PlanStep): boolean {
  const news = newsOf(context, step);
  return news !== null && (news.word === 'gone' || news.word === 'vetoed') && news.looks >= AGREED_LOOKS;
}

/** For how many looks in a row the newest ones ask for a step before `next` that the plan left out. */
function looksForEarlier(context: IncidentContext, next: PlanStep): number {
  const steps = context.plan?.steps ?? [];
  const leftOut = steps
    .slice(0, steps.indexOf(next))
    .filter(({ id, decision }) => decision !== 'apply' && !context.stepsDone.includes(id) && !Object.hasOwn(context.wishes.skipped, id));
  const asked = leftOut.map((step) => newsOf(context, step)).filter((news) => news?.word === 'needed');
  return Math.max(0, ...asked.map((news) => news?.looks ?? 0));
}

/** Looks in a row agree that the next step is not needed any more, must not be made, or that one before it is needed after all. */
export function reasonIsGone(context: IncidentContext): boolean {
  const step = nextStep(context);
  return step !== null && (isGone(context, step) || looksForEarlier(context, step) >= AGREED_LOOKS);
}

/**
 * A plan made again keeps a step on the reason of the plan before, where the look that it was made on only says once, or cannot tell, that
 * it is not needed: that look is no reason to make it.
 */
function isKeptAgainst({ standings, plan, changedAt }: IncidentContext, step: PlanStep): boolean {
  const standing = standings[step.id];
  return standing !== undefined && standing.at > changedAt && standing.at === plan?.observedAt && standing.word !== 'needed';
}

/**
 * No look since our last change, or the newest one, that of the plan itself too, does not say that the next step is needed, or asks for
 * one before it: it is not made on an old reason.
 */
export function reasonIsOpen(context: IncidentContext): boolean {
  const step = nextStep(context);
  if (step === null) return false;
  const news = newsOf(context, step);
  if (looksForEarlier(context, step) > 0 || isKeptAgainst(context, step)) return true;
  return (context.changedAt > 0 && (context.look?.at ?? 0) <= context.changedAt) || (news !== null && news.word !== 'needed');
}

/** For the next plan: what was planned, what is done, and since when which step is not needed. */
export function plannedBefore(context: IncidentContext): PlannedBefore | null {
  const { plan, stepsDone, standings } = context;
  if (plan === null) return null;
  const gone = plan.steps.filter((step) => isGone(context, step) && standings[step.id]?.word === 'gone');
  return {
    plan,
    done: stepsDone,
    gone: Object.fromEntries(gone.map(({ id }) => [id, { since: standings[id]!.since, because: standings[id]!.because }])),
  };
}

/**
 * Looks in a row whose plan asks something else than what was asked, or nothing at all. Where it asks nothing because a service is only
 * suspected, the evidence is thin for a moment (a good probe beside figures that come minutes late), and the question is not gone for that:
 * such looks do not count, up to `PATIENT_LOOKS` of them. What has failed is asked about while anything is ill: looks in which all is well
 * take that question away.
 */
export function otherQuestionAfter(
  { plan, question, otherQuestion }: IncidentContext,
  { present, gates }: Pick<Look, 'present' | 'gates'>,
): IncidentContext['otherQuestion'] {
  if (question?.id === 'failure') return isAllWell(gates) ? { id: '', looks: (otherQuestion?.looks ?? 0) + 1 } : null;
  if (present === undefined || question === null || plan?.question?.id !== question.id) return null;
  const id = present.question?.id ?? '';
  if (id === question.id) return null;
  const known = otherQuestion?.id === id ? otherQuestion : { id, looks: 0 };
  const untold = (known.untold ?? 0) + 1;
  if (id === '' && isOpen(gates) && untold <= PATIENT_LOOKS) return { ...known, untold };
  return { ...known, looks: known.looks + 1 };
}

function isAllWell(gates: Look['gates']): boolean {
  return gates['all']?.outcome === 'pass';
}

/** A service is neither ill nor well by this look. */
function isOpen(gates: Look['gates']): boolean {
  return Object.entries(gates).some(([gate, { outcome }]) => gate.startsWith('healthy:') && outcome === 'inconclusive');
}

export function questionIsGone({ otherQuestion }: IncidentContext): boolean {
  return (otherQuestion?.looks ?? 0) >= AGREED_LOOKS;
}

/** A plan that waits for a yes holds a step that is not needed any more. */
export function approvalIsGone(context: IncidentContext): boolean {
  return allLeft(context).some((step) => isGone(context, step));
}

/** What a yes was given for, by step id: the change as it was shown. */
export function approvedChanges({ plan }: IncidentContext): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (plan?.steps ?? []).filter(({ decision }) => decision === 'apply').map(({ id, change }) => [id, JSON.stringify(change)]),
  );
}

/** A plan made anew asks for no second yes to the very change that has one. */
export function isApproved({ approvedChanges: given }: IncidentContext, { id, change }: PlanStep): boolean {
  return given[id] === JSON.stringify(change);
}
