import type { Indicators } from '../../core/model/verdict.ts';
import type { JournalLine } from '../../ports/store.ts';
import { factsOf } from '../journal-facts.ts';
import type { MutationReport, RunReport } from '../run-report.ts';
import { FIGURES_REACH, indicatorRows, timeOfDay } from '../formatting.ts';

/**
 * What was measured around a change, in words: the look before it against the newest look whose figures lie wholly after it and
 * wholly before the next change. Where there is none, that is said. It is no claim that the change did it.
 */
export function effectOf(change: MutationReport, report: RunReport, lines: readonly JournalLine[]): string {
  if (change.outcome === 'failed') return 'none: it failed';
  if (change.outcome === 'already') return 'none: nothing was sent';
  const looks = lines.map((line) => factsOf(line, 'observe.done')).filter((look) => look !== null);
  const next = report.mutations.find(({ at, outcome }) => at > change.at && outcome !== 'already');
  const before = looks.findLast(({ at }) => at <= change.at);
  const after = looks.findLast(({ at }) => at >= change.at + FIGURES_REACH && (next === undefined || at <= next.at));
  if (before === undefined) return 'not measured: no look lies before it';
  if (after === undefined && next !== undefined)
    return `not measured by itself: the next change came at ${timeOfDay(next.at)}, before figures of this one alone were there`;
  if (after === undefined) return `not measured since ${timeOfDay(change.at)}`;
  return `${timeOfDay(before.at)} → ${timeOfDay(after.at)}: ${pairsOf(before.indicators, after.indicators, report).join('; ')}`;
}

function pairsOf(before: Indicators, after: Indicators, { verdicts }: RunReport): readonly string[] {
  const rows = indicatorRows({ indicators: { before, after, changedAt: null }, verdicts });
  return rows.map(([name, was, is]) => `${name} ${was} → ${is}`);
}
