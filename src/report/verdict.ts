import { defined } from '../core/defined.ts';
import { MINUTE } from '../core/duration.ts';
import { waitsAt } from '../../machines/incident/paths.ts';
import type { JournalLine } from '../ports/store.ts';
import { stateWords } from '../steps/words.ts';
import { refusedWords } from '../core/service/refused-users.ts';
import { standingOf } from './documents/in-force-now.ts';
import { NOBODY } from './ending.ts';
import type { RunReport } from './run-report.ts';
import { likelihood } from './formatting.ts';
import { clock, duration, several } from './html/says.ts';

/** What a reader wants first. `tone` colours the edge, and the words say it as well. */
export interface Verdict {
  readonly tone: 'good' | 'bad' | 'warn' | 'open';
  readonly title: string;
  readonly cause: string;
  /** What is to be done now, most urgent first; never empty. */
  readonly next: readonly string[];
}

/** `lines`: of its journal; without them whether a run that has not ended waits is told by its questions alone. */
export function verdictOn(report: RunReport, lines: readonly JournalLine[] | null = null): Verdict {
  return { ...titleOf(report, lines), cause: causeOf(report), next: nextOf(report) };
}

/** Of a run that has not ended, as of its newest line. */
function titleOf(report: RunReport, lines: readonly JournalLine[] | null): Pick<Verdict, 'tone' | 'title'> {
  const took = duration(report.virtualMs);
  switch (report.outcome) {
    case 'recovered':
      return {
        tone: 'good',
        title: `${nothingWasWrong(report) ? `Healthy: nothing was found to be wrong in ${took}` : `Recovered after ${took}`}${refusedOf(report, ', but ')}`,
      };
    case 'escalated':
    case 'escalated-but-unreached':
      return { tone: report.outcome === 'escalated' ? 'warn' : 'bad', title: escalatedTitle(report) };
    case 'restored':
      return { tone: 'warn', title: restoredTitle(report) };
    case 'aborted':
      return {
        tone: 'warn',
        title: `Stopped after ${took}${report.questions.at(-1)?.answer?.startsWith(NOBODY) === true ? `, because ${NOBODY}` : ''}: not proven healthy`,
      };
    case 'refused':
      return { tone: 'warn', title: 'Refused: nothing was begun and nothing was changed' };
    case null: {
      if (report.startedAt === null) return { tone: 'open', title: 'No line of a run: nothing is known' };
      const states = lines?.at(-1)?.states;
      const isWaiting = states === undefined ? report.questions.some(({ answer }) => answer === null) : waitsAt(states) !== null;
      const doing = isWaiting ? 'Waiting for a human' : 'At work';
      return { tone: 'open', title: `${doing}: not ended at ${clock(report.endedAt ?? 0)}, ${took} after the start` };
    }
    default:
      return { tone: 'open', title: `Ended: ${report.outcome}, after ${took}` };
  }
}

function refusedOf({ indicators }: RunReport, before: string): string {
  const refused = refusedWords(indicators.after?.turnedAway);
  return refused === null ? '' : `${before}${refused}`;
}

/** Never was anything diagnosed, nor anything done. */
function nothingWasWrong({ diagnosis, mutations }: RunReport): boolean {
  return diagnosis?.healthy === true && mutations.length === 0;
}

/** Who had it when: a case may be opened long after people had the text. */
function escalatedTitle(report: RunReport): string {
  const { outcome, escalation, startedAt, endedAt } = report;
  const isReached = outcome === 'escalated';
  const people = isReached ? 'Escalated to people' : 'Escalated, and nobody could be reached';
  const google = 'Escalated to Google Cloud Support';
  if (escalation === null || startedAt === null || endedAt === null)
    return `${escalation?.caseName == null ? people : google}, ended after ${duration(report.virtualMs)}`;
  const followed = endedAt - escalation.heldSince;
  const again = escalation.heldSince > escalation.at ? `, again after ${duration(escalation.heldSince - startedAt)}` : '';
  const then = `${again}${followedWords(followed)}`;
  const after = duration(escalation.at - startedAt);
  const openedAt = escalation.caseOpenedAt ?? escalation.at;
  if (escalation.caseName === null) return `${people} after ${after}${then}`;
  if (openedAt - escalation.at < MINUTE) return `${google} after ${after}${then}`;
  return `Escalated to people after ${after}, to Google Cloud Support after ${duration(openedAt - startedAt)}${then}`;
}

function followedWords(ms: number): string {
  return ms > 0 ? `, followed for ${duration(ms)}` : '';
}

