import type { JournalLine } from '../../ports/store.ts';
import { PUT_BACK } from '../ending.ts';
import { actorWords, foreignChangesOf } from './foreign-changes.ts';
import type { SeenChange } from './foreign-changes.ts';
import type { MutationReport } from '../run-report.ts';
import { timeOfDay } from '../instants.ts';
import { isRestore, putsBack } from '../../steps/put-back.ts';
import { isOfService, subjectOfChange } from '../../steps/subjects.ts';

/**
 * The changes with what has become of each since: put back by the run, or replaced by somebody else. What is not in force as the run
 * made it has no way to undo it: that would undo something else. Pure.
 */
export function withStanding(changes: readonly MutationReport[], lines: readonly JournalLine[]): readonly MutationReport[] {
  const others = foreignChangesOf(lines);
  return changes.map((change, index) => {
    const since = isRestore(change.stepId) ? null : sinceThen(change, changes.slice(index + 1), others);
    const isOver = since !== null || isRestore(change.stepId) || change.outcome === 'failed' || change.outcome === 'already';
    return { ...change, undo: isOver ? '' : change.undo, ...(since === null ? {} : { since }) };
  });
}

function sinceThen(change: MutationReport, later: readonly MutationReport[], others: readonly SeenChange[]): string | null {
  if (change.outcome === 'failed') return null;
  if (later.some((next) => next.outcome !== 'failed' && putsBack(next, change))) return PUT_BACK;
  const by = others.findLast((seen) => seen.lookedAt > change.at && isAbout(seen, change));
  return by === undefined ? null : `replaced since by ${actorWords(by.change)} (seen ${timeOfDay(by.at)}), and that stands`;
}

function isAbout({ change: { subject, touches } }: SeenChange, change: MutationReport): boolean {
  if (subject !== subjectOfChange(change)) return false;
  return !isOfService(change.after) || touches === undefined || touches.includes('traffic');
}
