import { isRestoringAt } from '../../../machines/incident/paths.ts';
import type { JournalLine } from '../../ports/store.ts';
import { actorWords, foreignChangesOf } from './foreign-changes.ts';
import { anyOf, CHANGES, factsOf } from '../journal-facts.ts';
import type { RunReport } from '../run-report.ts';
import { stateWords } from '../../steps/words.ts';
import { timeOfDay } from '../instants.ts';

/** What the run has moved and has not put back, where it did put traffic back: a reader must not take the one for the other. */
export function leftAsIsOf(lines: readonly JournalLine[]): RunReport['leftAsIs'] {
  const from = lines.findIndex(({ states }) => isRestoringAt(states));
  if (from < 0) return [];
  const moved = new Map<string, { readonly recorded: string; readonly at: number }>();
  for (const line of lines) {
    const back = factsOf(line, 'restoreTraffic.done')?.mutation.after;
    if (back?.kind === 'traffic') moved.delete(back.service);
    const mutation = anyOf(line, CHANGES)?.mutation;
    if (mutation?.before.kind !== 'traffic' || mutation.outcome === 'already' || moved.has(mutation.before.service)) continue;
    moved.set(mutation.before.service, { recorded: stateWords(mutation.before), at: mutation.at });
  }
  return [...moved].map(([service, { recorded, at }]) => ({ service, recorded, why: whyLeft(lines, service, at) }));
}

function whyLeft(lines: readonly JournalLine[], service: string, since: number): string {
  const change = foreignChangesOf(lines).findLast(
    ({ at, change: { subject, touches } }) =>
      at >= since && subject === `service:${service}` && (touches === undefined || touches.includes('traffic')),
  );
  if (change !== undefined) return `${actorWords(change.change)} has changed it since (${timeOfDay(change.at)}), and that stands`;
  const outcome = lines.map((line) => factsOf(line, 'run.ended')).findLast((facts) => facts !== null)?.outcome;
  if (outcome === undefined) return 'it is not put back yet';
  const isByItself = !lines.some(({ event }) => event === 'ROLLBACK');
  return outcome === 'restored' && isByItself
    ? 'it had become stable after its deploy, and is kept'
    : 'the run ended before it was put back';
}
