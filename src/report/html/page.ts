import { completed } from '../../core/commands.ts';
import type { Place } from '../../core/commands.ts';
import { stateWords } from '../../steps/words.ts';
import type { JournalLine } from '../../ports/store.ts';
import { figuresIn } from '../figures/figures.ts';
import type { Figures } from '../figures/figures.ts';
import { standingOf } from '../documents/in-force-now.ts';
import { changesWords } from '../ending.ts';
import { heldAgainstNeighbours } from '../neighbours.ts';
import type { RunReport } from '../run-report.ts';
import { annotationLines } from '../annotations.ts';
import { damageLine, instant } from '../formatting.ts';
import { beforeAfter } from './before-after.ts';
import { changesSection, marksOf } from './changes.ts';
import { drawChart, endsOf } from './chart.ts';
import { detailCharts } from './detail-charts.ts';
import { clockBar, deadlineTable, sentList } from './clocks.ts';
import { lanes } from './frame.ts';
import type { Frame } from './frame.ts';
import { gateBars } from './gate-bars.ts';
import { chartsOf, failedRequests, hourBeforeChart } from './indicators.ts';
import { caseSection, decisionLog, questionsSection, signedBy, validationSection } from './log.ts';
import { h, list, NOTHING, section, table } from './markup.ts';
import type { Html } from './markup.ts';
import { clock, count, duration, several, span } from './says.ts';
import { pageOf } from './shell.ts';
import type { Beside } from './shell.ts';
import { followUps, verdictOn } from '../verdict.ts';
import { unseenIn } from './unseen.ts';
import { shortSection, wayOf } from './way.ts';
import { notDone, whySection } from './why.ts';

/** What is added where the page is served instead of kept, and where its commands act. */
export interface Served {
  /** Stands above the report. */
  readonly above: Html;
  /** What the page may do, and how it follows the run; null: it is kept. */
  readonly beside: Beside | null;
  readonly place: Place;
}

const NOT_SERVED: Served = { above: NOTHING, beside: null, place: {} };

/** A page to be kept, of a run in this place. */
export function keptAt(place: Place): Served {
  return { ...NOT_SERVED, place };
}

/**
 * The report of a run as one page that needs nothing beside it: no script, no font, no picture, no network. Folded from its journal alone,
 * of a finished run as of one at work and of a rehearsal (`report` is made of the same `lines`); whatever comes from outside is text in it.
 * The same lines give the same page.
 */
export function renderHtml(report: RunReport, lines: readonly JournalLine[], served: Served = NOT_SERVED): string {
  return completed(pageWith(report, lines, served), served.place, (option) => h`${option}`.html);
}

function pageWith(report: RunReport, lines: readonly JournalLine[], served: Served): string {
  const figures = figuresIn(lines);
  const marks = marksOf(report, lines);
  const frame = frameOf(report, figures, marks);
  const verdict = verdictOn(report, lines);
  const sections = [
    served.beside === null ? wayOf(report) : NOTHING,
    section('now', 'What is in force now', [inForceList(report), leftAsIsList(report)]),
    section('before', 'Before and now', [beforeAfter(report, figures), ownDoing(report, lines)]),
    section('time', 'Where the time went', [clockBar(lines), sentList(report), deadlineTable(lines)]),
    section('faster', 'What would have been faster', [list(report.faster)]),
    section('charts', 'What happened', [...chartParts(figures, frame)]),
    section('why', 'Why it happened', whySection(report)),
    section('changes', 'What was changed', changesSection(report, marks)),
    section('left', 'What was not done, and why', [...notDone(report), refusedList(report)]),
    section('asked', 'Asked of people', questionsSection(report)),
    section('beside', 'Beside the services, never changed', [list(report.beside)]),
    section('unseen', 'What could not be seen', [list(unseenIn(report, figures))]),
    section('log', 'Decision log', [decisionLog(report, figures)]),
    section('validation', 'Validation', validationSection(lines)),
    section('case', 'Case and messages', caseSection(report)),
    section('follow', 'Follow-up', [
      signedBy(lines),
      list(
        followUps(report).map((text) => `☐ ${text}`),
        'checks',
      ),
    ]),
  ];
  const target = report.target ?? 'A run';
  return pageOf(
    `${target}: ${verdict.title}`,
    h`${served.above}<header class="${verdict.tone}"><h1>${verdict.title}</h1><p class="meta">${metaOf(report)}</p></header>
${noticesOf(report, figures)}
<p class="lead">${verdict.cause} ${countsOf(report, figures)}</p>${aboutOf(report)}
<section id="next" aria-labelledby="next-h"><h2 id="next-h">What to do now</h2>${list(verdict.next)}</section>
<nav aria-label="Parts of this report">${linksTo(sections)}</nav>
${sections}${shortSection(report, lines)}${footOf(lines, figures)}`,
    served.beside,
  );
}

