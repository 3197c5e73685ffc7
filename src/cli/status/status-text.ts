import { sayDuration } from '../../core/duration.ts';
import type { JournalLine, RunStatus, RunStore } from '../../ports/store.ts';
import { EXIT, printable } from '../process/exit.ts';
import type { ExitCode } from '../process/exit.ts';
import { exitOfOutcome } from './outcome.ts';
import type { Paint } from '../process/output.ts';
import { sayInstant } from '../process/output.ts';
import { fieldsOf, milestone } from '../progress/progress-text.ts';
import { deadlineWords, questionLines } from './question-text.ts';
import { isDriven, outcomeOf } from '../runs/select-run.ts';
import type { RunTime, SelectedRun } from '../runs/select-run.ts';
import { isHeld } from '../runs/send-command.ts';

/** Of its store, only where it is. */
type ToldRun = Omit<SelectedRun, 'store'> & { readonly store: Pick<RunStore, 'described'> };

/** What `status --details` prints. */
export function statusLines(run: ToldRun, { now, note }: RunTime, paint: Paint): readonly string[] {
  const { status, target } = run;
  const outcome = outcomeOf(run);
  const driven = outcome === null ? [driver(run, now, paint)] : [];
  if (status === null)
    return [paint('bold', target), 'the run has been saved, but has not said anything yet', ...driven, ...noteLines(note)];
  return [
    paint('bold', `${target}  ${outcome ?? printable(status.phase)}`),
    `run ${status.runId}, begun ${ago(Date.parse(status.startedAt), now)}, last word ${ago(Date.parse(status.at), now)}`,
    ...reasons(status),
    ...asksLines(run, now, paint),
    ...(outcome === null ? waitingLines(status, now) : []),
    ...conditionLines(status, paint),
    ...errorLines(status),
    ...driven,
    ...noteLines(note),
  ];
}

/** What `why` prints: who drives it, the reasons, what is asked and waited for, and the last decisions that led here. */
export function whyLines(run: SelectedRun, journal: readonly JournalLine[], { now, note }: RunTime, paint: Paint): readonly string[] {
  const { status, target } = run;
  const outcome = outcomeOf(run);
  const told =
    status === null
      ? ['the run has not said anything yet']
      : [
          ...reasons(status),
          ...seenLines(status),
          ...refusalLines(journal),
          ...asksLines(run, now, paint),
          ...(outcome === null ? waitingLines(status, now) : []),
          ...errorLines(status),
        ];
  const decisions = lastDecisions(journal);
  return [
    paint('bold', `${target}  ${outcome ?? (status === null ? 'not begun' : printable(status.phase))}`),
    ...(outcome === null ? [driver(run, now, paint, lastWord(status, now))] : []),
    ...told,
    ...(decisions.length === 0 ? [] : ['lately:', ...decisions.map(({ at, text }) => `  ${sayInstant(at, now)}  ${text}`)]),
    ...noteLines(note),
  ];
}

/** The exit code that says what the run's state is (DESIGN section 11). */
export function exitOfRun(run: Pick<SelectedRun, 'record' | 'status'>): ExitCode {
  const outcome = outcomeOf(run);
  if (outcome !== null) return exitOfOutcome(outcome);
  const { status } = run;
  const asks = status !== null && (status.asks !== undefined || isHeld(status));
  return asks ? EXIT.human : EXIT.ok;
}

const MOST_DECISIONS = 8;

function lastDecisions(journal: readonly JournalLine[]): readonly { readonly at: number; readonly text: string }[] {
  const said = journal.flatMap((line, index) => {
    const found = milestone(line, journal[index - 1]?.states ?? []);
    return found === null ? [] : [{ at: line.at, text: found.text }];
  });
  return said.slice(-MOST_DECISIONS);
}

function reasons(status: RunStatus): readonly string[] {
  return [`why:     ${printable(status.why)}`, ...(status.whyNot === '' ? [] : [`why not: ${printable(status.whyNot)}`])];
}

