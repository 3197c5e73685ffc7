import type { MutationReport } from './run-report.ts';

/** The changes that no later change of the run has put back, in order: what was undone is not to be undone again. Pure. */
export function stillInForce(changes: readonly MutationReport[]): readonly MutationReport[] {
  return changes.filter((change, index) => {
    const later = changes.slice(index + 1).filter(({ outcome }) => outcome !== 'failed');
    return change.outcome !== 'failed' && !isRestore(change) && !later.some((next) => putsBack(next, change));
  });
}

function isRestore({ stepId }: MutationReport): boolean {
  return stepId.startsWith('restore:');
}

/** One step that was undone leaves what the steps before it have made. */
function putsBack(later: MutationReport, change: MutationReport): boolean {
  if (!isRestore(later) || later.after.kind !== 'traffic' || change.after.kind === 'connector') return false;
  return later.after.service === change.after.service && (later.undoes === undefined || later.undoes === change.stepId);
}
