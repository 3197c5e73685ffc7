import type { Cause, Cure } from '../core/model/diagnosis.ts';
import { curesFor } from '../diagnosis/cures.ts';
import { VETO_FROM } from './step-decisions.ts';
import type { PlanScope } from './step-decisions.ts';

/** The cause that most of the harm comes from, surely enough to speak against a step; null: none is. */
export function agreedCause(scope: PlanScope): Cause | null {
  return scope.diagnosis.causes.find(({ confidence, share }) => confidence >= VETO_FROM && share >= 0.5) ?? null;
}

/** Likelier than not, and most of the harm comes from it: no veto yet, and no permission for what cannot cure it. */
export function likelyCause(scope: PlanScope): Cause | null {
  return scope.diagnosis.causes.find(({ confidence, share }) => confidence >= LIKELY_FROM && share >= 0.5) ?? null;
}

/** Likelier than not. */
export const LIKELY_FROM = 0.5;

/** Whether a step that brings these cures brings none of this cause’s; a cause whose cure is not known speaks against nothing. */
export function isBeyond(cause: Cause, brought: readonly Cure[]): boolean {
  const cures = curesFor(cause);
  return cures.length > 0 && !cures.some((cure) => brought.includes(cure));
}

/** What cures it, in words. */
export function sayCures(cause: Cause): string {
  return curesFor(cause).join(' or ');
}
