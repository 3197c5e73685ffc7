import type { Mutation } from '../../core/model/mutation.ts';
import type { JournalLine } from '../../ports/store.ts';
import { anyOf, CHANGES, ENDS, factsOf } from '../journal-facts.ts';
import type { MutationReport } from '../run-report.ts';

/**
 * Every change of the run in order, each with how its operation ended. The runbook has one change under way at a time, so an
 * end belongs to the newest change that has none yet. A change that was answered twice (a repetition after a crash) counts once.
 */
export function mutationsOf(lines: readonly JournalLine[]): readonly MutationReport[] {
  const changes = new Map<string, MutationReport>();
  for (const line of lines) {
    const started = anyOf(line, CHANGES);
    if (started !== null)
      changes.set(started.mutation.key, {
        ...reportOf(started.mutation, started.mutation.outcome === 'already' ? 'already' : 'pending'),
        sentAt: started.sentAt ?? null,
      });
    const restored = factsOf(line, 'restoreTraffic.done');
    if (restored !== null)
      changes.set(restored.mutation.key, {
        ...reportOf(restored.mutation, restored.mutation.outcome),
        problem: restored.note,
        sentAt: restored.sentAt ?? null,
        inForceAt: line.at,
      });
    const end = anyOf(line, ENDS);
    const open = [...changes.values()].findLast((change) => change.outcome === 'pending' || change.outcome === 'already');
    const key = [...changes].findLast(([, change]) => change === open)?.[0];
    if (end === null || open === undefined || key === undefined) continue;
    if (end.ok)
      changes.set(key, {
        ...open,
        outcome: open.outcome === 'already' ? 'already' : 'applied',
        after: withRevision(open, end.revision),
        inForceAt: line.at,
      });
    else if (open.outcome === 'pending')
      changes.set(key, {
        ...open,
        outcome: 'failed',
        inForceAt: line.at,
        problem: `${end.reason ?? 'unknown'}: ${end.message ?? 'no message'}`,
      });
  }
  return [...changes.values()];
}

/** The changes that the journal holds, and those that only the run's record remembers, in the order of their instants. */
export function filledFrom(recorded: readonly Mutation[], told: readonly MutationReport[]): readonly MutationReport[] {
  const isTold = ({ stepId, at }: Mutation): boolean => told.some((change) => change.stepId === stepId && change.at === at);
  const missing = recorded.filter((mutation) => !isTold(mutation));
  const added = missing.map((mutation) => ({
    ...reportOf(mutation, mutation.outcome === 'already' ? ('already' as const) : ('pending' as const)),
    fromRecord: true,
  }));
  return [...told, ...added].sort((one, other) => one.at - other.at);
}

/** The name of a new revision is known only once it is there. */
function withRevision(change: MutationReport, revision: string | null): MutationReport['after'] {
  return change.after.kind === 'revision' && revision !== null ? { ...change.after, revision } : change.after;
}

function reportOf(mutation: Mutation, outcome: MutationReport['outcome']): MutationReport {
  const { stepId, title, at, before, after, operation, undo, undoes } = mutation;
  const report = {
    stepId,
    title,
    class: mutation.class,
    at,
    outcome,
    before,
    after,
    operation,
    undo,
    problem: null,
    sentAt: null,
    inForceAt: null,
  };
  return undoes === undefined ? report : { ...report, undoes };
}
