import type { OperatorOverrides, Undone } from '../../machines/incident/activities.ts';
import type { PlanStep } from '../core/model/plan.ts';
import { fact } from '../steps/index.ts';
import { apply, leaveOut } from './step-decisions.ts';
import type { Decided } from './step-decisions.ts';

/**
 * The decisions as people want them: a step that is skipped, or lies before the one to start from, is left out with the reason;
 * a step that only waited for a human's yes is applied once it was given. A veto by evidence stands: a yes is an answer to a
 * question, not to a fact.
 */
export function withOverrides(decided: readonly Decided[], wishes: OperatorOverrides | undefined): readonly Decided[] {
  if (wishes === undefined) return decided;
  const start = wishes.from === null ? 0 : decided.findIndex(({ step }) => step.id === wishes.from?.step);
  return decided.map((each, index) => {
    const { step, notes, question: asked, mayTry } = each;
    const question = asked ?? mayTry ?? null;
    if (index < start) return leftOut(each, `started from ${wishes.from?.step} by ${wishes.from?.by}`);
    const skipped = wishes.skipped[step.id];
    if (skipped !== undefined) return leftOut(each, skipped);
    const undone = wishes.undone?.[step.id];
    if (undone !== undefined && sameForm(step.change, undone.change))
      return leftOut(each, `tried in this run and ${became(undone)}: ${undone.because}`);
    if (question !== null && wishes.allowed.includes(question.id) && canBeStated(step))
      return apply(step, `a human said yes to: ${question.text}`, step.evidence, notes);
    return each;
  });
}

function became({ neverInForce, kept }: Undone): string {
  if (neverInForce === true) return 'never in force';
  return kept === true ? 'left in force although it failed' : 'undone';
}

/** The same change, from whatever state it starts: what has failed once is not tried again in the same form. */
function sameForm(wanted: PlanStep['change'], tried: PlanStep['change']): boolean {
  if (wanted === null || tried === null) return wanted === tried;
  return wanted.kind === tried.kind && JSON.stringify(fact(wanted, 'form')) === JSON.stringify(fact(tried, 'form'));
}

function leftOut(decided: Decided, reason: string): Decided {
  return leaveOut({ ...decided, step: { ...decided.step, change: null } }, reason);
}

function canBeStated({ change }: PlanStep): boolean {
  return change !== null;
}
