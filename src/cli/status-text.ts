import { sayDuration } from '../core/duration.ts';
import type { JournalLine, RunStatus } from '../ports/store.ts';
import { EXIT, printable } from './exit.ts';
import type { ExitCode } from './exit.ts';
import { exitOfOutcome } from './outcome.ts';
import type { Paint } from './output.ts';
import { sayInstant } from './output.ts';
import { milestone } from './progress-text.ts';
import { isDriven, outcomeOf } from './select-run.ts';
import type { SelectedRun } from './select-run.ts';
import { isIn } from './steer.ts';

/** What `status` prints. */
export function statusLines(run: SelectedRun, now: number, paint: Paint): readonly string[] {
  const { status, target } = run;
  if (status === null) return [paint('bold', target), 'the run has been saved, but has not said anything yet', driver(run, now)];
  const outcome = outcomeOf(run);
  return [
    paint('bold', `${target}  ${outcome ?? printable(status.phase)}`),
    `run ${status.runId}, begun ${ago(status.startedAt, now)}, last word ${ago(status.at, now)}`,
    ...reasons(status),
    ...(outcome === null ? waitingLines(status, now) : []),
    ...conditionLines(status, paint),
    ...errorLines(status),
    ...(outcome === null ? [driver(run, now)] : []),
  ];
}

/** What `why` prints: the reasons, what is waited for, and the last decisions that led here. */
export function whyLines(run: SelectedRun, journal: readonly JournalLine[], now: number, paint: Paint): readonly string[] {
  const { status, target } = run;
  const outcome = outcomeOf(run);
  const head = paint('bold', `${target}  ${outcome ?? (status === null ? 'not begun' : printable(status.phase))}`);
  const told =
    status === null
      ? ['the run has not said anything yet']
      : [...reasons(status), ...(outcome === null ? waitingLines(status, now) : []), ...errorLines(status)];
  const decisions = lastDecisions(journal);
  return [
    head,
    ...told,
    ...(decisions.length === 0 ? [] : ['lately:', ...decisions.map(({ at, text }) => `  ${sayInstant(at, now)}  ${text}`)]),
  ];
}

/** The exit code that says what the run's state is (DESIGN section 11). */
export function exitOfRun(run: Pick<SelectedRun, 'record' | 'status'>): ExitCode {
  const outcome = outcomeOf(run);
  if (outcome !== null) return exitOfOutcome(outcome);
  const { status } = run;
  const asks = status !== null && ['awaitingApproval', 'awaitingOperator', 'held'].some((state) => isIn(status, state));
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

function waitingLines(status: RunStatus, now: number): readonly string[] {
  return status.waiting.map((wait) => {
    const until =
      wait.until === null ? 'no deadline' : `until ${sayInstant(Date.parse(wait.until), now)}${left(Date.parse(wait.until), now)}`;
    return printable(`waits:   for ${wait.for} (${wait.owner}), ${until}, then ${wait.then}`);
  });
}

function left(at: number, now: number): string {
  return at > now ? ` (${sayDuration(at - now)} left)` : ` (overdue by ${sayDuration(now - at)})`;
}

function conditionLines(status: RunStatus, paint: Paint): readonly string[] {
  const widest = Math.max(0, ...status.conditions.map((condition) => condition.type.length));
  return status.conditions.map((condition) => {
    const style = condition.status === 'True' ? 'green' : condition.status === 'False' ? 'red' : 'yellow';
    return `  ${paint(style, condition.status.padEnd(7))} ${condition.type.padEnd(widest)}  ${printable(`${condition.reason}: ${condition.message}`)}`;
  });
}

function errorLines(status: RunStatus): readonly string[] {
  return status.lastError === null ? [] : [`error:   ${printable(`${status.lastError.code}: ${status.lastError.message}`)}`];
}

function driver(run: SelectedRun, now: number): string {
  const { lease } = run;
  if (lease === null || !isDriven(run, now)) return 'driven:  by nobody now; `firebreak run` goes on with it';
  return printable(
    `driven:  by ${lease.owner.described} (${lease.owner.host}, pid ${lease.owner.pid}), lease until ${sayInstant(lease.expiresAt, now)}`,
  );
}

function ago(instant: string, now: number): string {
  const at = Date.parse(instant);
  return `${sayInstant(at, now)} (${sayDuration(Math.max(0, now - at))} ago)`;
}
