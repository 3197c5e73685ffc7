import { defined } from '../../core/defined.ts';
import { waitsAt } from '../../../machines/incident/paths.ts';
import { list, page, plain } from '../markdown.ts';
import { damageLine, indicatorRows, instant } from '../formatting.ts';
import {
  askedLines,
  awaitedLines,
  causeLine,
  doneLine,
  escalationLines,
  nextMessageLine,
  openLines,
  rehearsalLine,
  standingLine,
} from './standing.ts';
import { verdictOn } from '../verdict.ts';
import { storyOf } from './story.ts';
import type { Story, Told } from './story.ts';

/** A message about a run: what is seen now, what was done, what is awaited until when, when the next one comes. */
export interface Update {
  /** Where it is, then what it is: `[netra-staging us-central1] NEEDS YOU: issue-1278`. */
  readonly title: string;
  /** Named paragraphs of whole sentences, in the order in which they are read. */
  readonly parts: readonly { readonly name: string; readonly lines: readonly string[] }[];
}

export function updateOf(story: Story): Update {
  const { report, place } = story;
  const where = place.known ? `[${place.project} ${place.region}] ` : '';
  const notes = [rehearsalLine(story), damageLine(report)].filter((line) => line !== null);
  const awaited = awaitedLines(story);
  return {
    title: `${report.scenario === null ? '' : 'REHEARSAL '}${where}${standingWord(story)}: ${place.name}`,
    parts: [
      { name: 'Note', lines: notes },
      { name: 'Stands', lines: [standingLine(story), ...(report.stopped === null ? [] : [`Ended by an order: ${report.stopped}`])] },
      { name: 'Needs you', lines: askedLines(story) },
      { name: 'Why', lines: report.refusals.length > 0 ? refusedLines(report) : [causeLine(story)] },
      { name: 'Seen', lines: report.ticks === 0 ? ['Nothing was looked at'] : [...openLines(story), ...figures(story)] },
      { name: 'Done', lines: [doneLine(story), ...story.inForce.map(({ title, at }) => `${title} (${instant(at)})`)] },
      { name: 'Escalation', lines: report.escalation === null ? [] : escalationLines(story) },
      { name: 'Awaited', lines: awaited },
      { name: 'To do', lines: report.outcome === null ? [] : verdictOn(report).next },
      { name: 'Next', lines: [nextMessageLine(story)] },
    ].filter(({ lines }) => lines.length > 0),
  };
}

/** What mends each of it is to be done next. */
function refusedLines({ refusals }: Story['report']): readonly string[] {
  return refusals.map(({ check, why }) => `${check}: ${why}`);
}

/** What a reader must know before anything else. */
function standingWord({ report, driven, lines }: Story): string {
  if (report.outcome !== null) return `ENDED ${report.outcome}`;
  if (lines.length === 0) return 'NOTHING KNOWN';
  if (driven === false) return 'STOPPED';
  return waitsAt(defined(lines.at(-1)).states) === null ? 'WORKING' : 'NEEDS YOU';
}

/** The figures wholly after the last change, or that there are none. */
function figures({ report }: Story): readonly string[] {
  const said = indicatorRows(report).map(([name, before, after]) => `${name} ${before} → ${after}`);
  return [`First look → now: ${said.join('; ')}`];
}

/** The status update as a few lines of Markdown, to be pasted. */
export function renderUpdate(told: Told): string {
  const story = storyOf(told);
  const { title, parts } = updateOf(story);
  return page([
    `**${plain(title)}**${story.asOf === null ? '' : ` (as of ${instant(story.asOf)})`}`,
    list(parts.map(({ name, lines }) => `**${name}:** ${lines.map((line) => plain(ended(line))).join(' ')}`)),
    plain(`Run ${story.runId}. All times are UTC.`),
  ]);
}

/** Sentences side by side need their full stops. */
export function ended(line: string): string {
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
