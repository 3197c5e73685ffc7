import { clausesOf } from '../core/clauses.ts';
import { isOfConnector, NAMELESS } from '../core/of-connector.ts';
import { MINUTE, sayDuration } from '../core/duration.ts';
import type { Cause } from '../core/model/diagnosis.ts';
import type { Indicators, TurnedAwayCount } from '../core/model/verdict.ts';
import { changesWords, endWords } from './ending.ts';
import { timeOfDay } from './instants.ts';
import type { MutationReport, RunReport, TimelineEntry } from './run-report.ts';

export { instant, timeOfDay } from './instants.ts';

/** How sure the evidence makes a cause: a word, and the figure that stands for it (right so often, of all that was graded). */
export function likelihood({ kind, confidence }: Pick<Cause, 'kind' | 'confidence'>): string {
  if (kind === 'unknown') return 'no known mechanism fits';
  const word = confidence >= 0.85 ? 'almost certain' : confidence >= 0.65 ? 'likely' : confidence >= 0.4 ? 'possible' : 'a guess';
  return `${word}, ${confidence.toFixed(2)}`;
}

/** ` (598 × 20:04:00–06:03:10)`, or nothing for what was said once. */
export function timesWords({ at, times, until }: TimelineEntry): string {
  return times === undefined || until === undefined ? '' : ` (${times} × ${timeOfDay(at)}–${timeOfDay(until)})`;
}

/** One row per indicator: name, before, after. `not measured` is said, never shown as zero; of a connector only where there is one. */
export function indicatorRows({
  indicators,
  verdicts,
}: Pick<RunReport, 'indicators' | 'verdicts'>): readonly (readonly [string, string, string])[] {
  const { before, after, changedAt, mostTurnedAway: most } = indicators;
  const wasAnyAway = most !== undefined || before?.turnedAway !== undefined || after?.turnedAway !== undefined;
  // An older journal has one gate for the connector, which passes without a figure where the document has none.
  const figured = [before, after].some((figures) => (figures?.connectorSaturation ?? null) !== null);
  const former = verdicts[NAMELESS];
  const hasConnector = figured || (former !== undefined && former.outcome !== 'pass') || Object.keys(verdicts).some(isOfConnector);
  const notYet = changedAt === null ? 'not measured' : `not measured since the last change (${timeOfDay(changedAt)})`;
  const row = (name: string, say: (figures: Indicators) => string): readonly [string, string, string] => [
    name,
    before === null ? 'not measured' : say(before),
    after === null ? notYet : say(after),
  ];
  return [
    row('services up', (figures) => (figures.servicesUp === null ? 'not measured' : `${figures.servicesUp} of ${figures.servicesTotal}`)),
    row('server errors', (figures) =>
      figures.errorRate === null ? 'not measured' : `${percentWords(figures.errorRate)} of ${figures.samples} requests`,
    ),
    ...(wasAnyAway ? [row('answered 429', (figures) => awayWords(figures, figures === after ? most : undefined))] : []),
    row('p95 latency', latencyWords),
    ...(hasConnector
      ? [
          row('connector cpu p99', (figures) =>
            figures.connectorSaturation === null ? 'not measured' : percentWords(figures.connectorSaturation),
          ),
        ]
      : []),
  ];
}

/** A percentile is of all requests, our own among them: where no user's is counted, it may be of those alone. */
function latencyWords({ p95Ms, errorRate }: Indicators): string {
  if (p95Ms === null) return 'not measured';
  return `${sayDuration(p95Ms)}${errorRate === null ? ' (no request of a user is counted beside it)' : ''}`;
}

/** No server error, and served nobody all the same: so many of how many, and when; of the newest figures also what was the most in any look. */
function awayWords({ turnedAway, errorRate, samples }: Indicators, most: TurnedAwayCount | undefined): string {
  const none = errorRate === null ? 'not measured' : `0 of ${samples} requests`;
  const said = turnedAway === undefined ? none : countWords(turnedAway);
  return most === undefined || most.sinceAt === turnedAway?.sinceAt ? said : `${said}; the most: ${countWords(most)}`;
}

