import type { EscalationReport } from './run-report.ts';
import { timeOfDay } from './formatting.ts';

/** What became of the support case of a run, in sentences: whether one is open is told as of when it was read last. Pure. */
export function caseLines(found: EscalationReport): readonly string[] {
  const { caseName, note, seen, closedAt } = found;
  const kept = found.keptAt === null ? '' : ` Its text is kept at ${found.keptAt}.`;
  if (caseName === null) return [`No support case is open${note === null ? '' : ` (${note})`}.${kept}`];
  const comments = `${found.comments} ${found.comments === 1 ? 'comment' : 'comments'} by this run`;
  const evidence = found.evidence === null ? '' : `, evidence on it: ${found.evidence}`;
  const opened = [found.opened, note].filter((part) => part !== null && part !== '').join('; ');
  return [
    `Support case ${caseName}${opened === '' ? '' : ` (${opened})`}: ${comments}${evidence}.${kept}`,
    ...(found.escalating === null ? [] : [`It ${found.escalating}.`]),
    ...(seen === null ? [] : [`Read last with news at ${timeOfDay(seen.at)}: ${seen.state}${seen.escalated ? ', escalated' : ''}.`]),
    ...found.answers.map(
      ({ at, by, byGoogle, text }) =>
        `${byGoogle ? `Google Cloud Support (${by})` : by}${at === null ? '' : `, ${timeOfDay(at)}`}: “${text}”`,
    ),
    ...(closedAt === null ? [] : [`Closed at ${timeOfDay(closedAt)}.`]),
  ];
}
