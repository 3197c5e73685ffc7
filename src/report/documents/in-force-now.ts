import { isRestore, supersedes } from '../../steps/put-back.ts';
import type { MutationReport } from '../run-report.ts';

/** The changes of a run by what of them stands. Pure. */
export interface Standing {
  /** Made by the run and still as it made them, oldest first. */
  readonly inForce: readonly InForce[];
  /** Put back, replaced by others or by a later change of the run, and what put back. */
  readonly over: readonly MutationReport[];
}

export interface InForce extends MutationReport {
  /** The way back to before the run, where changes before this one have moved the same; null: its own undo is that. */
  readonly toBeforeTheRun: string | null;
}

/** What a later change of the run has replaced is not in force, though nobody has put it back. */
export function standingOf(mutations: readonly MutationReport[]): Standing {
  const made = mutations.filter(({ outcome }) => outcome === 'applied' || outcome === 'pending');
  const own = made.filter(({ stepId, since }) => !isRestore(stepId) && since === undefined);
  const replacedBy = (change: MutationReport): MutationReport | undefined =>
    own.find((later) => own.indexOf(later) > own.indexOf(change) && later.outcome === 'applied' && supersedes(later, change));
  const inForce = own.filter((change) => replacedBy(change) === undefined);
  return {
    inForce: inForce.map((change) => ({ ...change, toBeforeTheRun: wayBack(change, own) })),
    over: mutations.flatMap((change) => {
      if (isRestore(change.stepId) || change.since !== undefined) return [change];
      const later = own.includes(change) ? replacedBy(change) : undefined;
      return later === undefined ? [] : [{ ...change, since: `replaced by a later change of this run (${later.title})` }];
    }),
  };
}

function wayBack(change: MutationReport, own: readonly MutationReport[]): string | null {
  const first = own.find((earlier) => supersedes(change, earlier));
  return first === undefined || first === change || first.undo === '' || first.undo === change.undo ? null : first.undo;
}
