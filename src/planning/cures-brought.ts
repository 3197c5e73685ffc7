import type { Cause, Cure } from '../core/model/diagnosis.ts';
import { curesFor } from '../diagnosis/cures.ts';
import { VETO_FROM } from './step-decisions.ts';
import type { PlanScope } from './step-decisions.ts';

/**
 * The cause that most of the harm comes from, surely enough to speak against a step; null: none is. Of a step for one `service` it speaks
 * where that fails by it: a service that fails surely more than the cause can explain is left to its own cure, and all others are not.
 */
export function agreedCause(scope: PlanScope, service: string | null = null): Cause | null {
  return causeFrom(VETO_FROM, scope, service);
}

/** Likelier than not, and most of the harm comes from it: no veto yet, and no permission for what cannot cure it. */
export function likelyCause(scope: PlanScope, service: string | null = null): Cause | null {
  return causeFrom(LIKELY_FROM, scope, service);
}

function causeFrom(least: number, { diagnosis }: PlanScope, service: string | null): Cause | null {
  const isOf = ({ notOf, share }: Cause): boolean => (notOf === undefined || service === null ? share >= 0.5 : !notOf.includes(service));
  return diagnosis.causes.find((cause) => cause.confidence >= least && isOf(cause)) ?? null;
}

/** Likelier than not. */
export const LIKELY_FROM = 0.5;

/** Whether a step that brings these cures brings none of this cause’s; a cause whose cure is not known speaks against nothing. */
export function isBeyond(cause: Cause, brought: readonly Cure[]): boolean {
  const cures = curesFor(cause);
  return cures.length > 0 && !cures.some((cure) => brought.includes(cure));
}

/** The agreed cause that a step with these cures cannot mend: nobody is asked about such a step. null: none is known. */
export function curedOtherwise(scope: PlanScope, brought: readonly Cure[]): Cause | null {
  const cause = agreedCause(scope);
  return cause !== null && isBeyond(cause, brought) ? cause : null;
}
