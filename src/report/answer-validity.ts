import { createHash } from 'node:crypto';
import type { Asked } from '../ports/store.ts';
import { NOBODY } from './ending.ts';
import type { RunReport } from './run-report.ts';

/** Names an open question, so that an answer counts for no other: the plan that it is about, else what it says and until when. */
export function subjectOf({ plan, question, until, about }: Asked): string {
  if (plan !== null && about !== 'change') return plan;
  return `q${createHash('sha256')
    .update(JSON.stringify([question, until]))
    .digest('hex')
    .slice(0, 32)}`;
}

/** Of a plan its beginning, as people are shown it, is enough. */
function isAbout(asks: Asked, looked: string): boolean {
  const subject = subjectOf(asks);
  return subject === looked || (asks.plan !== null && looked.length >= SHOWN && subject === asks.plan && subject.startsWith(looked));
}

const SHOWN = 8;

/** Why an answer to the question that was looked at comes too late; null: it is asked still. Nobody's answer is no refusal. */
export function tooLate(
  asks: Asked | undefined,
  looked: string,
  { questions }: Pick<RunReport, 'questions'>,
): { readonly kind: 'expired' | 'stale'; readonly words: readonly string[] } | null {
  if (asks !== undefined && isAbout(asks, looked)) return null;
  if (asks !== undefined) {
    const what =
      asks.about === 'change' ? 'What holds the run must be decided first' : 'Something else is asked by now, made on a newer look';
    return { kind: 'stale', words: [`${what}: this answer was not taken.`, `Now: ${asks.question}`] };
  }
  const last = questions.at(-1)?.answer ?? null;
  if (last?.startsWith(NOBODY) === true)
    return { kind: 'expired', words: [`The question has expired: ${last}. This answer came after that, and was not taken.`] };
  return {
    kind: 'stale',
    words: ['Nothing is asked any more: this answer was not taken.', ...(last === null ? [] : [`The last question: ${last}`])],
  };
}

/** What the orders that answer no question would do. */
export const ORDER_EFFECTS = {
  hold: 'nothing more is written until somebody says resume. Looking goes on, and so does the time until the escalation.',
  resume: 'the run goes on: on its plan where that still fits, else on a new one.',
} as const;
