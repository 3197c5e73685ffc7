import type { Mutation } from '../../src/core/model/mutation.ts';

/** What of a change says whether it is still there. */
type Changed = Pick<Mutation, 'stepId' | 'before' | 'after' | 'undoes'>;

/** The changes that no later change of ours has put back, in order: what was undone is not to be undone again. Pure. */
export function stillInForce<Change extends Changed>(changes: readonly Change[]): readonly Change[] {
  return changes.filter((change, index) => !isRestore(change) && !changes.slice(index + 1).some((later) => putsBack(later, change)));
}

function isRestore({ stepId }: Changed): boolean {
  return stepId.startsWith('restore:');
}

/** One step that was undone leaves what the steps before it have made. */
function putsBack(later: Changed, change: Changed): boolean {
  if (!isRestore(later) || later.after.kind !== 'traffic' || change.after.kind === 'connector') return false;
  return later.after.service === change.after.service && (later.undoes === undefined || later.undoes === change.stepId);
}