function asksLines({ status, store }: ToldRun, now: number | null, paint: Paint): readonly string[] {
  if (status === null || status.outcome !== null) return [];
  const { asks } = status;
  return asks === undefined ? [] : questionLines({ ...status, asks }, store.described, now, paint);
}

/** All that was seen, where the reason above names only the worst of it. */
function seenLines({ conditions }: RunStatus): readonly string[] {
  const health = conditions.find(({ type }) => type === 'Healthy');
  return health === undefined || health.status === 'True' || health.message === '' ? [] : [`seen:    ${printable(health.message)}`];
}

/** Each reason for which the preflight let nothing begin, with what mends it. */
function refusalLines(journal: readonly JournalLine[]): readonly string[] {
  const answer = journal.findLast(({ event }) => event === 'preflight.done');
  const { refusals } = fieldsOf(answer?.data);
  if (!Array.isArray(refusals)) return [];
  return refusals
    .map(fieldsOf)
    .flatMap(({ check, why, fix }) => [
      `refused: ${printable(`${String(check)}: ${String(why)}`)}`,
      `         fix: ${printable(String(fix))}`,
    ]);
}

function waitingLines(status: RunStatus, now: number | null): readonly string[] {
  return status.waiting.map((wait) => {
    const until = wait.until === null ? 'no deadline' : `until ${deadlineWords(Date.parse(wait.until), now)}`;
    return printable(`waits:   for ${wait.for} (${wait.owner}), ${until}, then ${wait.then}`);
  });
}

function conditionLines(status: RunStatus, paint: Paint): readonly string[] {
  const widest = Math.max(0, ...status.conditions.map((condition) => condition.type.length));
  return status.conditions.map((condition) => {
    const style = condition.status === 'True' ? 'green' : condition.status === 'False' ? 'red' : 'yellow';
    return `  ${paint(style, condition.status.padEnd(7))} ${condition.type.padEnd(widest)}  ${printable([condition.reason, condition.message].filter((part) => part !== '').join(': '))}`;
  });
}

/** What the reason says already is not said again. */
function errorLines({ lastError, why }: RunStatus): readonly string[] {
  return lastError === null || lastError.message === why ? [] : [`error:   ${printable(`${lastError.code}: ${lastError.message}`)}`];
}

function lastWord(status: RunStatus | null, now: number | null): string {
  return status === null ? '' : `; last word ${ago(Date.parse(status.at), now)}`;
}

/** `word`: said beside it. */
function driver(run: ToldRun, now: number | null, paint: Paint, word = ''): string {
  const { lease } = run;
  if (lease === null)
    return paint('red', `driven:  by nobody: it was stopped and the lease given back${word}; \`firebreak run\` goes on with it`);
  const said = printable(`driven:  ${driverWords(run, now)}${word}`);
  return isDriven(run, now) === false ? paint('red', `${said}; \`firebreak run\` goes on with it`) : said;
}

/** Who drives a run, until when, or who did. */
export function driverWords(run: Pick<SelectedRun, 'lease'>, now: number | null): string {
  const { lease } = run;
  if (lease === null) return 'by nobody: the lease was given back';
  const who = `${lease.owner.described} (${lease.owner.host}, pid ${lease.owner.pid})`;
  const until = sayInstant(lease.expiresAt, now);
  const isOurs = isDriven(run, now);
  if (isOurs === null) return `by ${who} until ${until} of its own clock; whether it still runs cannot be told without that`;
  return isOurs ? `by ${who}, lease until ${until}` : `by nobody now: the lease of ${who} ended at ${until}`;
}

function noteLines(note: string | null): readonly string[] {
  return note === null ? [] : [`clock:   ${printable(note)}`];
}

/** `14:29:48Z (12s ago)`; without the present, the instant alone. */
export function ago(at: number, now: number | null): string {
  return now === null ? sayInstant(at, null) : `${sayInstant(at, now)} (${sayDuration(Math.max(0, now - at))} ago)`;
}
