import { changeTimes } from '../changes/change-times.ts';
import { caseLines } from '../case-words.ts';
import { sayDuration } from '../../core/duration.ts';
import { fenced, list, page, plain, rows, section } from '../markdown.ts';
import { inShort } from '../in-short.ts';
import { notDoneOf } from '../not-done.ts';
import type { RunReport, StepReport } from '../run-report.ts';
import {
  costLine,
  damageLine,
  indicatorRows,
  likelihood,
  instant,
  outcomeWords,
  summaryLine,
  timeOfDay,
  timesWords,
} from '../formatting.ts';
import { stateWords } from '../../steps/words.ts';

/** The same report for an issue or a post-mortem. Whatever came from the outside is escaped, so that it cannot break the page. */
export function renderMarkdown(report: RunReport): string {
  const sections = [
    head(report),
    section(
      'Refused before any write',
      list(report.refusals.map(({ check, why, fix }) => `**${plain(check)}**: ${plain(why)} Fix: ${plain(fix)}`)),
    ),
    section('Known at the start', list(report.warnings.map(plain))),
    causes(report),
    section('Changes', changes(report)),
    section(
      'Not put back',
      list(report.leftAsIs.map(({ service, recorded, why }) => `**${plain(service)}**: ${plain(why)}; before the run: ${plain(recorded)}`)),
    ),
    ...notDone(report),
    section(
      'Asked of a human',
      list(report.questions.map((asked) => `${timeOfDay(asked.at)} ${plain(asked.text)} → ${plain(asked.answer ?? 'not answered yet')}`)),
    ),
    section('Escalation', escalation(report)),
    section('Before and after', rows(['indicator', 'before', 'after'], indicatorRows(report))),
    section('What would have been faster', list(report.faster.map(plain))),
    section('Beside the services, never changed', list(report.beside.map(plain))),
    section('Not known', list(report.unknowns.map(plain))),
    section(
      'Phases',
      rows(
        ['phase', 'from', 'for'],
        report.phases.map((phase) => [
          phase.name,
          timeOfDay(phase.startedAt),
          phase.endedAt === null ? 'to the end' : sayDuration(phase.endedAt - phase.startedAt),
        ]),
      ),
    ),
    section(
      'Timeline (UTC)',
      rows(
        ['time', 'phase', 'what'],
        report.timeline.map((entry) => [timeOfDay(entry.at), entry.phase ?? '', `${entry.text}${timesWords(entry)}`]),
      ),
    ),
    section('In short', list(inShort(report).map(([name, words]) => `**${name}:** ${plain(words)}`))),
  ];
  return page(sections);
}

function notDone(report: RunReport): readonly string[] {
  const { vetoed, leftOut, notBegun } = notDoneOf(report);
  const because = (steps: readonly StepReport[]): string => list(steps.map((step) => `**${plain(step.title)}**: ${plain(step.reason)}`));
  const planned = list(notBegun.map(({ title, words }) => `**${plain(title)}**: ${plain(words)}`));
  return [section('Planned, and not begun', planned), section('Vetoed', because(vetoed)), section('Skipped', because(leftOut))];
}

function head(report: RunReport): string {
  const when = report.startedAt === null ? '' : `Started ${instant(report.startedAt)}. `;
  return [
    `# ${plain(report.target ?? 'Run')}: ${report.outcome ?? 'still running'}`,
    '',
    ...(report.damage === null ? [] : [`**${plain(damageLine(report) ?? '')}**`, '']),
    `${when}${plain(summaryLine(report))}.`,
    '',
    plain(costLine(report) ?? ''),
  ]
    .join('\n')
    .trimEnd();
}

function causes({ diagnosis }: RunReport): string {
  if (diagnosis === null || diagnosis.causes.length === 0) return '';
  const table = rows(
    ['rank', 'cause', 'how sure', 'what'],
    diagnosis.causes.map((cause, index) => [String(index + 1), cause.kind, likelihood(cause), cause.summary]),
  );
  const whys = diagnosis.whys.map((why, index) => `${index + 1}. ${plain(why.why)} ${plain(why.because)}`);
  const evidence = diagnosis.causes
    .flatMap((cause) => cause.evidence.slice(0, 3))
    .map((line) => `${plain(line.text)} (${plain(line.source)})`);
  return [section('What was diagnosed', table), whys.join('\n'), list(evidence)].filter((text) => text !== '').join('\n\n');
}

function changes(report: RunReport): string {
  if (report.mutations.length === 0) return 'None.';
  return rows(
    ['time', 'change', 'before', 'after', 'outcome', 'undo'],
    report.mutations.map((mutation) => [
      timeOfDay(mutation.at),
      mutation.title,
      stateWords(mutation.before),
      stateWords(mutation.after),
      [outcomeWords(mutation), changeTimes(mutation), mutation.since].filter((part) => part != null).join('; '),
      mutation.undo,
    ]),
  );
}

function escalation({ escalation: found }: RunReport): string {
  if (found === null) return '';
  const failing = found.failing.length === 0 ? '' : `Not passing at that moment:\n\n${list(found.failing.map(plain))}\n\n`;
  const said = `${timeOfDay(found.at)} ${plain(found.reason ?? 'reason not recorded')}. ${caseLines(found).map(plain).join('\n\n')}`;
  return `${said}\n\n${failing}${fenced(found.text)}`.trimEnd();
}
