import { isEscalatedAt } from '../../machines/incident/paths.ts';
import type { JournalLine } from '../ports/store.ts';
import { checksOf, checkWords, openChecks, titleOf } from './documents/checks.ts';
import { factsOf, failureOf } from './journal-facts.ts';
import type { EscalationReport } from './run-report.ts';

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
  const closed = lines.find((line) => factsOf(line, 'closeCase.done')?.closed === true);
  return {
    at: decided.at,
    reason: reasonOf(first?.text ?? opened?.text ?? '') ?? reasonOfEvent(decided),
    failing: failingAt(lines.slice(0, lines.indexOf(decided) + 1)),
    caseName: opened?.caseName ?? null,
    escalated: opened?.escalated ?? false,
    // A repetition that found its words there is a comment as well, and so are the last words before the case was closed.
    comments: lines.filter((line) => factsOf(line, 'commentOnCase.done') !== null || factsOf(line, 'closeCase.done')?.closed === true)
      .length,
    closedAt: closed?.at ?? null,
    note: opened?.note ?? (opened === undefined && failed ? `${failed.code}: ${failed.message}` : null),
    text: opened?.text ?? newest?.text ?? '',
    keptAt: newest?.keptAt ?? null,
  };
}

/** A deadline is no cause: which checks had not passed when it came. */
function failingAt(lines: readonly JournalLine[]): readonly string[] {
  const open = openChecks(checksOf(lines));
  const said = open.slice(0, NAMED).map((check) => `${titleOf(check)}: ${checkWords(check)}`);
  return open.length <= NAMED ? said : [...said, `and ${open.length - NAMED} more`];
}

const NAMED = 3;

function reasonOf(text: string): string | null {
  return /^Reason: (.+)$/m.exec(text)?.[1] ?? null;
}

function reasonOfEvent(line: JournalLine): string | null {
  if (line.event === 'timer.IMPROVEMENT_WINDOW') return 'no improvement within the window';
  const failure = failureOf(line);
  return failure === null ? null : `${failure.code}: ${failure.message}`;
}
