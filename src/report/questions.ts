import { waitsAt } from '../../machines/incident/paths.ts';
import type { Waits } from '../../machines/incident/paths.ts';
import type { JournalLine } from '../ports/store.ts';
import { unanswered } from './ending.ts';
import { actorWords, foreignChangesOf } from './changes/foreign-changes.ts';
import type { SeenChange } from './changes/foreign-changes.ts';
import { factsOf } from './journal-facts.ts';
import type { RunReport } from './run-report.ts';
import { signOffsOf } from './sign-offs.ts';

interface Question {
  readonly at: number;
  readonly text: string;
  readonly answer: string | null;
}

/** What was asked of humans and what they said; a question is open until the run leaves the state that waits for it. */
export function questionsOf(lines: readonly JournalLine[]): RunReport['questions'] {
  const questions: Question[] = [];
  const changes = foreignChangesOf(lines);
  let planText: string | null = null;
  let waiting: Waits | null = null;
  for (const [index, line] of lines.entries()) {
    const plan = factsOf(line, 'plan.done');
    if (plan !== null) planText = plan.question?.text ?? null;
    const now = waitsAt(line.states);
    if (now === waiting) continue;
    if (waiting !== null) answer(questions, line);
    if (now !== null)
      questions.push({
        at: line.at,
        text: wordsOf(
          now,
          planText,
          line,
          changes.find((change) => change.index === index),
        ),
        answer: null,
      });
    waiting = now;
  }
  return questions;
}

function answer(questions: Question[], line: JournalLine): void {
  const open = questions.at(-1);
  if (open === undefined) return;
  questions[questions.length - 1] = { ...open, answer: line.kind === 'command' ? commandWords(line) : unanswered(line.event, line.at) };
}

function wordsOf(waits: Waits, planText: string | null, line: JournalLine, change: SeenChange | undefined): string {
  if (waits === 'plan') return 'The plan holds changes that need a yes: apply it?';
  if (waits === 'hold') return line.kind === 'command' ? `Held: ${commandWords(line)}` : heldWords(change);
  return planText ?? 'The run cannot go on by itself';
}

function heldWords(seen: SeenChange | undefined): string {
  if (seen === undefined) return 'Held: resume, adopt or abort?';
  const { change } = seen;
  return `Held: ${change.subject} was changed by ${actorWords(change)} (${change.diff.join('; ')}): adopt, resume or abort?`;
}

/** `APPROVE by ann (claimed): looks right`: the store does not tell who wrote into the inbox. */
export function commandWords(line: JournalLine): string {
  const [signed] = signOffsOf([line]);
  if (signed !== undefined) return `Signed by ${signed.by} (claimed): ${signed.decision}: ${signed.note}`;
  const data = typeof line.data === 'object' && line.data !== null ? line.data : {};
  const by = 'by' in data && typeof data.by === 'string' ? ` by ${data.by} (claimed)` : '';
  const reason = 'reason' in data && typeof data.reason === 'string' && data.reason !== '' ? `: ${data.reason}` : '';
  return `${line.event}${by}${reason}`;
}
