import type { PlanQuestion } from '../../../src/core/model/plan.ts';
import { fact } from '../../../src/steps/index.ts';
import { shareAfter } from '../../../src/steps/shares.ts';
import type { Shares } from '../../../src/steps/shares.ts';
import type { IncidentContext } from '../context.ts';
import { currentService, currentStep } from '../steps.ts';

/** Traffic goes to the revision of a step by shares; each is judged before the next, and a human decides where it cannot be. Pure. */

interface Scope {
  readonly context: IncidentContext;
}

type Change = Partial<IncidentContext>;

/** The shares of the step in hand, one after the other. */
function currentShares(context: IncidentContext): Shares {
  const change = currentStep(context)?.change ?? null;
  return change === null ? [] : fact(change, 'shares');
}

/** What of a trial follows from the share that the step in hand has come to. */
export function judgedShare(context: IncidentContext): { readonly share: number; readonly later?: true; readonly asked?: true } {
  const { share } = context;
  const change = currentStep(context)?.change ?? null;
  const isLater = share > (currentShares(context)[0] ?? share);
  const isAsked = change !== null && 'shift' in change && change.shift !== undefined;
  return { share, ...(isLater ? { later: true as const } : {}), ...(isAsked ? { asked: true as const } : {}) };
}

export function firstShare({ context }: Scope): Change {
  return { share: shareAfter(currentShares(context), 0) };
}

export function nextShare({ context }: Scope): Change {
  return { share: shareAfter(currentShares(context), context.share) };
}

/** Nobody has called enough for it to be judged: that is neither well nor ill. */
export function rememberUncounted({ context }: Scope): Change {
  const title = currentStep(context)?.title ?? 'the step';
  return {
    failure: `${title}: whether it is well with ${context.share} % of the users is not measured: ${context.trial?.because ?? 'nothing was seen'}`,
  };
}

export const SHARE_QUESTION = 'share';

/** What a yes and a no would do stands in the words. */
export function shareQuestion({ context }: Scope): PlanQuestion {
  const next = shareAfter(currentShares(context), context.share);
  const gets = next === 100 ? 'all of the traffic' : `${next} % of the traffic`;
  return {
    id: SHARE_QUESTION,
    text: `${context.failure ?? 'a share is not measured'}. Shall it get ${gets} of ${currentService(context)} without that? Until then it keeps ${context.share} %; a retry waits on for its figures, a skip of the step puts the traffic from before back.`,
    evidence: [],
  };
}

/** What a yes lets happen, in words for whoever is asked. */
export function shareYes(context: IncidentContext): string {
  const next = shareAfter(currentShares(context), context.share);
  return `gives it ${next === 100 ? 'all' : `${next} %`} of the traffic of ${currentService(context)}, without figures of its own at ${context.share} %`;
}
