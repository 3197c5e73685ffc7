import { defined } from '../../core/defined.ts';
import { commandLine, completed } from '../../core/commands.ts';
import type { Place } from '../../core/commands.ts';
import { quoted } from '../../core/shell.ts';
import type { Command, Condition, RunStatus } from '../../ports/store.ts';
import { laid } from '../columns.ts';
import type { Row } from '../columns.ts';
import { printable } from '../process/exit.ts';
import type { SelectOptions } from '../options.ts';
import { sayInstant } from '../process/output.ts';
import type { Paint } from '../process/output.ts';
import { foremostWait } from './progress-text.ts';
import { answersTo, deadlineWords } from '../status/question-text.ts';
import { placeIn } from '../place.ts';
import { outcomeOf } from '../runs/select-run.ts';
import type { RunTime, SelectedRun } from '../runs/select-run.ts';
import { standingOf, toneOf } from '../status/standing-text.ts';
import { ago, driverWords } from '../status/status-text.ts';

/** A run as it is shown: what the store keeps of it, the orders that nobody has taken yet, and the present by its clock. */
export interface Shown {
  readonly run: SelectedRun;
  readonly commands: readonly Command[];
  readonly time: RunTime;
}

/** Lines of a terminal that the headline takes at most. */
const MOST_LINES = 8;

/** What `status` says first, in at most eight lines: how the run stands, what it waits for and until when, whom it needs and how to answer. */
export function headlineLines(shown: Shown, options: SelectOptions, paint: Paint, width: number): readonly string[] {
  const { run, time } = shown;
  const standing = standingOf(run, time.now);
  const place = placeIn(options, run.record);
  const rest = (left: readonly Row[]): string =>
    `${left.map(({ label }) => label.replace(':', '')).join(', ')}: ${commandLine('status --details', place)}`;
  const [first, ...others] = laid(rowsOf(shown, options), { width, most: MOST_LINES, rest });
  const tone = toneOf(standing, outcomeOf(run));
  return [...defined(first).map((line) => paint('bold', paint(tone, line))), ...others.flat()];
}

/** How the run stands, then what and until when: the time first, because it is what must not be cut off. */
export function headlineOf({ run, time: { now } }: Shown): Row {
  const standing = standingOf(run, now);
  const { status } = run;
  const row = (text: string): Row => ({ label: standing, text: printable(text) });
  if (standing === 'ENDED') return row(endedWords(run, now));
  if (standing === 'STOPPED') return row(stoppedWords(run, now));
  if (standing === 'NOT KNOWN') return row('whether it still runs: its clock does not answer');
  if (status === null) return row('the run has been saved, but has not said anything yet');
  if (standing === 'NEEDS YOU') return row(askedWords(status, now));
  return row(waitWords(foremostWait(status), now) ?? status.why);
}

function askedWords({ asks, waiting, whyNot }: RunStatus, now: number | null): string {
  if (asks !== undefined) return `${untilWords(asks.until, now)}: ${asks.question}`;
  const wait = waiting.find(({ owner }) => owner === 'operator') ?? null;
  return waitWords(wait, now) ?? (whyNot === '' ? 'nothing is written until a human lets it go on' : whyNot);
}

/** `until 14:33:05Z (3m 5s left): 5m of unbroken health; then: deploying the next service`; null: it waits for nothing. */
function waitWords(wait: RunStatus['waiting'][number] | null, now: number | null): string | null {
  return wait === null ? null : `${untilWords(wait.until, now)}: ${wait.for}; then: ${wait.then}`;
}

function untilWords(until: string | null, now: number | null): string {
  return until === null ? 'without a deadline' : `until ${deadlineWords(Date.parse(until), now)}`;
}

/** The most important one first; what one says already is not said again. */
function rowsOf(shown: Shown, options: SelectOptions): readonly Row[] {
  const { run, commands, time } = shown;
  const { status, target } = run;
  const place = placeIn(options, run.record);
  const standing = standingOf(run, time.now);
  const isOver = standing === 'ENDED';
  const rows: readonly (readonly [string, string | null])[] = [
    ['run:', runWords(run, time.now)],
    ['go on:', standing === 'STOPPED' ? goOnWords(place, run.record) : null],
    ['one way:', isOver ? null : oneWayWords(status)],
    ['answer:', isOver ? null : answerWords(status, place)],
    ['report:', isOver ? commandLine(`report --target ${quoted(target)}`, place) : null],
    ['driven:', standing === 'STOPPED' || isOver ? null : driverWords(run, time.now)],
    ['handed:', isOver ? null : handedWords(status, time.now)],
    ['untold:', notToldWords(status)],
    ['waits:', standing === 'STOPPED' || standing === 'NOT KNOWN' ? waitWords(status && foremostWait(status), time.now) : null],
    ['why:', status === null ? null : status.why],
    ['why not:', status === null || status.whyNot === '' ? null : status.whyNot],
    ['seen:', seenWords(status, time.now)],
    ['error:', errorWords(status)],
    ...commands.map(({ by, event }): [string, string] => ['order:', `${event.type} by ${by} (claimed) waits to be taken`]),
    ['clock:', time.note],
  ];
  const said = rows.flatMap(([label, text]): readonly Row[] => (text === null ? [] : [{ label, text: printable(text) }]));
  return [headlineOf(shown), ...said];
}

