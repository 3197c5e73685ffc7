import { capital } from '../../core/sentence.ts';
import { caseLines } from '../case-words.ts';
import { sayDuration } from '../../core/duration.ts';
import { inShort } from '../in-short.ts';
import { notDoneOf } from '../not-done.ts';
import type { RunReport, StepReport } from '../run-report.ts';
import {
  costLine,
  damageLine,
  likelihood,
  indicatorRows,
  instant,
  outcomeWords,
  summaryLine,
  timeOfDay,
  timesWords,
} from '../formatting.ts';
import { stateWords } from '../../steps/words.ts';

/** The report for a terminal or a pager: what ended how, why, what was changed and how to undo it, then the timeline. */
export function renderText(report: RunReport): string {
  const sections = [
    head(report),
    section(
      'Refused before any write',
      report.refusals.flatMap(({ check, why, fix }) => [`${check}: ${why}`, `    fix: ${fix}`]),
    ),
    section('Known at the start', report.warnings),
    section('What was diagnosed', causes(report)),
    section('Changes', changes(report)),
    section(
      'Not put back',
      report.leftAsIs.map(({ service, recorded, why }) => `${service}: ${why}; before the run: ${recorded}`),
    ),
    ...notDone(report),
    section(
      'Asked of a human',
      report.questions.map((asked) => `${timeOfDay(asked.at)}  ${asked.text} → ${asked.answer ?? 'not answered yet'}`),
    ),
    section('Escalation', escalation(report)),
    section('Before and after', table(indicatorRows(report))),
    section('Beside the services, never changed', report.beside),
    section('Not known', report.unknowns),
    section('Timeline (UTC)', timeline(report)),
    section('In short', inShortLines(report)),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function head(report: RunReport): string {
  const when = report.startedAt === null ? '' : ` from ${instant(report.startedAt)}`;
  return [
    damageLine(report),
    `${report.target ?? 'Run'}${report.runId === null ? '' : ` (${report.runId})`}${when}`,
    `Outcome: ${summaryLine(report)}`,
    costLine(report),
  ]
    .filter((line) => line !== null)
    .join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function causes({ diagnosis }: RunReport): readonly string[] {
  const found = diagnosis?.causes ?? [];
  const beside = [...(diagnosis?.origins ?? []), ...(diagnosis?.away ?? [])];
  return [
    ...found.flatMap((cause, index) => [
      `${index + 1}. ${cause.kind}, ${likelihood(cause)}: ${cause.summary}`,
      ...cause.evidence.slice(0, 2).map((line) => `      ${line.text}`),
    ]),
    ...beside.map(capital),
  ];
}

function changes(report: RunReport): readonly string[] {
  if (report.mutations.length === 0) return ['none'];
  return report.mutations.flatMap((mutation) => [
    `${timeOfDay(mutation.at)}  ${mutation.title}: ${outcomeWords(mutation)}`,
    `          before: ${stateWords(mutation.before)}`,
    `          after:  ${stateWords(mutation.after)}`,
    ...(mutation.since === undefined ? [] : [`          now:    ${mutation.since}`]),
    ...(mutation.undo === '' ? [] : [`          undo:   ${mutation.undo}`]),
  ]);
}

function escalation({ escalation: found }: RunReport): readonly string[] {
  if (found === null) return [];
  return [
    `${timeOfDay(found.at)}  ${found.reason ?? 'reason not recorded'}`,
    ...found.failing.map((line) => `not passing then: ${line}`),
    ...caseLines(found),
    ...(found.caseName === null ? found.text.split('\n').map((line) => `| ${line}`) : []),
  ];
}

function notDone(report: RunReport): readonly string[] {
  const { vetoed, leftOut, notBegun } = notDoneOf(report);
  const because = (steps: readonly StepReport[]): readonly string[] => steps.map((step) => `${step.title}: ${step.reason}`);
  const planned = notBegun.map(({ title, words }) => `${title}: ${words}`);
  return [section('Planned, and not begun', planned), section('Vetoed', because(vetoed)), section('Skipped', because(leftOut))];
}

/** The last that a terminal shows: its scrollback ends with it. */
function inShortLines(report: RunReport): readonly string[] {
  const rows = inShort(report);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, words]) => `${name.padEnd(width)}  ${words}`);
}

function table(rows: readonly (readonly [string, string, string])[]): readonly string[] {
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length));
  return rows.map(([name, before, after]) => `${name.padEnd(width(0))}  ${before.padEnd(width(1))}  →  ${after}`);
}

function timeline(report: RunReport): readonly string[] {
  const phases = report.phases.map(
    (phase) => `${phase.name} ${phase.endedAt === null ? '(to the end)' : sayDuration(phase.endedAt - phase.startedAt)}`,
  );
  const entries = report.timeline.map(
    (entry) => `${timeOfDay(entry.at)}  ${(entry.phase ?? '').padEnd(11)}  ${entry.text}${timesWords(entry)}`,
  );
  return phases.length === 0 ? entries : [`phases: ${phases.join(', ')}`, ...entries];
}
