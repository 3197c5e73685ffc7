import { commandLine, completed } from '../../core/commands.ts';
import { quoted } from '../../core/shell.ts';
import type { Told } from '../../report/documents/story.ts';
import { catchUpRows } from '../../report/documents/catch-up.ts';
import type { CatchUpRow } from '../../report/documents/catch-up.ts';
import { storyOf } from '../../report/documents/story.ts';
import { wrapped } from '../columns.ts';
import { printable } from '../process/exit.ts';
import { answerWords, goOnWords, headlineOf } from '../progress/headline.ts';
import { placeIn } from '../place.ts';
import type { SelectOptions } from '../options.ts';
import { outcomeOf } from '../runs/select-run.ts';
import type { RunTime, SelectedRun } from '../runs/select-run.ts';
import { standingOf } from './standing-text.ts';
import { ago } from './status-text.ts';

/** What `why --catch-up` tells: how the run stands, its story, and who is needed for what; in at most ten lines. */
export function catchUp(run: SelectedRun, told: Told, time: RunTime, options: SelectOptions): readonly CatchUpRow[] {
  const story = storyOf(told);
  const { report, asOf } = story;
  const notes = [
    asOf === null ? null : `newest word of the journal ${ago(asOf, time.now)}`,
    report.scenario === null ? null : `REHEARSAL of ${report.scenario}: nothing of this happened to a real project`,
    report.damage === null ? null : `THE JOURNAL IS DAMAGED (${report.damage}): what follows may lack changes and decisions`,
    time.note,
  ].filter((note) => note !== null);
  const stands = {
    name: 'stands',
    text: [`${standingOf(run, time.now)}: ${run.target}, run ${run.record?.runId ?? story.runId}`, ...notes].join('; '),
  };
  const needed = { name: 'needed', text: neededWords(run, report.escalation !== null, time, options) };
  return [stands, ...catchUpRows(story), needed].map(({ name, text }) => ({ name, text: printable(text) }));
}

/** Its lines, each in the width that there is; a line that goes on is indented. */
export function catchUpLines(rows: readonly CatchUpRow[], width: number): readonly string[] {
  return rows.flatMap(({ name, text }) => wrapped(`${`${name}:`.padEnd(INDENT)}${text}`, width, INDENT));
}

const INDENT = 9;

/** Who has something to do now, and with which command. */
function neededWords(run: SelectedRun, isHanded: boolean, time: RunTime, options: SelectOptions): string {
  const outcome = outcomeOf(run);
  const place = placeIn({ ...options, target: run.target, file: undefined }, run.record);
  if (outcome !== null) return completed(`${afterwards(outcome)} --target ${quoted(run.target)}`, place);
  const { status, store } = run;
  const isStopped = standingOf(run, time.now) === 'STOPPED';
  const asked = isStopped ? status?.asks?.question : headlineOf({ run, time, commands: [] }).text;
  const answer = answerWords(status, place);
  const said = [
    isStopped ? `somebody to let it go on: ${goOnWords(place, run.record)}` : null,
    answer === null ? null : `whoever may write to ${store.described}: ${asked ?? 'it is held'}: ${answer}`,
    isHanded ? `whoever has taken it over: ${commandLine(`report --format handoff --target ${quoted(run.target)}`, place)}` : null,
  ].filter((words) => words !== null);
  if (said.length > 0) return said.join('; ');
  return status === null ? 'not known: it has said nothing yet' : `nobody, by its last word at ${ago(Date.parse(status.at), time.now)}`;
}

/** Only a recovery needs nobody: any other end may leave the environment ill. */
function afterwards(outcome: string): string {
  if (outcome === 'recovered') return 'nobody; to read it all: firebreak report';
  if (outcome === 'refused') return 'whoever mends what it was refused for: firebreak why';
  if (outcome.startsWith('escalated')) return 'whoever has taken it over: firebreak report --format handoff';
  return 'whoever decides what comes next, for nothing more comes from this run: firebreak report';
}
