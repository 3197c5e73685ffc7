import type { IncidentContext } from '../../machines/incident/context.ts';
import { DAY, sayDuration } from '../core/duration.ts';
import { isRestore } from '../steps/put-back.ts';
import type { EarlierRun, RunRecord } from '../ports/store.ts';

/** So much of the past is looked at, and kept. */
const WITHIN = DAY;
const MOST_KEPT = 30;
/** So many runs may end otherwise than recovered. */
const MOST_RUNS = 3;
/** So often may the same step be applied, however the runs ended. */
const MOST_REPEATS = 3;

/** The loop is broken: why, and the runs that it stands on, oldest first. */
export interface Broken {
  readonly why: string;
  readonly runs: readonly EarlierRun[];
}

/** The earlier runs of a target as the next one remembers them: those of its last record, and the one that the record is of. */
export function rememberRuns(ended: RunRecord): readonly EarlierRun[] {
  const runs = ended.ended === null ? (ended.history ?? []) : [...(ended.history ?? []), runOf(ended, ended.ended)];
  return runs.filter(({ endedAt }) => endedAt > ended.savedAt - 2 * WITHIN).slice(-MOST_KEPT);
}

function runOf(record: RunRecord, { at, outcome }: NonNullable<RunRecord['ended']>): EarlierRun {
  const context = (record.snapshot as { readonly context?: Partial<IncidentContext> }).context ?? {};
  const steps = (context.mutations ?? []).filter((mutation) => mutation.outcome === 'applied').map(({ stepId }) => stepId);
  const applied = [...new Set(steps)].filter((id) => !isRestore(id));
  return { runId: record.runId, startedAt: context.startedAt ?? at, endedAt: at, outcome, applied };
}

/**
 * Whether another run would go in circles (DESIGN section 8: all outcomes count, inconclusive ones too). A run that was refused
 * before it began counts for nothing. Null: it may begin. Pure.
 */
export function judgeHistory(history: readonly EarlierRun[], now: number): Broken | null {
  const recent = history.filter(({ endedAt, outcome }) => endedAt > now - WITHIN && outcome !== 'refused');
  const failed = recent.filter(({ outcome }) => outcome !== 'recovered');
  if (failed.length >= MOST_RUNS)
    return { why: `${failed.length} runs within ${sayDuration(WITHIN)} ended without recovery`, runs: failed };
  const steps = new Set(recent.flatMap(({ applied }) => applied));
  for (const step of steps) {
    const repeats = recent.filter(({ applied }) => applied.includes(step));
    if (repeats.length >= MOST_REPEATS)
      return { why: `${step} was applied ${repeats.length} times within ${sayDuration(WITHIN)}, and is needed again`, runs: repeats };
  }
  return null;
}

/** One line for each run. */
export function historyLines({ runs }: Broken): readonly string[] {
  return runs.map(
    ({ runId, endedAt, outcome, applied }) =>
      `${new Date(endedAt).toISOString()}  ${outcome.padEnd(9)}  ${runId}  applied: ${applied.join(', ') || 'nothing'}`,
  );
}