/** Whom the run has not reached, since when, and why. */
function notToldWords(status: RunStatus | null): string | null {
  const told = status?.conditions.find(({ type }) => type === 'PeopleTold');
  return told === undefined || told.status === 'True' ? null : told.message;
}

function endedWords(run: SelectedRun, now: number | null): string {
  const at = run.record?.ended?.at ?? (run.status === null ? null : Date.parse(run.status.at));
  return `${defined(outcomeOf(run))}${at === null ? '' : ` at ${ago(at, now)}`}; nothing more comes from this run`;
}

function stoppedWords({ lease, status }: SelectedRun, now: number | null): string {
  if (lease === null)
    return `no process drives it, the lease was given back${status === null ? '' : `; last word ${ago(Date.parse(status.at), now)}`}`;
  const { described, host, pid } = lease.owner;
  return `no process drives it, the lease ended at ${ago(lease.expiresAt, now)}; it was that of ${described} (${host}, pid ${pid})`;
}

function runWords({ target, status, record }: SelectedRun, now: number | null): string {
  if (status === null) return `${target}, run ${record?.runId ?? 'not known'}`;
  const [begun, said] = [Date.parse(status.startedAt), Date.parse(status.at)].map((at) => ago(at, now));
  return `${target}, run ${status.runId}, begun ${begun}, last word ${said}`;
}

/** With what it was begun, as far as that is kept. */
export function goOnWords(place: Place, record: SelectedRun['record']): string {
  return `${commandLine('run', place)}${record?.begun === undefined ? ', with the options that it was begun with' : ''}`;
}

/** What a yes lets happen for good. */
function oneWayWords(status: RunStatus | null): string | null {
  const steps = status?.asks?.steps ?? [];
  const forGood = steps.filter(({ irreversible }) => irreversible).map(({ title }) => title);
  if (forGood.length === 0) return null;
  return `${forGood.length} of ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} CANNOT BE UNDONE: ${forGood.join('; ')}`;
}

/** Only what the run would take as it stands. */
export function answerWords(status: RunStatus | null, place: Place): string | null {
  if (status === null) return null;
  const { asks } = status;
  if (asks === undefined && !(status.accepts ?? []).includes('RESUME')) return null;
  const open = answersTo(status).map(({ way }) => way);
  if (asks === undefined) return open.map((way) => completed(way, place)).join(' · ');
  return `${[...open, 'all of it: firebreak why'].map((way) => completed(way, place)).join(' · ')}; unanswered: ${asks.otherwise}`;
}

function handedWords(status: RunStatus | null, now: number | null): string | null {
  const escalated = conditionOf(status, 'Escalated');
  if (escalated?.status !== 'True') return null;
  const opened = conditionOf(status, 'CaseOpen');
  return `over since ${sayInstant(Date.parse(escalated.lastTransitionTime), now)}: ${escalated.message}; ${caseWords(opened)}`;
}

function caseWords(opened: Condition | undefined): string {
  if (opened?.status === 'Unknown') return 'whether a support case is open is not known';
  const isNamed = opened?.status === 'True' || opened?.reason === 'Closed';
  return isNamed ? `support case ${opened.message}` : 'no support case is open';
}

const HEALTH = { True: 'healthy', False: 'not healthy', Unknown: 'not known whether healthy' } as const;

/** What the newest look said, since when it is so, and of when the word is. */
function seenWords(status: RunStatus | null, now: number | null): string | null {
  const health = conditionOf(status, 'Healthy');
  if (status === null || health === undefined) return null;
  const since = sayInstant(Date.parse(health.lastTransitionTime), now);
  const because = health.message === '' ? '' : `: ${health.message}`;
  return `${HEALTH[health.status]} since ${since}, as of ${sayInstant(Date.parse(status.at), now)}${because}`;
}

function conditionOf(status: RunStatus | null, type: string): Condition | undefined {
  return status?.conditions.find((condition) => condition.type === type);
}

function errorWords(status: RunStatus | null): string | null {
  const error = status?.lastError ?? null;
  return error === null || error.message === status?.why ? null : `${error.code}: ${error.message}`;
}
