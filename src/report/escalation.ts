import { defined } from '../core/defined.ts';
import { isEscalatedAt } from '../../machines/incident/paths.ts';
import type { CaseAnswer } from '../../machines/incident/people/case.ts';
import type { JournalLine } from '../ports/store.ts';
import { checksOf, checkWords, openChecks, titleOf } from './documents/checks.ts';
import { factsOf, failureOf } from './journal-facts.ts';
import type { EscalationReport } from './run-report.ts';
import { timeOfDay } from './formatting.ts';

/**
 * The escalation, from the line that decided it on; null when there was none. `reason` is the one it was decided for: what the window
 * adds hours later stands in the text of the case.
 */
export function escalationOf(lines: readonly JournalLine[]): EscalationReport | null {
  const decided = lines.find(({ states }) => isEscalatedAt(states));
  if (decided === undefined) return null;
  const opened = lines.map((line) => factsOf(line, 'openCase.done')).findLast((answer) => answer !== null);
  const failed = lines
    .filter((line) => line.event === 'openCase.failed')
    .map(failureOf)
    .at(-1);
  const prepared = lines.map((line) => factsOf(line, 'prepareCase.done')).filter((answer) => answer !== null);
  const [first, newest] = [prepared[0], prepared.at(-1)];
  const readings = lines.map((line) => factsOf(line, 'readCase.done')).filter((reading) => reading !== null);
  const closed = lines.find((line) => factsOf(line, 'closeCase.done')?.closed === true);
  return {
    at: decided.at,
    heldSince: heldSince(lines),
    reason: reasonOf(first?.text ?? opened?.text ?? '') ?? reasonOfEvent(decided),
    failing: failingAt(lines.slice(0, lines.indexOf(decided) + 1)),
    caseName: opened?.caseName ?? null,
    caseOpenedAt: lines.find((line) => factsOf(line, 'openCase.done')?.caseName != null)?.at ?? null,
    escalated: readings.at(-1)?.escalated ?? opened?.escalated ?? false,
    opened: openedWords(opened),
    seen: readings.at(-1) ?? null,
    answers: readings.flatMap(({ answers }) => answers),
    escalating: escalatingWords(lines),
    evidence: evidenceWords(lines),
    // A repetition that found its words there is a comment as well, and so are the last words before the case was closed.
    comments: lines.filter((line) => isComment(factsOf(line, 'commentOnCase.done')) || factsOf(line, 'closeCase.done')?.closed === true)
      .length,
    closedAt: closed?.at ?? null,
    note: opened?.note ?? (opened === undefined && failed ? `${failed.code}: ${failed.message}` : null),
    text: opened?.text ?? newest?.text ?? '',
    keptAt: newest?.keptAt ?? null,
  };
}

/** Since when it was handed over without a break: a human may have let the run work once more in between. */
function heldSince(lines: readonly JournalLine[]): number {
  const last = lines.findLastIndex(({ states }) => isEscalatedAt(states));
  const before = lines.slice(0, last).findLastIndex(({ states }) => !isEscalatedAt(states));
  return defined(lines[before + 1]).at;
}

/** What the case did not take is none. */
function isComment(answer: { readonly note?: string } | null): boolean {
  return answer !== null && answer.note === undefined;
}

function openedWords(opened: CaseAnswer | undefined): string | null {
  if (opened?.caseName == null || opened.readAt === undefined) return null;
  const { readAt, priority, classification, state } = opened;
  return [
    `read back at ${timeOfDay(readAt)}${state === undefined ? '' : ` as ${state}`}`,
    ...(priority == null ? [] : [priority]),
    ...(classification == null ? [] : [classification]),
  ].join(', ');
}

function escalatingWords(lines: readonly JournalLine[]): string | null {
  const asked = lines.findLast((line) => factsOf(line, 'escalateCase.done') !== null);
  const answer = asked === undefined ? null : factsOf(asked, 'escalateCase.done');
  if (asked === undefined || answer === null) return null;
  const words = answer.escalated ? `was escalated at ${timeOfDay(asked.at)}` : `was not escalated at ${timeOfDay(asked.at)}`;
  return `${words}${answer.note == null ? '' : ` (${answer.note})`}`;
}

function evidenceWords(lines: readonly JournalLine[]): string | null {
  const put = lines.map((line) => factsOf(line, 'attachEvidence.done')).findLast((answer) => answer !== null);
  if (put === undefined) return null;
  return put.as === 'nothing' ? `none (${put.note})` : put.note;
}

/** A deadline is no cause: which checks had not passed when it came. */
function failingAt(lines: readonly JournalLine[]): readonly string[] {
  const open = openChecks(checksOf(lines));
  const said = open.slice(0, NAMED).map((check) => `${titleOf(check)}: ${checkWords(check)}`);
  return open.length <= NAMED ? said : [...said, `and ${open.length - NAMED} more`];
}

const NAMED = 3;

/** `Reason`: former versions wrote it so too. */
function reasonOf(text: string): string | null {
  return /^(?:Why we call|Reason): (.+?)\.?$/m.exec(text)?.[1] ?? null;
}

function reasonOfEvent(line: JournalLine): string | null {
  if (line.event === 'timer.IMPROVEMENT_WINDOW') return 'no improvement within the window';
  const failure = failureOf(line);
  return failure === null ? null : `${failure.code}: ${failure.message}`;
}