const LINKS = [
  ['now', 'In force'],
  ['before', 'Before and now'],
  ['time', 'Time'],
  ['charts', 'Charts'],
  ['why', 'Why'],
  ['changes', 'Changes'],
  ['log', 'Decision log'],
  ['validation', 'Validation'],
  ['follow', 'Follow-up'],
] as const;

/** Only to what is there. */
function linksTo(sections: readonly Html[]): readonly Html[] {
  const there = LINKS.filter(([id]) => sections.some(({ html }) => html.startsWith(`<section id="${id}"`)));
  return there.map(([id, text]) => h`<a href="#${id}">${text}</a> `);
}

function frameOf(report: RunReport, { looks }: Figures, changes: Frame['changes']): Frame {
  const fromAt = report.startedAt ?? 0;
  const toAt = Math.max(report.endedAt ?? fromAt, looks.at(-1)?.at ?? fromAt);
  return { fromAt, toAt, phases: report.phases, changes };
}

function metaOf(report: RunReport): string {
  const when = report.startedAt === null || report.endedAt === null ? 'no time is known' : span(report.startedAt, report.endedAt);
  return [report.target, when, report.runId === null ? null : `run ${report.runId}`].filter((part) => part !== null).join(' · ');
}

/** What the document says of the business, as its own words. */
function aboutOf({ annotations }: RunReport): Html {
  const lines = annotationLines(annotations);
  return lines.length === 0 ? NOTHING : h`${list(lines)}`;
}

/** Whether what became better is the run's doing, as far as services that it did not touch can tell. */
function ownDoing({ mutations, improvement }: RunReport, lines: readonly JournalLine[]): Html | null {
  if (mutations.length === 0 || improvement.times.length === 0) return null;
  const { holds, because } = heldAgainstNeighbours(lines, lines.length - 1);
  const words = holds ? 'Nothing speaks against it' : 'It is not known whether what became better is its doing';
  return h`<p><b>Did the run do it?</b> ${words}: ${because}.</p>`;
}

/** What must not be overlooked: a rehearsal, a damaged journal, one that has not ended or lacks what later versions write. */
function noticesOf(report: RunReport, { measures }: Figures): Html {
  const scenario = measures?.rehearsal?.scenario ?? report.scenario;
  const seed = measures?.rehearsal?.seed ?? report.seed;
  const notices = [
    scenario === null
      ? null
      : `REHEARSAL of ${scenario}${seed === null ? '' : `, seed ${seed}`}, against the simulator: nothing of this happened to a real environment.`,
    damageLine(report),
    report.outcome === null && report.endedAt !== null
      ? `This run had not ended when this page was made: it holds what was written up to ${instant(report.endedAt)}.`
      : null,
    measures === null && report.ticks > 0
      ? 'The journal of this run was written by a version that kept no figures by service, no goals and no hour before the run: none of these is shown.'
      : null,
  ].filter((text) => text !== null);
  return h`${notices.map((text) => h`<p class="notice" role="note">${text}</p>\n`)}`;
}

