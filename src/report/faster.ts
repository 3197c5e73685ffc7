import { sayDuration } from '../core/duration.ts';
import type { JournalLine } from '../ports/store.ts';
import type { RunReport } from './run-report.ts';
import { timeOfDay } from './formatting.ts';
import { clocksOf } from './time-spent.ts';

const WORTH_TELLING = 60_000;

/**
 * Where the run's time could have been less, by its own times: what it waited for that somebody could have given sooner, and what it
 * tried in vain. What another order of steps would have done was not measured, and is not said. Pure.
 */
export function fasterLines({ mutations, questions, escalation }: RunReport, lines: readonly JournalLine[]): readonly string[] {
  const spent = clocksOf(lines);
  const over = (clock: Parameters<typeof spent.get>[0]): number => ((spent.get(clock) ?? 0) < WORTH_TELLING ? 0 : (spent.get(clock) ?? 0));
  const [people, away, evidence, google, proof] = (['people', 'away', 'evidence', 'google', 'proof'] as const).map(over) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const asked = questions.length === 0 ? '' : `, ${questions.length} ${questions.length === 1 ? 'question' : 'questions'} among it`;
  return [
    ...(people === 0 ? [] : [`${sayDuration(people)} went by waiting for people${asked}: an answer at once would have saved as much.`]),
    ...(away === 0 ? [] : [`${sayDuration(away)} went by while no process was running: a job that is started again at once loses less.`]),
    ...mutations.flatMap((change) => {
      const from = change.sentAt ?? change.at;
      const took = change.outcome === 'failed' && change.inForceAt !== null ? change.inForceAt - from : 0;
      return took < WORTH_TELLING
        ? []
        : [
            `${change.title} took ${sayDuration(took)} and failed (${change.problem ?? 'no reason given'}): known beforehand, that time was free.`,
          ];
    }),
    ...mutations.flatMap(({ title, at, since }) =>
      since?.startsWith('put back') === true ? [`${title}, made at ${timeOfDay(at)}, was put back later.`] : [],
    ),
    ...(google === 0 ? [] : [`${sayDuration(google)} was Google carrying out what it had accepted: nothing of the run could hasten that.`]),
    ...(evidence === 0
      ? []
      : [`${sayDuration(evidence)} went by waiting for metrics and looks to show an effect or a need; metrics come minutes late.`]),
    ...(proof === 0 ? [] : [`${sayDuration(proof)} was proof that it lasts; the document sets how long (validation.soak, stability).`]),
    ...(escalation === null || escalation.caseName === null || escalation.answers.some(({ byGoogle }) => byGoogle)
      ? []
      : ['Google Cloud Support has written nothing into the case, as far as it was read.']),
  ];
}