function countWords({ count, of, sinceAt, untilAt }: TurnedAwayCount): string {
  return `${count} of ${of} requests, ${percentWords(count / of)} (${timeOfDay(sinceAt)}–${timeOfDay(untilAt)})`;
}

export function percentWords(ratio: number): string {
  return `${Number((ratio * 100).toFixed(ratio < 0.1 ? 1 : 0))} %`;
}

const OUTCOMES: Readonly<Record<MutationReport['outcome'], string>> = {
  applied: 'applied',
  already: 'was already so; nothing was sent',
  failed: 'FAILED',
  pending: 'asked for; its end is not known',
};

export function outcomeWords(mutation: MutationReport): string {
  const from = mutation.fromRecord === true ? ' (the journal has no line of it; the record of the run remembers it)' : '';
  return `${OUTCOMES[mutation.outcome]}${mutation.problem === null ? '' : `: ${mutation.problem.replace(/\.$/, '')}`}${from}`;
}

/** Said above everything else: what follows may lack something. null where the journal is whole. */
export function damageLine({ damage }: RunReport): string | null {
  return damage === null ? null : `THE JOURNAL OF THIS RUN IS DAMAGED (${damage}): what follows may lack changes and decisions.`;
}

/** The one line that is read first. */
export function summaryLine(report: RunReport): string {
  const [first] = report.diagnosis?.causes ?? [];
  const cause =
    report.diagnosis === null || report.diagnosis.healthy
      ? ''
      : `; diagnosed at ${timeOfDay(report.diagnosis.at)}: ${first === undefined ? 'no cause was found' : first.summary}`;
  const [refusal, ...others] = report.refusals;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const refused = refusal === undefined ? '' : `: ${refusal.check}: ${refusal.why}${more}`;
  const kept = report.leftAsIs.length === 0 ? '' : `; not put back: ${report.leftAsIs.map(({ service }) => service).join(', ')}`;
  return `${endWords(report)}, ${changesWords(report)}${refused}${kept}${cause}`;
}

/** What the numbers of a rehearsal are, or null outside of one. */
export function costLine(report: RunReport): string | null {
  const parts = [
    report.scenario === null ? null : `scenario ${report.scenario}`,
    report.seed === null ? null : `seed ${report.seed}`,
    report.requests === null ? null : `${report.requests} requests`,
    `${report.ticks} looks`,
    report.wallMs === null ? null : `${sayDuration(report.wallMs)} of real time`,
    report.resumed === 0 ? null : report.resumed === 1 ? 'resumed once' : `resumed ${report.resumed} times`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** How the shares of causes come about; said wherever they are shown. */
export const HOW_SHARED =
  'Share: the failures that were counted at each place, divided among the causes that explain them by the square of their confidence and by how many of their lines stand beside failures; where none was counted, by confidence alone.';

/** `74 %` for each cause, in their order; null where they are not parts of one whole, and so say nothing. */
export function sharesOf(causes: readonly Pick<Cause, 'share'>[]): readonly string[] | null {
  const sum = causes.reduce((all, { share }) => all + share, 0);
  return causes.length > 0 && Math.abs(sum - 1) < 0.015 ? causes.map(({ share }) => percentWords(share)) : null;
}

/** The whole first clause of a reason: a sentence is never cut in its middle. */
export function firstClause(because: string | null): string {
  if (because === null || because === '') return 'no reason was recorded';
  return (clausesOf(because)[0] ?? because).replace(/ \([^()]*\d+ of \d+ looks\)$/, '');
}

/** A figure of requests covers five minutes up to a full one, and stands until it is read again: it says nothing about less. */
export const FIGURES_REACH = 7 * MINUTE;
