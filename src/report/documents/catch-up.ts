import type { Diagnosis } from '../../core/model/diagnosis.ts';
import { isRestore } from '../../steps/put-back.ts';
import { factsOf } from '../journal-facts.ts';
import { changesWords } from '../ending.ts';
import { instant } from '../formatting.ts';
import { awaitedLines, doneLine, escalationLines, nextMessageLine, openLines } from './standing.ts';
import type { Story } from './story.ts';

export interface CatchUpRow {
  readonly name: string;
  readonly text: string;
}

/** What a line names of its kind before it only counts. */
const MOST_NAMED = 3;

/**
 * The story of a run for whoever joins late, in eight lines: how it began, the cause as diagnosed, what was changed and is in force, what
 * was undone, what was seen last, whether it is handed over, what is awaited, when the next message comes. Each with its time. Pure.
 */
export function catchUpRows(story: Story): readonly CatchUpRow[] {
  const awaited = awaitedLines(story);
  return [
    { name: 'began', text: beganWords(story) },
    { name: 'cause', text: causeWords(story) },
    { name: 'changed', text: changedWords(story) },
    { name: 'undone', text: undoneWords(story) },
    { name: 'seen', text: `${openLines(story, MOST_NAMED).join('; ')}${asOfWords(story)}` },
    ...(story.report.escalation === null ? [] : [{ name: 'handed', text: escalationLines(story).join(' ') }]),
    { name: 'awaited', text: awaited.length === 0 ? nothingAwaited(story) : named(awaited) },
    { name: 'next', text: nextMessageLine(story) },
  ];
}

/** What the first look saw is why there was something to do; who started the run, and for what, no journal tells. */
function beganWords({ report, lines }: Story): string {
  if (report.startedAt === null) return 'not known: the journal is empty';
  const refusals = report.refusals.map(({ check, why }) => `${check}: ${why}`);
  if (refusals.length > 0) return `${instant(report.startedAt)}; nothing was begun: ${named(refusals)}`;
  const first = lines.map((line) => factsOf(line, 'observe.done')).find((look) => look !== null);
  const seen = first === undefined ? 'no look has been taken' : `the first look, at ${instant(first.at)}, saw: ${first.headline}`;
  return `${instant(report.startedAt)}; ${seen}`;
}

/** As it was diagnosed when something was found wrong, and the newest diagnosis where that says something else. */
function causeWords({ report, diagnosis }: Story): string {
  if (report.diagnosis === null || diagnosis === null) return 'no diagnosis was made';
  const [main, newest] = [report.diagnosis, diagnosis].map(foundWords);
  const first = `diagnosed at ${instant(report.diagnosis.at)}: ${main}`;
  const isSame = causeOf(report.diagnosis) === causeOf(diagnosis);
  return isSame ? first : `${first}; diagnosed at ${instant(diagnosis.at)}: ${newest}`;
}

/** Other figures make no other cause. */
function causeOf({ healthy, causes }: Diagnosis): string {
  return healthy ? 'healthy' : `${causes[0]?.kind} ${causes[0]?.subject}`;
}

function foundWords({ healthy, causes }: Diagnosis): string {
  return healthy ? 'healthy' : (causes[0]?.summary ?? 'no cause was found');
}

function changedWords(story: Story): string {
  const kept = story.inForce.map(({ title, at, outcome }) =>
    outcome === 'pending' ? `${title} (asked for at ${instant(at)}, whether it is in force is not known)` : `${title} (${instant(at)})`,
  );
  // The journal tells of nothing after its newest line: so it is in force as of that.
  if (kept.length === 0 || story.asOf === null) return doneLine(story).replace(/\.$/, '');
  return `${changesWords(story.report)}; in force as of ${instant(story.asOf)}: ${named(kept)}`;
}

function undoneWords({ over, report }: Story): string {
  const undone = over
    .filter(({ stepId }) => !isRestore(stepId))
    .map(({ title, at, since }) => `${title} (made ${instant(at)}): ${since ?? 'not in force any more'}`);
  const left = report.leftAsIs.map(({ service, why }) => `the traffic of ${service} was not put back: ${why}`);
  const said = [...undone, ...left];
  return said.length === 0 ? 'nothing that this run has changed' : named(said);
}

/** The instant of the newest measurement, which may be long before the newest word; where all passes it is told already. */
function asOfWords({ checks, open }: Story): string {
  return open.length === 0 ? '' : `; measured last at ${instant(Math.max(...checks.map(({ at }) => at)))}`;
}

function nothingAwaited({ report, status }: Story): string {
  if (report.outcome !== null) return 'nothing: the run has ended';
  return status === null ? 'not known: the run has said nothing of it' : 'nothing';
}

function named(all: readonly string[]): string {
  const more = all.length - MOST_NAMED;
  return more > 0 ? `${all.slice(0, MOST_NAMED).join('; ')}; and ${more} more` : all.join('; ');
}
