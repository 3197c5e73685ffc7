import { sayDuration } from '../core/duration.ts';
import type { Cause } from '../core/model/diagnosis.ts';
import type { Indicators } from '../core/model/verdict.ts';
import type { MutationReport, RunReport, TimelineEntry } from './run-report.ts';

/** `2025-09-15 20:03:30Z`. */
export function instant(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d{3}Z$/, 'Z');
}

/** `20:03:30`. */
export function timeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

/** How sure the evidence makes a cause: a word, and the figure that stands for it (right so often, of all that was graded). */
export function likelihood({ kind, confidence }: Pick<Cause, 'kind' | 'confidence'>): string {
  if (kind === 'unknown') return 'no known mechanism fits';
  const word = confidence >= 0.85 ? 'almost certain' : confidence >= 0.65 ? 'likely' : confidence >= 0.4 ? 'possible' : 'a guess';
  return `${word}, ${confidence.toFixed(2)}`;
}

/** ` (598 × until 06:03:10)`, or nothing for what was said once. */
export function timesWords({ times, until }: TimelineEntry): string {
  return times === undefined || until === undefined ? '' : ` (${times} × until ${timeOfDay(until)})`;
}

/** One row per indicator: name, before, after. `not measured` is said, never shown as zero; of a connector only where there is one. */
export function indicatorRows({ indicators, verdicts }: RunReport): readonly (readonly [string, string, string])[] {
  const { before, after, changedAt } = indicators;
  // A gate that passes without its figure is about a connector that the document does not have.
  const figured = [before, after].some((figures) => (figures?.connectorSaturation ?? null) !== null);
  const hasConnector = figured || verdicts['connector']?.outcome !== 'pass';
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
    row('p95 latency', (figures) => (figures.p95Ms === null ? 'not measured' : sayDuration(figures.p95Ms))),
    ...(hasConnector
      ? [
          row('connector cpu p99', (figures) =>
            figures.connectorSaturation === null ? 'not measured' : percentWords(figures.connectorSaturation),
          ),
        ]
      : []),
  ];
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
  return `${OUTCOMES[mutation.outcome]}${mutation.problem === null ? '' : `: ${mutation.problem}`}${from}`;
}

/** Said above everything else: what follows may lack something. null where the journal is whole. */
export function damageLine({ damage }: RunReport): string | null {
  return damage === null ? null : `THE JOURNAL OF THIS RUN IS DAMAGED (${damage}): what follows may lack changes and decisions.`;
}

/** The one line that is read first. */
export function summaryLine(report: RunReport): string {
  const changes = report.mutations.filter((mutation) => mutation.outcome === 'applied').length;
  const took = `after ${sayDuration(report.virtualMs)}`;
  const [first] = report.diagnosis?.causes ?? [];
  const cause =
    report.diagnosis === null || report.diagnosis.healthy
      ? ''
      : `; diagnosed at ${timeOfDay(report.diagnosis.at)}: ${first === undefined ? 'no cause was found' : first.summary}`;
  const [refusal, ...others] = report.refusals;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const refused = refusal === undefined ? '' : `: ${refusal.check}: ${refusal.why}${more}`;
  const kept = report.leftAsIs.length === 0 ? '' : `; not put back: ${report.leftAsIs.map(({ service }) => service).join(', ')}`;
  const done = changes === 0 ? 'nothing was changed by this run' : `${changes} ${changes === 1 ? 'change' : 'changes'} applied`;
  return `${report.outcome ?? 'still running'} ${took}, ${done}${refused}${kept}${cause}`;
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
