import type { PlanQuestion } from '../../../src/core/model/plan.ts';
import type { IncidentContext } from '../context.ts';
import { sayInstant } from './say-instant.ts';

/** Questions that the looks have withdrawn, and that come again soon: trouble that comes and goes, which is told as such. */

/** A question that was withdrawn by the looks, and is asked again soon, has been asked all the time: who is not there has not heard it. */
export function askedBefore({ unansweredFor, settings }: IncidentContext, now: number): number {
  return unansweredFor != null && now - unansweredFor.until <= settings.questionWithinMs ? unansweredFor.ms : 0;
}

/** How often questions were asked on end that nobody has answered, the one of now among them, and since when. */
export function timesAsked(context: IncidentContext, now: number): { readonly times: number; readonly firstAt: number } {
  const before = askedBefore(context, now) > 0 ? context.unansweredFor : null;
  return before == null
    ? { times: 1, firstAt: now }
    : { times: (before.times ?? 1) + 1, firstAt: before.firstAt ?? before.until - before.ms };
}

/** What is asked; of one that comes again, that it does. */
export function asked(context: IncidentContext, question: PlanQuestion, now: number): PlanQuestion {
  const { times, firstAt } = timesAsked(context, now);
  if (times < 2) return question;
  return {
    ...question,
    text: `asked ${times} times since ${sayInstant(firstAt)}, and withdrawn by the looks in between: ${question.text}`,
  };
}

/** What is asked, with the figures of the newest look where that asks the very same: who comes to it now reads how it is now. '': nothing is. */
export function askedNow({ question, plan, look }: Pick<IncidentContext, 'question' | 'plan' | 'look'>): string {
  if (question === null) return '';
  const now = look?.present?.question ?? null;
  if (look === null || now?.id !== question.id) return question.text;
  const text = plan?.question?.id === question.id ? question.text.replace(plan.question.text, () => now.text) : now.text;
  return text === question.text ? text : `as of ${sayInstant(look.at)}: ${text}`;
}
