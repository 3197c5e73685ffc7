import { sayDuration } from '../core/duration.ts';
import type { Asked, AskedStep } from '../ports/store.ts';
import { printable } from './exit.ts';
import { sayInstant } from './output.ts';
import type { Paint } from './output.ts';

/** As many characters of a plan's hash as people are shown; an answer needs at least these (`approvesThisPlan`). */
export const HASH_SHOWN = 8;

export function shortHash(plan: string): string {
  return plan.slice(0, HASH_SHOWN);
}

/** The open question as somebody reads it who must answer: what is asked, all that a yes lets happen, who may answer and until when. */
export function questionLines(asks: Asked, place: string, now: number | null, paint: Paint): readonly string[] {
  const { question, evidence = [], steps = [] } = asks;
  return [
    paint('bold', `ASKS:    ${printable(question)}`),
    ...evidence.map((line) => `           because ${printable(line)}`),
    ...steps.flatMap((step, index) => stepLines(step, index + 1, paint)),
    ...(asks.plan === null || asks.about === 'change' ? [] : [`  plan   ${shortHash(asks.plan)}`]),
    ...answerLines(asks, place, now),
  ];
}

function stepLines(step: AskedStep, number: number, paint: Paint): readonly string[] {
  const waits = step.needsYes === null ? 'goes with the plan' : `waits for a yes: ${step.needsYes}`;
  return [
    `  ${number}. ${printable(step.title)}  [${printable(step.id)}]`,
    `       ${printable(waits)}`,
    `       why:  ${printable(step.reason)}`,
    ...step.diff.map((line) => `       ${printable(line)}`),
    step.irreversible
      ? paint('red', `       CANNOT BE UNDONE: ${printable(step.undo.replace(/^cannot be undone: /, ''))}`)
      : `       undo: ${printable(step.undo)}`,
  ];
}

function answerLines(asks: Asked, place: string, now: number | null): readonly string[] {
  const until = asks.until === null ? 'no deadline' : `until ${deadlineWords(Date.parse(asks.until), now)}`;
  return [
    `answer:  whoever may write to ${printable(place)}, ${until}: ${ways(asks).join(' · ')}`,
    `         unanswered, ${printable(asks.otherwise)}`,
  ];
}

/** `21:00:35Z (26m left)`; without the present, the instant alone. */
export function deadlineWords(at: number, now: number | null): string {
  if (now === null) return `${sayInstant(at, null)} (by the run's own clock)`;
  return `${sayInstant(at, now)} ${at > now ? `(${sayDuration(at - now)} left)` : `(overdue by ${sayDuration(now - at)})`}`;
}

/** The commands that answer it. */
export function ways({ about, plan }: Asked): readonly string[] {
  const approve = plan === null ? 'firebreak approve' : `firebreak approve --plan ${shortHash(plan)}`;
  if (about === 'change') return ['firebreak adopt', 'firebreak resume', 'firebreak abort', 'firebreak rollback'];
  if (about === 'question') return [approve, 'firebreak retry', 'firebreak skip STEP', 'firebreak approve --reject'];
  return [approve, 'firebreak approve --reject'];
}
