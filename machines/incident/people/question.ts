import type { IncidentContext } from '../context.ts';
import { SHARE_QUESTION, shareYes } from '../trial/shares.ts';

/** What an open question can be answered with. Pure. */

/** Ways on that need no yes. */
const OFFERS =
  'A yes would change nothing here. Mend what fails by hand and the run sees it by itself; `firebreak retry` looks and plans again, `firebreak hold` says that you have it, `firebreak abort` ends the run.';

/** Why a yes is not taken where it would let nothing happen. */
export const YES_TO_NOTHING = {
  refuses: 'a yes would change nothing: no step and no budget waits for one; mend what fails by hand, retry, hold or abort',
};

/**
 * What a yes to the open question lets happen: a step that is known, a larger budget, another try. null: nothing; the same would be
 * asked again.
 */
export function yesAllows(context: IncidentContext): string | null {
  const { plan, question } = context;
  if (question === null) return null;
  if (question.id === 'failure') return 'looks and plans again';
  if (question.id === SHARE_QUESTION) return shareYes(context);
  const ids = question.id.split(' ');
  const steps = (plan?.steps ?? []).filter(({ id, change }) => change !== null && ids.includes(`${id}:evidence`));
  const allowed = [...steps.map(({ title }) => title), ...(ids.includes('budget') ? ['more changes than policy.budget allows'] : [])];
  return allowed.length === 0 ? null : `allows ${allowed.join('; ')}, then looks and plans again`;
}

/** Behind the words of a question: how it can be answered. */
export function answerWords(context: IncidentContext): string {
  return yesAllows(context) === null ? OFFERS : '(approve or reject)';
}
