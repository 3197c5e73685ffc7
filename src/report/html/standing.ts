import { isRestore } from '../../steps/put-back.ts';
import { serviceIn, subjectIn } from '../../steps/subjects.ts';
import type { MutationReport, RunReport } from '../run-report.ts';

/** Where a change stands now, as far as the journal tells. */
export interface Standing {
  readonly change: MutationReport;
  readonly number: number;
  /** The number of the later change of this run that took its place; null: none did. */
  readonly replacedBy: number | null;
  readonly isInForce: boolean;
}

/** The changes of the run in order. What was put back, replaced or never came into force is not in force; a share of the traffic is no more once the next is. */
export function standingsOf({ mutations }: RunReport): readonly Standing[] {
  return mutations.map((change, index) => {
    const later = mutations.findIndex((other, place) => place > index && takesPlaceOf(other, change));
    const isOver = change.since !== undefined || isRestore(change.stepId) || !['applied', 'pending'].includes(change.outcome);
    return { change, number: index + 1, replacedBy: later < 0 ? null : later + 1, isInForce: !isOver && later < 0 };
  });
}

export function inForce(report: RunReport): readonly MutationReport[] {
  return standingsOf(report).flatMap(({ change, isInForce }) => (isInForce ? [change] : []));
}

/** How it was before the first change of this run to the same: where the way back of all of them together leads. */
export function beforeTheRun({ mutations }: RunReport, change: MutationReport): MutationReport['before'] | null {
  const first = mutations.find(
    (other) => subjectIn(other.after) === subjectIn(change.after) && hasBounds(other) === hasBounds(change) && other.outcome !== 'already',
  );
  return first === undefined || first === change ? null : first.before;
}

/** A new revision takes nobody's place by itself: the traffic that it gets does. Bounds and traffic are two things. */
function takesPlaceOf(later: MutationReport, change: MutationReport): boolean {
  if (later.outcome !== 'applied' || isRestore(later.stepId)) return false;
  if (subjectIn(later.after) !== subjectIn(change.after) || hasBounds(later) !== hasBounds(change)) return false;
  if (serviceIn(change.after) === null) return true;
  return later.after.kind === 'traffic' && (change.after.kind === 'traffic' || later.stepId === change.stepId);
}

function hasBounds({ after }: MutationReport): boolean {
  return after.kind === 'traffic' && after.bounds !== undefined;
}