/** `as it was` is said only where nothing of the run's stands any more. */
function restoredTitle({ leftAsIs, mutations, virtualMs }: RunReport): string {
  const isWhole = leftAsIs.length === 0 && standingOf(mutations).inForce.length === 0;
  const left = leftAsIs.length === 0 ? '' : `, without ${leftAsIs.map(({ service }) => service).join(', ')}`;
  return `Not mended: put back ${isWhole ? 'as it was before the run' : 'in part'}${left}, ended after ${duration(virtualMs)}`;
}

function causeOf({ diagnosis, refusals }: RunReport): string {
  if (refusals.length > 0)
    return `${defined(refusals[0]).check}: ${defined(refusals[0]).why}${refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : ''}`;
  if (diagnosis === null) return 'No cause: nothing was diagnosed.';
  if (diagnosis.healthy) return 'No cause: every goal was measured and met.';
  const [first] = diagnosis.causes;
  return first === undefined ? 'No cause was found.' : `Cause: ${first.summary} (${likelihood(first)}).`;
}

function nextOf(report: RunReport): readonly string[] {
  const open = report.questions.filter(({ answer }) => answer === null).map(({ text }) => text);
  if (report.outcome === null) {
    if (report.startedAt === null) return ['Look whether a run was begun: firebreak status'];
    const waiting = open.length > 0;
    return waiting
      ? [...open.map((text) => `Answer: ${text}`), 'firebreak why shows the question whole, with the commands that answer it']
      : ['Nothing is asked of you. firebreak status says what it waits for and until when; firebreak hold stops all writing'];
  }
  const steps: string[] = [];
  if (report.outcome === 'refused')
    steps.push(...report.refusals.map(({ check, fix }) => `${check}: ${fix}`), 'Then begin again: firebreak run');
  if (report.outcome === 'escalated-but-unreached')
    steps.push('Hand the text of the case to whoever runs the platform: no case is open and no channel took it');
  if (report.outcome === 'escalated') {
    const { caseName = null, closedAt = null } = report.escalation ?? {};
    steps.push(
      caseName === null
        ? 'Whoever got the text of the case has the incident: agree on who that is'
        : closedAt === null
          ? `Go on with Google Cloud Support in ${caseName}, which is open`
          : `${caseName} is closed: ask for it again if it is needed`,
    );
  }
  if (['escalated', 'escalated-but-unreached', 'restored', 'aborted'].includes(report.outcome)) {
    const stands = standingOf(report.mutations).inForce;
    steps.push('The incident is not proven to be over: look again with firebreak diagnose');
    if (stands.length > 0)
      steps.push(`Decide about ${several(stands.length, 'change')} of this run that ${stands.length === 1 ? 'is' : 'are'} still in force`);
  }
  const refused = report.outcome === 'recovered' ? refusedOf(report, '') : '';
  if (refused !== '') steps.push(`Ask who runs the application whether users should be refused: ${refused}`);
  const isAnyLeft = report.leftAsIs.length > 0 || standingOf(report.mutations).inForce.length > 0;
  if (report.outcome === 'recovered' && isAnyLeft)
    steps.push('Nothing is urgent: what is in force, and what is left to do about it, stands in this report');
  if (report.outcome === 'recovered' && !isAnyLeft && refused === '') steps.push('Nothing is left to do by what this run knows');
  return steps.length > 0 ? steps : ['Look again with firebreak diagnose'];
}

/** What is left to do when the incident is over, each with what it follows from. */
export function followUps(report: RunReport): readonly string[] {
  const stands = standingOf(report.mutations).inForce;
  const pinned = stands.flatMap(({ after }) =>
    after.kind === 'traffic' && after.traffic.length > 0 && after.traffic.every(({ latest }) => !latest) ? [after.service] : [],
  );
  const causes = (report.diagnosis?.causes ?? []).slice(1).filter(({ kind }) => kind !== 'unknown');
  const { escalation } = report;
  return [
    ...stands.map(
      ({ title, after }) =>
        `Take it over into what defines your environment, or the next deploy from there may undo it: ${title} (now ${stateWords(after)})`,
    ),
    ...[...new Set(pinned)].map(
      (service) =>
        `${service} has its traffic by the name of a revision: a deploy gets none of it until traffic is sent to the latest one again`,
    ),
    ...report.leftAsIs.map(({ service, why }) => `${service} was not put back: ${why}`),
    ...causes.map(
      ({ summary, confidence, kind }) =>
        `Also named as a cause, and not necessarily mended: ${summary} (${likelihood({ kind, confidence })})`,
    ),
    ...report.warnings.map((warning) => `Known since the preflight: ${warning}`),
    ...(escalation?.caseName != null && escalation.closedAt === null ? [`The support case ${escalation.caseName} is open`] : []),
    ...(report.told.length > 0 && report.told.every(({ channels }) => channels === 0)
      ? ['No channel took any message of this run: nobody was told by it']
      : []),
  ];
}
