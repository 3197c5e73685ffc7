import type { Mutation } from '../core/model/mutation.ts';
import { serviceIn, subjectOfChange } from './subjects.ts';

/** Which later change of ours has put back an earlier one. Pure. */

/** What of a change says whether it is still there. */
export type Changed = Pick<Mutation, 'stepId' | 'before' | 'after' | 'undoes'>;

/** The id under which what was changed of a service is put back. */
export function restoreId(service: string): string {
  return `${RESTORE}${service}`;
}

const RESTORE = 'restore:';

/** Whether a change of this step id puts back, instead of being a step of the plan. */
export function isRestore(stepId: string): boolean {
  return stepId.startsWith(RESTORE);
}

/** A restore gives its service the traffic from before; one that undoes a single step leaves what the steps before it have made. */
export function putsBack(later: Changed, change: Changed): boolean {
  if (!isRestore(later.stepId) || isRestore(change.stepId) || later.after.kind !== 'traffic') return false;
  return later.after.service === serviceIn(change.after) && (later.undoes === undefined || later.undoes === change.stepId);
}

/** The changes that no later one has put back, in order: what was undone is not to be undone again. */
export function stillInForce<Change extends Changed>(changes: readonly Change[]): readonly Change[] {
  return changes.filter((change, index) => !isRestore(change.stepId) && !changes.slice(index + 1).some((later) => putsBack(later, change)));
}

/** Both say where the traffic of a service goes, or both how many instances it may have, or both are of one connector. A new revision replaces nothing by itself. */
export function supersedes(later: Pick<Changed, 'stepId' | 'after'>, earlier: Pick<Changed, 'stepId' | 'after'>): boolean {
  const [one, other] = [later.after, earlier.after];
  if (one.kind !== other.kind || subjectOfChange(later) !== subjectOfChange(earlier)) return false;
  if (one.kind === 'traffic' && other.kind === 'traffic') return (one.bounds === undefined) === (other.bounds === undefined);
  return one.kind !== 'revision';
}
