import { HOUR, MINUTE } from './duration.ts';

/** What a Google Cloud Support plan offers, as far as a run decides by it. The API does not tell the tier: the document does. */
export type SupportTier = 'standard' | 'enhanced' | 'premium';
export const SUPPORT_TIERS = ['standard', 'enhanced', 'premium'] as const;

export type CasePriority = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';
export const CASE_PRIORITIES = ['P0', 'P1', 'P2', 'P3', 'P4'] as const;

interface Offer {
  /** The highest priority that is taken. */
  readonly highest: CasePriority;
  /** Target of the first answer, by priority, as Google publishes it for the tier. */
  readonly answerWithinMs: Partial<Readonly<Record<CasePriority, number>>>;
  /** Technical support escalations are part of it. */
  readonly escalates: boolean;
}

const OFFERS: Readonly<Record<SupportTier, Offer>> = {
  standard: { highest: 'P2', answerWithinMs: { P2: 4 * HOUR }, escalates: false },
  enhanced: { highest: 'P1', answerWithinMs: { P1: HOUR, P2: 4 * HOUR }, escalates: true },
  premium: { highest: 'P1', answerWithinMs: { P1: 15 * MINUTE, P2: 2 * HOUR }, escalates: true },
};

/** P1 for an incident, unless the document says otherwise; never higher than the tier takes. */
export function priorityFor(tier: SupportTier | undefined, asked: CasePriority = 'P1'): CasePriority {
  if (tier === undefined) return asked;
  const { highest } = OFFERS[tier];
  return CASE_PRIORITIES.indexOf(asked) < CASE_PRIORITIES.indexOf(highest) ? highest : asked;
}

/** The next lower one; null: there is none. */
export function lowerPriority(priority: CasePriority): CasePriority | null {
  return CASE_PRIORITIES[CASE_PRIORITIES.indexOf(priority) + 1] ?? null;
}

/** How long the first answer to a case may take before the run escalates it; null: the tier or the priority gives no ground for that. */
export function escalatesAfter(tier: SupportTier, priority: CasePriority): number | null {
  const { escalates, answerWithinMs } = OFFERS[tier];
  return escalates ? (answerWithinMs[priority] ?? null) : null;
}