function countsOf(report: RunReport, figures: Figures): string {
  const words = changesWords(report);
  const oneWay = standingOf(report.mutations).inForce.filter((change) => change.class === 'irreversible').length;
  const changes = `${words.charAt(0).toUpperCase()}${words.slice(1)}${oneWay === 0 ? '' : `, ${oneWay} of those in force cannot be undone`}.`;
  const failed = failedRequests(figures);
  return failed === null
    ? changes
    : `${changes} ${count(failed.failed)} of ${several(failed.requests, 'request')} answered 5xx in the ${duration(failed.countedMs)} of the run that were counted.`;
}

function inForceList(report: RunReport): Html {
  const { inForce } = standingOf(report.mutations);
  if (inForce.length === 0) return h`<p>No change of this run is in force.</p>`;
  return list(
    inForce.map((change) => {
      const doubt = change.outcome === 'pending' ? ' (asked for; whether it came into force is not known)' : '';
      return h`<b>${change.title}</b>: ${stateWords(change.after)}${doubt}<br><span class="quiet">before it: ${stateWords(change.before)}</span>`;
    }),
  );
}

function leftAsIsList({ leftAsIs }: RunReport): Html {
  return list(leftAsIs.map(({ service, recorded, why }) => h`<b>${service}</b> was not put back: ${why}; before the run: ${recorded}`));
}

function refusedList({ refusals }: RunReport): Html | null {
  return refusals.length === 0
    ? null
    : h`<h3>Refused before any write</h3>${list(refusals.map(({ check, why, fix }) => h`<b>${check}</b>: ${why} Mend: ${fix}`))}`;
}

function chartParts(figures: Figures, frame: Frame): readonly Html[] {
  if (figures.looks.length === 0) return [h`<p>There is nothing to draw: the run took no look.</p>`];
  const charts = chartsOf(figures);
  const unmeasured = charts
    .filter(({ lines }) => lines.length > 0 && lines.every((line) => endsOf(line) === null))
    .map(({ title }) => title);
  const hour = hourBeforeChart(figures);
  const before = hour === null ? NOTHING : drawChart(hour.chart, { fromAt: hour.fromAt, toAt: hour.toAt, phases: [], changes: [] });
  const span =
    hour === null
      ? NOTHING
      : h`<p class="note">${`This first chart alone is of ${clock(hour.fromAt)} to ${clock(hour.toAt)}; all others share one time, UTC.`}</p>`;
  const numbers = frame.changes.map(({ number, title }) => h`<li value="${number}">${title}</li>`);
  const key =
    numbers.length === 0
      ? NOTHING
      : h`<p class="note">Numbers are changes; the dark foot below a change shows how long it took until it was in force.</p><ol class="note">${numbers}</ol>\n`;
  return [
    before,
    span,
    key,
    lanes(frame),
    ...[...charts, ...detailCharts(figures)].map((chart) => drawChart(chart, frame)),
    unmeasured.length === 0 ? NOTHING : h`<p class="note">Not measured in any look: ${unmeasured.join('; ')}.</p>`,
    gateBars(figures, frame),
    seenTable(figures),
  ];
}

/** Configuration as it was seen to be, whoever changed it. */
function seenTable({ seen }: Figures): Html {
  return table(
    'What connector and traffic were seen to be',
    ['what', 'seen at', 'is'],
    seen.map(({ at, part, words }) => [part.replace(':', ' '), clock(at), words]),
  );
}

function footOf(lines: readonly JournalLine[], { measures }: Figures): Html {
  const head = lines.at(-1);
  const by =
    measures === null
      ? ''
      : ` Written by ${measures.program ?? 'a version that is not told'}, chart ${measures.chart}, mode ${measures.mode}.`;
  const from =
    head === undefined
      ? 'Made from an empty journal.'
      : `Made from ${several(lines.length, 'line')} of the run’s journal, the newest of ${instant(head.at)}${head.hash === '' ? '' : `, ${head.hash}`}.`;
  return h`<footer><p class="note">${`${from}${by} All times are UTC.`}</p></footer>\n`;
}
