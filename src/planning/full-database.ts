import { budgetOfService } from '../diagnosis/infrastructure/connection-budget.ts';
import { serviceOf, STEPS, wayOf } from '../steps/index.ts';
import { agreedCause } from './cures-brought.ts';
import { veto } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';

/** From this part of what a database allows on, what others hold is what fills it: no order among the services of the document mends that. */
const MOST = 0.5;

/**
 * A new revision beside a database that others fill: its start would find no connection, and it would wait for one until somebody else gives
 * it back. That is no step of a plan, and people are asked instead. Where a step before it takes connections back from ours, it stays.
 */
export function behindFullDatabase(scope: PlanScope, before: readonly Decided[], decided: Decided): Decided {
  const { step } = decided;
  const own = step.change === null ? null : serviceOf(step.change);
  if (own === null || step.decision !== 'apply' || !wayOf(step.kind).startsRevision) return decided;
  const room = scope.gates[`room:${own}`];
  const cause = agreedCause(scope, own);
  const budget = budgetOfService(scope.observation, scope.spec, own);
  const { othersHold = null, allowance = null, instance = '' } = budget ?? {};
  if (room?.outcome !== 'fail' || cause?.kind !== 'connection-budget' || cause.subject !== instance) return decided;
  if (othersHold === null || allowance === null || othersHold < MOST * allowance || before.some(givesBack)) return decided;
  const why = `${cause.summary}; ${room.because}: it could not begin before others give theirs back`;
  return { ...veto(step, why, cause.evidence), isMeasured: true };
}

/** Fewer instances or revisions of ours hold fewer connections; what is open may yet. */
function givesBack({ step, awaits, question }: Decided): boolean {
  const { way } = STEPS[step.kind];
  return (way === 'bounds' || way === 'traffic') && (step.decision === 'apply' || awaits !== undefined || question !== null);
}
